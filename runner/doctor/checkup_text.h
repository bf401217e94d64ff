// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DOCTOR_CHECKUP_TEXT_H_
#define MEMPROF_RUNNER_DOCTOR_CHECKUP_TEXT_H_

#include <cstddef>
#include <string>

#include "runner/doctor/check.h"

namespace memprof {

/// "ok", "limited", "missing".
const char* Name(CheckState state);

/// For people: a paragraph a check, and what it comes to at the end.
std::string RenderCheckupText(const Checkup& checkup, bool color, std::size_t columns);

/// The same for programs.
std::string RenderCheckupJson(const Checkup& checkup);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DOCTOR_CHECKUP_TEXT_H_
