// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/analyze/stack_key.h"

namespace memprof {
namespace {

/// Fewer snapshots have a single step, and one rise tells growth from nothing.
constexpr std::size_t kLeastSnapshots = 3;

struct Site {
  Stack stack;
  std::vector<std::int64_t> series;
};

/// Adds the bytes of every whole stack of one tree to the sites.
class Flattener {
 public:
  Flattener(std::map<std::string, Site>& sites, std::size_t snapshot, std::size_t snapshots)
      : sites_(sites), snapshot_(snapshot), snapshots_(snapshots) {}

  void Add(const MassifNode& node, bool is_root = true) {
    if (node.below_threshold) return;
    if (!is_root) stack_.push_back(node.frame);
    // What the callers do not account for was allocated with a stack that ends here.
    std::int64_t own = node.bytes;
    for (const MassifNode& caller : node.children) {
      own -= std::min(own, caller.bytes);
      Add(caller, false);
    }
    if (own > 0 && !is_root) Record(own);
    if (!is_root) stack_.pop_back();
  }

 private:
  void Record(std::int64_t bytes) {
    Site& site = sites_[StackKey(stack_)];
    if (site.series.empty()) {
      site.stack = stack_;
      site.series.resize(snapshots_);
    }
    // Two calls on one line differ in their address alone, and are one site here.
    site.series[snapshot_] += std::min(bytes, INT64_MAX - site.series[snapshot_]);
  }

  std::map<std::string, Site>& sites_;
  std::size_t snapshot_, snapshots_;
  Stack stack_;
};

/// Three quarters of the steps rise; or at least two do, each by half as much again as the last,
/// as in a vector that doubles. No step falls.
bool Grows(const std::vector<std::int64_t>& series) {
  std::size_t rises = 0;
  bool stepwise = true;
  std::int64_t last_rise = 0;
  for (std::size_t i = 1; i < series.size(); ++i) {
    const std::int64_t rise = series[i] - series[i - 1];
    if (rise < 0) return false;
    if (rise == 0) continue;
    ++rises;
    stepwise = stepwise && static_cast<double>(rise) >= 1.5 * static_cast<double>(last_rise);
    last_rise = rise;
  }
  return rises * 4 >= (series.size() - 1) * 3 || (rises >= 2 && stepwise);
}

}  // namespace

std::vector<GrowingSite> FindGrowingSites(std::span<const MassifSnapshot> snapshots) {
  std::vector<const MassifSnapshot*> detailed;
  for (const MassifSnapshot& snapshot : snapshots) {
    if (snapshot.detailed) detailed.push_back(&snapshot);
  }
  if (detailed.size() < kLeastSnapshots) return {};

  std::map<std::string, Site> sites;
  for (std::size_t i = 0; i < detailed.size(); ++i) {
    Flattener(sites, i, detailed.size()).Add(detailed[i]->root);
  }

  std::vector<GrowingSite> growing;
  double growth_of_all = 0;
  for (auto& [key, site] : sites) {
    if (!Grows(site.series)) continue;
    const std::int64_t growth = site.series.back() - site.series.front();
    growth_of_all += static_cast<double>(growth);
    GrowingSite& grown = growing.emplace_back();
    grown.bytes_per_run = growth / static_cast<std::int64_t>(site.series.size() - 1);
    grown.share_of_growth = static_cast<double>(growth);
    grown.stack = std::move(site.stack);
    grown.series = std::move(site.series);
  }
  for (GrowingSite& site : growing) site.share_of_growth /= growth_of_all;
  std::stable_sort(growing.begin(), growing.end(), [](const GrowingSite& a, const GrowingSite& b) {
    return a.share_of_growth > b.share_of_growth;
  });
  return growing;
}

}  // namespace memprof
