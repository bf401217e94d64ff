// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/lost_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/series_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

bool More(const LostAmount& a, const LostAmount& b) {
  return std::tie(a.bytes_per_run, a.total_bytes) > std::tie(b.bytes_per_run, b.total_bytes);
}

bool LargerSite(const LostSite* a, const LostSite* b) {
  if (a->bytes_per_run != b->bytes_per_run) return a->bytes_per_run > b->bytes_per_run;
  if (a->total_bytes != b->total_bytes) return a->total_bytes > b->total_bytes;
  return FunctionsOf(a->stack) < FunctionsOf(b->stack);
}

std::int64_t At(const std::vector<std::int64_t>& values, std::size_t index) {
  return index < values.size() ? values[index] : 0;
}

/// One site as a place of its own.
LostPlace Single(const LostSite& site, const TracedMatcher& trace, const TestEvidence& evidence,
                 const DiagnoseContext& context) {
  LostPlace lost;
  lost.place = PlaceOf(site.stack, evidence.test, context);
  lost.outside_root = IsOutsideRoot(site.stack, context.source_root);
  lost.amount = {site.bytes_per_run, site.blocks_per_run, site.total_bytes,
                 site.total_blocks,  site.recurs,         site.every_run};
  lost.stacks.push_back(&site.stack);
  lost.freed_later = trace.IsFreedLater(site);
  lost.unseen = site.unseen;
  const TracedMatch match = trace.Find(site);
  const bool is_traced =
      match.agreement != Agreement::kNone && match.agreement != Agreement::kSameFunction;
  int made_in = 2;
  if (is_traced) {
    const Place own = lost.place;
    lost.place = PlaceOf(match.sites.front()->stack, evidence.scope, evidence.test, context);
    lost.outside_root =
        lost.outside_root && IsOutsideRoot(match.sites.front()->stack, context.source_root);
    lost.traced.insert(match.sites.begin(), match.sites.end());
    lost.same_line = match.agreement == Agreement::kSameLine;
    lost.unloaded = match.agreement == Agreement::kSameCaller;
    if (!lost.same_line && own.located) lost.lsan_text = PlaceText(own);
    made_in = 0;
    for (const TracedSite* each : match.sites) made_in = std::max(made_in, each->iterations_made);
    if (!site.recurs && Recurs(site, match, evidence.confirm.lsan_runs)) {
      const std::int64_t runs = std::max(evidence.confirm.lsan_runs, 1);
      lost.amount.recurs = true;
      lost.amount.bytes_per_run = site.total_bytes / runs;
      lost.amount.blocks_per_run = std::max<std::int64_t>(site.total_blocks / runs, 1);
    }
  }
  lost.undisputed = lost.amount.recurs && !lost.freed_later && made_in >= 2;
  return lost;
}

}  // namespace

void LostAmount::Add(const LostAmount& other) {
  bytes_per_run += other.bytes_per_run;
  blocks_per_run += other.blocks_per_run;
  total_bytes += other.total_bytes;
  total_blocks += other.total_blocks;
  recurs = recurs || other.recurs;
  every_run = every_run || other.every_run;
}

void LostPlace::TakeIn(const LostPlace& other) {
  outside_root = outside_root && other.outside_root;
  amount.Add(other.amount);
  stacks.insert(stacks.end(), other.stacks.begin(), other.stacks.end());
  traced.insert(other.traced.begin(), other.traced.end());
  same_line = same_line && other.same_line;
  unloaded = unloaded || other.unloaded;
  if (lsan_text.empty()) lsan_text = other.lsan_text;
  undisputed = undisputed || other.undisputed;
  freed_later = freed_later && other.freed_later;
  unseen = unseen || other.unseen;
}

bool Recurs(const LostSite& site, const TracedMatch& match, int lsan_runs) {
  if (site.recurs) return true;
  if (site.total_blocks < 2 || lsan_runs < 2) return false;
  std::int64_t first = 0, alive = 0;
  for (const TracedSite* traced : match.sites) {
    first += At(traced->blocks, 0);
    alive += At(traced->blocks, static_cast<std::size_t>(lsan_runs) - 1);
  }
  return alive > first && site.total_blocks >= alive;
}

std::vector<LostPlace> LostPlaces(std::vector<const LostSite*> sites, const TracedMatcher& trace,
                                  const TestEvidence& evidence, const DiagnoseContext& context) {
  std::stable_sort(sites.begin(), sites.end(), LargerSite);
  std::map<PlaceKey, LostPlace> places;
  for (const LostSite* site : sites) {
    LostPlace single = Single(*site, trace, evidence, context);
    const PlaceKey key = KeyOf(single.place);
    const auto known = places.find(key);
    if (known == places.end()) {
      places.emplace(key, std::move(single));
    } else {
      known->second.TakeIn(single);
    }
  }
  std::vector<LostPlace> sorted;
  for (auto& [key, place] : places) sorted.push_back(std::move(place));
  SortPlaces(&sorted);
  return sorted;
}

void SortPlaces(std::vector<LostPlace>* places) {
  std::stable_sort(places->begin(), places->end(),
                   [](const LostPlace& a, const LostPlace& b) { return More(a.amount, b.amount); });
}

std::string TracedText(const std::set<const TracedSite*>& traced, int warm_up) {
  std::vector<std::int64_t> bytes, blocks;
  int made_in = 0;
  for (const TracedSite* site : traced) {
    bytes.resize(std::max(bytes.size(), site->bytes.size()));
    blocks.resize(bytes.size());
    for (std::size_t i = 0; i < site->bytes.size(); ++i) bytes[i] += site->bytes[i];
    for (std::size_t i = 0; i < site->blocks.size() && i < blocks.size(); ++i) {
      blocks[i] += site->blocks[i];
    }
    made_in = std::max(made_in, site->iterations_made);
  }
  const auto runs = static_cast<std::int64_t>(bytes.size());
  const auto alive = std::count_if(bytes.begin(), bytes.end(), [](auto each) { return each > 0; });
  const double rise = SlopeAfterWarmUp(bytes, warm_up);
  std::string text;
  if (rise > 0) {
    const double blocks_rise = SlopeAfterWarmUp(blocks, warm_up);
    text = fmt::format("+{} in {} per run", HumanBytes(WholePerRun(rise)),
                       Counted(WholePerRun(blocks_rise), "block"));
  } else if (!bytes.empty()) {
    text = fmt::format("{} in {}", HumanBytes(bytes.back()), Counted(blocks.back(), "block"));
  }
  return fmt::format("{}, alive at the end of {}, made in {} of {}", text,
                     alive == runs
                         ? "all " + Counted(runs, "run")
                         : fmt::format("{} of {}", HumanCount(alive), Counted(runs, "run")),
                     HumanCount(made_in), Counted(runs, "run"));
}

}  // namespace memprof
