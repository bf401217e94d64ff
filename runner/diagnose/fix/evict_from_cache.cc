// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "runner/diagnose/fix/bounded_container.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/recent_entries.h"

namespace memprof {

std::optional<Fix> EvictFromCache(const Finding& finding, const Sources& sources) {
  const InsertionSearch found = FindInsertion(finding, sources);
  if (!found.site) return std::nullopt;
  const InsertionSite& site = *found.site;
  const BoundedContainer bound = BoundAt(finding, site, /*keeps_new=*/true);
  if (bound.eviction.empty()) return std::nullopt;
  const std::string& name = site.container.name;
  Fix fix;
  fix.summary = fmt::format("give `{}` a capacity of {} entries: drop {} before each new one", name,
                            bound.limit, bound.evicted);
  fix.diff = bound.diff;
  fix.snippet = bound.snippet;
  fix.why_no_diff = bound.diff.empty() ? bound.why_no_diff : "";
  fix.why = fmt::format(
      "`{}` stays at {} entries, and as room is made before the insertion, what `{}` hands out "
      "stays good until later calls evict it",
      name, bound.constant, site.function.name);
  fix.trade_off = fmt::format(
      "{} goes, used or not: it is made again when it is asked for, and references, pointers and "
      "iterators to it dangle",
      bound.evicted);
  fix.effort = "minutes";
  if (const auto peak = PeakReduction(finding, bound); peak > 0) {
    fix.expected_peak_reduction_bytes = peak;
  }
  if (auto recent = RecentEntries(site, bound.limit)) fix.alternatives.push_back(*recent);
  return fix;
}

}  // namespace memprof
