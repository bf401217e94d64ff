// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_COMPLETION_H_
#define MEMPROF_RUNNER_CLI_COMPLETION_H_

#include <string>
#include <variant>
#include <vector>

#include "runner/plan/view_request.h"

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// The command that the scripts call with the words of a command line; not for people.
inline constexpr const char* kCompleteCommand = "__complete";

/// Adds `memprof completion SHELL` to `app`. `shell` must outlive the parsing, which fills it.
CLI::App* AddCompletionCommand(CLI::App* app, std::string* shell);

/// The script that makes a shell complete memprof's words; `shell` is one that the command takes.
const char* CompletionScript(const std::string& shell);

/// What may stand in place of the last of `words`, which follow `memprof` on a command line: a
/// command or an option of `app`, a line each, or else names of a result. The text is empty where
/// only the shell knows: then it completes files.
std::variant<std::string, CompletionRequest> CandidatesFor(const CLI::App& app,
                                                           const std::vector<std::string>& words);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_COMPLETION_H_
