// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_FILES_H_
#define MEMPROF_RUNNER_EXECUTE_FILES_H_

#include <string>
#include <string_view>

#include "runner/base/result.h"

namespace memprof {

/// The whole of a file. Errors: kNotFound, kUnreadable.
Result<std::string> ReadFile(const std::string& path);

/// Writes a file under a temporary name beside it and renames it, so that a reader sees the old
/// one or the new one whole. Errors: kUnreadable, with the reason. Returns `path`.
Result<std::string> WriteFile(const std::string& path, std::string_view content);

/// Makes the directory and those above it. Returns its absolute path.
Result<std::string> MakeDirectory(const std::string& path);

/// Removes what earlier runs left in a directory, and nothing else: the user may have named one
/// with files of his own. Ours are known by their names: a FileKey within, or one of a few fixed
/// ones.
void RemoveOwnFiles(const std::string& directory);

/// The last `lines` lines of a file, for messages; empty where it cannot be read.
std::string LastLines(const std::string& path, int lines);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_FILES_H_
