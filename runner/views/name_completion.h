// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_NAME_COMPLETION_H_
#define MEMPROF_RUNNER_VIEWS_NAME_COMPLETION_H_

#include <string>
#include <vector>

#include "runner/plan/view_request.h"
#include "runner/report/report.h"

namespace memprof {

/// The names of the result that a shell may put in place of the prefix, each once, as one line that
/// can be printed: tests, files, functions or modules, as the view takes.
std::vector<std::string> CompletionsOf(const Report& report, const CompletionRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_NAME_COMPLETION_H_
