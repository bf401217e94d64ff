// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_TOOL_FRAME_H_
#define MEMPROF_RUNNER_PARSE_TOOL_FRAME_H_

#include <optional>
#include <string_view>

#include "runner/base/frame.h"

namespace memprof {

/// Reads one frame line of a sanitizer's stack, with or without its indentation:
///
///     #1 0x55d2c0 in f(int) /src/t.cc:9          GCC; Clang adds the column, `:9:12`
///     #1 0x55d2c0 in f(int) (/src/t+0x3f0e6)     a symbol without a line
///     #1 0x55d2c0  (/src/t+0x3f0e6) (BuildId: ab12)
///     #1 0x55d2c0  (<unknown module>)
///
/// Returns nothing for a line that is not a frame. A heuristic where a path holds spaces: an
/// absolute one is found whole, a relative one from its last space on.
std::optional<Frame> ParseSanitizerFrame(std::string_view line);

/// Reads the part of a Valgrind frame that follows the address:
///
///     f(int) (/src/t.cc:9)      f(int) (t.cc:9)      f(int) (in /src/t)      ???
///
/// What has no location is all function name; `???` and an empty text give an empty function.
Frame ParseValgrindFrame(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_TOOL_FRAME_H_
