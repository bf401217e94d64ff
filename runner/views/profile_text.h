// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_PROFILE_TEXT_H_
#define MEMPROF_RUNNER_VIEWS_PROFILE_TEXT_H_

#include <string>

#include "runner/report/report.h"

namespace memprof {

/// A call as tables of views have it: "src/cache.cc:12 Cache::Put", "memcpy [libc.so.6]",
/// "[libfoo.so]", "unknown code".
std::string PlaceText(const Location& location, const std::string& module);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_PROFILE_TEXT_H_
