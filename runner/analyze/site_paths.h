// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_SITE_PATHS_H_
#define MEMPROF_RUNNER_ANALYZE_SITE_PATHS_H_

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/analyze/heap_view.h"
#include "runner/analyze/site_retention.h"

namespace memprof {

/// How many paths of a site are told.
inline constexpr std::size_t kPathsTold = 3;

/// The blocks of one site that are held in the same way, at one snapshot.
struct SitePath {
  std::uint32_t node = 0;  ///< of the view's tree
  std::int64_t blocks = 0;
  std::int64_t bytes = 0;
};

/// Finds the ways in which a site's blocks are held, most bytes first.
std::vector<SitePath> PathsOfSite(HeapView& view, std::span<const std::uint32_t> blocks);

/// Tells paths in words, and what makes two of them the same at two snapshots.
class PathTexts {
 public:
  /// `view` must outlive the object.
  explicit PathTexts(HeapView& view) : view_(view), counted_for_(view.snapshot().blocks.size()) {}

  /// A text that nobody reads. The reference stays valid.
  const std::string& KeyOf(std::uint32_t node);

  /// Without what other snapshots know. `blocks` are the site's.
  RetentionPath Tell(const SitePath& path, std::span<const std::uint32_t> blocks);

 private:
  HeapView& view_;
  std::unordered_map<std::uint32_t, std::string> keys_;
  std::vector<std::uint32_t> counted_for_;  ///< by block: the last path that it was counted for
  std::uint32_t paths_told_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_SITE_PATHS_H_
