// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_VIEW_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_VIEW_OPTIONS_H_

#include <array>
#include <optional>
#include <string>

#include "runner/base/result.h"
#include "runner/plan/view_request.h"

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// The views' subcommands as text, before one is taken over.
struct RawViews {
  struct One {
    ViewRequest request;
    std::string color = "auto";
    std::string hyperlinks = "auto";
    const CLI::App* command = nullptr;
  };
  std::array<One, 7> views;  ///< in the order of Views()
};

/// Adds a subcommand for each view to `app`. `raw` must outlive the parsing, which fills it.
void AddViewCommands(CLI::App* app, RawViews* raw);

/// The subcommand that was on the command line; null where it was no view.
const CLI::App* ParsedView(const RawViews& raw);

/// What was parsed into `raw`; must be called only where ParsedView() is one. Errors: kUsage, where
/// options contradict each other.
Result<ViewRequest> TakeView(const RawViews& raw);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_VIEW_OPTIONS_H_
