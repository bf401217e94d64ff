// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_VIEW_SOURCES_H_
#define MEMPROF_RUNNER_EXECUTE_VIEW_SOURCES_H_

#include <string>

#include "runner/plan/view_request.h"
#include "runner/report/report.h"

namespace memprof {

/// ViewRequest::read_source for files below the source root, under the limits of ReadSourceText().
/// `report` must outlive it. Without a source root it reads nothing.
decltype(ViewRequest::read_source) ViewSourceReader(const Report& report,
                                                    const std::string& source_root);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_VIEW_SOURCES_H_
