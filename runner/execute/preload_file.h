// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PRELOAD_FILE_H_
#define MEMPROF_RUNNER_EXECUTE_PRELOAD_FILE_H_

#include <string>

#include "runner/base/result.h"
#include "runner/execute/plugin_library.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Leaves for the stages that follow what the screen had to preload (`options.preload`): one
/// library a line, the plugin last; and before them `options.sanitizer`. Nothing is left where
/// memprof is linked in and no sanitizer is. Errors: kUnreadable.
Result<std::string> LeavePreload(const RunOptions& options, const std::string& directory);

/// Sets `options->preload` and `options->sanitizer` to what was left. The plugin is looked for
/// again, since the name that the screen's process gave it may have ended with it; the result must
/// live as long as it is used. Errors: kNotFound, when the plugin is gone.
Result<PluginLibrary> TakePreload(const std::string& directory, RunOptions* options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PRELOAD_FILE_H_
