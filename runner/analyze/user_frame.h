// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_USER_FRAME_H_
#define MEMPROF_RUNNER_ANALYZE_USER_FRAME_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "runner/base/frame.h"

namespace memprof {

// Paths are compared as text: `.` and `..` segments and doubled slashes are resolved, symbolic
// links are not, for the sources need not be on this machine. Resolve links in `root` beforehand.

/// The first frame, from the innermost, whose file lies below `source_root`; null if there is none.
/// It is where a report points to: frames of libraries above it are not the reader's to change.
/// A relative file or a relative root never matches. The result points into `stack`.
const Frame* LocateInUserCode(const Stack& stack, const std::string& source_root);

/// Whether the stack is known to lie wholly outside the source root: it has a frame with an
/// absolute file, and none below `root`. False for a stack without any such file (a stripped
/// program), for that is unknown rather than outside.
bool IsOutsideRoot(const Stack& stack, const std::string& root);

/// Whether `path` lies below `directory`: both absolute, or both relative to the same place.
bool IsBelow(std::string_view path, std::string_view directory);

/// `path` relative to `root`, without `./` and `..`; `path` unchanged when it lies outside.
std::string PathBelowRoot(const std::string& path, const std::string& root);

/// Replaces the first `old` that is `path` itself or leading directories of it by its `new`, for
/// binaries built elsewhere (`--path-map OLD=NEW`). `path` unchanged when none fits.
std::string MapPath(const std::string& path,
                    std::span<const std::pair<std::string, std::string>> old_new);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_USER_FRAME_H_
