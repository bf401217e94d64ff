// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/profiled_stack.h"

#include "runner/diagnose/reported_stack.h"
#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

/// Whether the call belongs to what surrounds the tests: all of it is in the system's libraries, as
/// where the C++ runtime makes its emergency pool; or the first that is not is a `main` that no
/// file is known of, as gtest_main's; or it is our own.
bool IsOfSurroundings(const Stack& stack) {
  for (const Frame& frame : stack) {
    if (frame.function.starts_with("memprof_probe_"))
      return true;  // our listener calls our library
    if (IsSystemLibrary(frame.module)) continue;
    return frame.file.empty() && frame.function == "main";
  }
  return true;
}

}  // namespace

std::optional<Stack> ProfiledStack(const Stack& stack, const UserCode& user_code,
                                   const std::string& source_root) {
  if (user_code.IsFrameworkOwn(stack) || IsOfSurroundings(stack)) return std::nullopt;
  Stack shown = ReportedStack(stack, source_root);
  for (Frame& frame : shown) {
    const bool is_below_root = !frame.file.empty() && frame.file.front() != '/';
    if (is_below_root && LooksLikeFrameworkFile(frame.file)) {
      frame.file = source_root + "/" + frame.file;
    }
  }
  return shown;
}

}  // namespace memprof
