// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_NAME_MATCH_H_
#define MEMPROF_RUNNER_VIEWS_NAME_MATCH_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace memprof {

/// What a name on a view's command line names, and so how it may be shortened.
enum class NameKind {
  kTest,      ///< "Cache.Lookup"; GoogleTest's filters: "Cache.*:Pool.*-*Slow"
  kFile,      ///< "src/cache.cc"; also its last parts ("cache.cc"), or the path that it is on disk
  kFunction,  ///< "app::Cache::Insert(int)"; also without arguments, or its last parts
  kModule,    ///< a directory, a file, a library or a namespace
};

/// Whether `pattern`, with `*` for any characters and `?` for one, is all of `text`.
bool MatchesGlob(std::string_view pattern, std::string_view text);

/// Whether GoogleTest's filter `A.*:B.C-*.Slow` selects a test of this full name. The empty filter
/// selects all.
bool MatchesTestFilter(std::string_view filter, std::string_view test);

/// Those of `names` that `typed` means, in their order: the one of exactly that name; else those
/// that its glob selects; else those that it ends (whole parts of a path or of a qualified name).
/// Each name should be there once.
std::vector<std::string> MatchingNames(NameKind kind, std::string_view typed,
                                       std::span<const std::string> names);

/// Up to `limit` of `names` that a reader may have meant by `typed`: those that contain it, then
/// those within a few edits of it, nearest first. Upper and lower case count as the same.
std::vector<std::string> NearestNames(std::string_view typed, std::span<const std::string> names,
                                      std::size_t limit = 5);

/// MatchingNames(), or where there are none the answer for the user: kUsage, with what was asked
/// for, how many such names the result has, and in its hint the nearest ones. With `typed` empty
/// it is that a name is missing.
Result<std::vector<std::string>> SelectNames(NameKind kind, std::string_view typed,
                                             std::span<const std::string> names);

/// The error of SelectNames(), for views that match by themselves.
Error NoSuchName(NameKind kind, std::string_view typed, std::span<const std::string> names);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_NAME_MATCH_H_
