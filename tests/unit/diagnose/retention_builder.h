// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_RETENTION_BUILDER_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_RETENTION_BUILDER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/site_retention.h"
#include "runner/analyze/traced_owner.h"

namespace memprof {

/// A static map of the program's, declared at /src/src/cache.cc:12.
inline Holder SomeCache() {
  Holder holder;
  holder.kind = Holder::Kind::kClassStatic;
  holder.symbol = "app::Cache::entries";
  holder.type = "std::map<int, Result>";
  holder.file = "/src/src/cache.cc";
  holder.line = 12;
  holder.retained_bytes = {1000, 2000, 3000};
  return holder;
}

inline Holder HolderOf(Holder::Kind kind, std::string symbol = "") {
  Holder holder;
  holder.kind = kind;
  holder.symbol = std::move(symbol);
  return holder;
}

/// All blocks of a site, held by `holder` through nodes of a map.
inline RetentionPath PathThrough(Holder holder, std::int64_t blocks, std::int64_t bytes) {
  RetentionPath path;
  path.holder = std::move(holder);
  path.steps = {{"", "std::_Rb_tree_node<std::pair<int const, Result>>", "", blocks, 48 * blocks},
                {"rows", "Result", "", blocks, bytes}};
  path.blocks = blocks;
  path.bytes = bytes;
  path.bytes_at = {bytes / 3, 2 * bytes / 3, bytes};
  return path;
}

/// Snapshots after the last run, after a third and after two thirds of them, in which nothing
/// refers to `lost` of the site's blocks.
inline SiteRetention Snapshots(const TracedSite& site, std::int64_t lost = 0) {
  SiteRetention retention;
  retention.not_measured.clear();
  const int runs = static_cast<int>(site.blocks.size());
  retention.iterations = {runs / 3 - 1, 2 * runs / 3 - 1, runs - 1};
  retention.blocks = site.blocks.back();
  retention.bytes = site.bytes.back();
  retention.lost_blocks = lost;
  retention.lost_bytes = retention.blocks > 0 ? lost * retention.bytes / retention.blocks : 0;
  return retention;
}

/// The site with all of its blocks held by `holder`.
inline TracedSite HeldBySnapshot(TracedSite site, Holder holder) {
  site.retention = Snapshots(site);
  site.retention.paths = {
      PathThrough(std::move(holder), site.retention.blocks, site.retention.bytes)};
  return site;
}

/// The site with all of its blocks lost.
inline TracedSite LostBySnapshot(TracedSite site) {
  site.retention = Snapshots(site, site.blocks.back());
  return site;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_RETENTION_BUILDER_H_
