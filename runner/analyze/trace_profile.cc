// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/trace_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "runner/analyze/block_shape.h"
#include "runner/analyze/owner_table.h"
#include "runner/analyze/profile_frames.h"
#include "runner/analyze/same_code.h"

namespace memprof {
namespace {

/// A call with less than this part of all is not worth a name.
constexpr std::uint64_t kPartsThatCount = 1000;

struct StackTotals {
  ProfileFigures figures;
  BlockShape shape;
  std::uint64_t peak_bytes = 0;  ///< over the peaks that are told
};

using Amount = std::uint64_t (*)(const StackTotals&);

constexpr Amount kAmounts[] = {
    [](const StackTotals& of) { return of.figures.kept_bytes; },
    [](const StackTotals& of) { return of.figures.allocated_bytes; },
    [](const StackTotals& of) { return of.figures.temporary_bytes; },
    [](const StackTotals& of) { return of.peak_bytes; },
};

void Add(const ProfileFigures& added, ProfileFigures* to) {
  to->allocated_bytes += added.allocated_bytes;
  to->allocations += added.allocations;
  to->temporary_bytes += added.temporary_bytes;
  to->temporaries += added.temporaries;
  to->kept_bytes += added.kept_bytes;
  to->kept_blocks += added.kept_blocks;
}

std::uint64_t BytesOf(const RecordedPeak& peak) {
  std::uint64_t bytes = peak.other_bytes;
  for (const RecordedAmount& amount : peak.amounts) bytes += amount.bytes;
  return bytes;
}

class Profiling {
 public:
  Profiling(const RecordFile& record, const ProfileStacks& stacks, const ProfileTypes& types,
            Profile* profile)
      : record_(record),
        trace_(*record.trace),
        stacks_(stacks),
        types_(types),
        profile_(*profile),
        frames_(&profile->frames, kMostProfileFrames),
        columns_(record),
        same_code_(FirstOfSameCode(trace_)),
        totals_(trace_.stacks.size()),
        made_before_tests_(trace_.stacks.size()) {
    std::vector<bool> made_later(trace_.stacks.size());
    for (const record::Origin& origin : trace_.origins) {
      const bool is_before = trace_.windows[origin.window].kind == record::kBeforeTests;
      (is_before ? made_before_tests_ : made_later)[same_code_[origin.stack]] = true;
    }
    for (std::size_t i = 0; i < made_later.size(); ++i) {
      made_before_tests_[i] = made_before_tests_[i] && !made_later[i] && i != record::kNoStack;
    }
  }

  void AddAll() {
    AddTests();
    for (const record::Site& site : trace_.sites) {
      StackTotals& totals = totals_[same_code_[site.stack]];
      Add({site.bytes, site.allocations, site.temporary_bytes, site.temporaries, 0, 0},
          &totals.figures);
      Add(ShapeOf(site), &totals.shape);
    }
    AddKept();
    FindPeaks();
    Name(kAmounts);
    SortOutSmall();
    AddSites();
    AddLiveBytes();
    AddPeaks();
  }

  void AddPeaksAlone() {
    FindPeaks();
    Name(std::span(kAmounts).last(1));
    AddPeaks();
  }

 private:
  std::uint32_t StackOf(std::uint32_t origin) const {
    return same_code_[trace_.origins[origin].stack];
  }

  void AddTests() {
    std::vector<bool> ran(record_.tests.size());
    for (const RecordedRun& run : record_.runs) ran[run.test] = ran[run.test] || run.finished;
    AddCounted();
    for (std::size_t i = 0; i < ran.size(); ++i) {
      if (ran[i]) profile_.tests.push_back(record_.tests[i].FullName());
    }
    profile_.runs = std::max(1, static_cast<int>(columns_.count()));
    if (record_.tests.empty()) {
      profile_.name = "the whole program";
      profile_.tests = {kProgramProfile};
      return;
    }
    const std::size_t tests = profile_.tests.size();
    profile_.name = fmt::format(
        "{}, {} {}", tests == 1 ? profile_.tests[0] + " alone" : fmt::format("{} suspects", tests),
        profile_.runs, profile_.runs == 1 ? "run" : "runs");
  }

  /// Nothing where the heap was not measured in one of the runs.
  void AddCounted() {
    std::uint64_t counted = 0;
    for (const RecordedRun& run : record_.runs) {
      if (!run.finished || (run.window.measured & record::kHeapMeasured) == 0) return;
      counted += run.window.allocations;
    }
    if (!record_.runs.empty()) profile_.counted_in_tests = counted;
  }

  /// Calls `visit(column, stack, bytes, blocks)` for each change of what is alive at the end of a
  /// finished iteration, oldest first.
  template <class Visit>
  void ForEachChange(Visit visit) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> now(trace_.origins.size());
    for (std::size_t i = 0; i < trace_.survivor_changes.size(); ++i) {
      const std::size_t column = columns_.Of(static_cast<std::uint32_t>(i));
      if (column == columns_.count()) break;
      for (const RecordedAmount& amount : trace_.survivor_changes[i]) {
        const std::pair is(static_cast<std::int64_t>(amount.bytes),
                           static_cast<std::int64_t>(amount.blocks));
        const auto was = std::exchange(now[amount.origin], is);
        visit(column, StackOf(amount.origin), is.first - was.first, is.second - was.second);
      }
    }
  }

  void AddKept() {
    ForEachChange([&](std::size_t, std::uint32_t stack, std::int64_t bytes, std::int64_t blocks) {
      ProfileFigures& figures = totals_[stack].figures;
      // Sums of an origin's amounts are never negative, so what wraps around comes back.
      figures.kept_bytes += static_cast<std::uint64_t>(bytes);
      figures.kept_blocks += static_cast<std::uint64_t>(blocks);
    });
  }

  /// The last of each test, for it is of the most settled run.
  void FindPeaks() {
    std::map<std::uint32_t, const RecordedPeak*> last;
    for (const RecordedPeak& peak : trace_.peaks) last[peak.test] = &peak;
    for (const auto& [test, peak] : last) peaks_.emplace_back(BytesOf(*peak), peak);
    std::sort(peaks_.begin(), peaks_.end(), [](const auto& a, const auto& b) {
      return std::pair(b.first, a.second->test) < std::pair(a.first, b.second->test);
    });
    if (peaks_.size() > kMostPeaks) peaks_.resize(kMostPeaks);
    for (const auto& [bytes, peak] : peaks_) {
      for (const RecordedAmount& amount : peak->amounts) {
        totals_[StackOf(amount.origin)].peak_bytes += amount.bytes;
      }
    }
  }

  /// The stacks with most of one amount, each with a thousandth of all at least.
  std::vector<std::uint32_t> Largest(Amount amount) const {
    std::uint64_t all = 0;
    for (const StackTotals& totals : totals_) all += amount(totals);
    std::vector<std::uint32_t> largest;
    for (std::uint32_t stack = 0; stack < totals_.size(); ++stack) {
      const std::uint64_t part = amount(totals_[stack]);
      const bool counts = part > 0 && part >= all / kPartsThatCount;
      if (counts && stack != record::kNoStack) largest.push_back(stack);
    }
    std::sort(largest.begin(), largest.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(amount(totals_[b]), a) < std::pair(amount(totals_[a]), b);
    });
    return largest;
  }

  void Name(std::span<const Amount> amounts) {
    std::vector<std::vector<std::uint32_t>> lists;
    for (const Amount amount : amounts) lists.push_back(Largest(amount));
    std::size_t longest = 0;
    for (const auto& list : lists) longest = std::max(longest, list.size());
    for (std::size_t rank = 0; rank < longest; ++rank) {
      for (const auto& list : lists) {
        if (rank >= list.size() || named_.contains(list[rank])) continue;
        if (named_.size() == kMostProfileStacks) return;
        const std::optional<Stack> stack = stacks_(list[rank]);
        std::optional<Way>& named = named_[list[rank]];
        if (stack) named = frames_.WayOf(*stack);
      }
    }
  }

  /// Small calls are not told, but whose they are is asked as far as names may be: GoogleTest makes
  /// hundreds, which would be most of `other`.
  void SortOutSmall() {
    std::vector<std::uint32_t> small;
    for (std::uint32_t stack = 0; stack < totals_.size(); ++stack) {
      const bool is_told = named_.contains(stack) || stack == record::kNoStack;
      if (!is_told && totals_[stack].figures.allocations > 0) small.push_back(stack);
    }
    std::stable_sort(small.begin(), small.end(), [&](std::uint32_t a, std::uint32_t b) {
      return totals_[a].figures.allocations > totals_[b].figures.allocations;
    });
    small.resize(std::min(small.size(), kMostProfileStacks - named_.size()));
    for (const std::uint32_t stack : small) {
      if (!stacks_(stack)) named_[stack] = std::nullopt;
    }
  }

  using Way = ProfileFrames::Way;
  static inline const Way kNotTold = {};

  /// The way to `stack`; empty where it is not told one by one, null where it is nobody's.
  const Way* WayTo(std::uint32_t stack) const {
    const auto named = named_.find(stack);
    if (named == named_.end()) return IsRegistration(stack) ? nullptr : &kNotTold;
    return named->second ? &*named->second : nullptr;
  }

  /// Each TEST registers itself with some hundred bytes, a call of its own each: thousands of small
  /// ones, made before the first test and there at the end, which would be most of `other`.
  bool IsRegistration(std::uint32_t stack) const {
    if (record_.tests.empty()) return false;
    const ProfileFigures& figures = totals_[stack].figures;
    return made_before_tests_[stack] && figures.kept_blocks == figures.allocations;
  }

  /// An index into the profile's types. What is told of the same code is of the same type.
  std::uint32_t TypeOf(std::uint32_t stack) {
    if (!types_) return kUnknownType;
    const auto [known, is_new] = type_of_stack_.try_emplace(stack, kUnknownType);
    if (!is_new) return known->second;
    const std::string name = types_(stack);
    if (name.empty()) return kUnknownType;
    const auto found = std::find(profile_.types.begin(), profile_.types.end(), name);
    known->second = static_cast<std::uint32_t>(found - profile_.types.begin());
    if (found == profile_.types.end()) profile_.types.push_back(name);
    return known->second;
  }

  void AddSites() {
    std::map<std::pair<Way, std::uint32_t>, ProfileSite> sites;
    ProfileFigures left_out;
    for (std::uint32_t stack = 0; stack < totals_.size(); ++stack) {
      const StackTotals& totals = totals_[stack];
      if (totals.figures == ProfileFigures()) continue;
      const Way* way = WayTo(stack);
      if (way == nullptr || way->empty()) {
        Add(totals.figures, way == nullptr ? &left_out : &profile_.other);
        continue;
      }
      const std::uint32_t type = TypeOf(stack);
      const auto [known, is_new] = sites.try_emplace({*way, type});
      ProfileSite& site = known->second;
      if (is_new) site = {*way, {}, type, BlockShape()};
      Add(totals.figures, &site.figures);
      Add(totals.shape, &*site.shape);
    }
    profile_.left_out = left_out;
    for (auto& [key, site] : sites) profile_.sites.push_back(std::move(site));
    std::stable_sort(profile_.sites.begin(), profile_.sites.end(),
                     [](const ProfileSite& a, const ProfileSite& b) {
                       return std::pair(a.figures.kept_bytes, a.figures.allocated_bytes) >
                              std::pair(b.figures.kept_bytes, b.figures.allocated_bytes);
                     });
  }

  void AddLiveBytes() {
    profile_.live_bytes.resize(columns_.count());
    ForEachChange([&](std::size_t column, std::uint32_t stack, std::int64_t bytes, std::int64_t) {
      if (WayTo(stack) != nullptr) profile_.live_bytes[column] += bytes;
    });
    for (std::size_t i = 1; i < profile_.live_bytes.size(); ++i) {
      profile_.live_bytes[i] += profile_.live_bytes[i - 1];
    }
  }

  void AddPeaks() {
    profile_.peaks.clear();
    for (const auto& [bytes, peak] : peaks_) profile_.peaks.push_back(Told(*peak));
  }

  PeakProfile Told(const RecordedPeak& peak) {
    std::map<std::pair<Way, std::uint32_t>, PeakShare> shares;
    PeakProfile told;
    told.test =
        peak.test == record::kNoTest ? kProgramProfile : record_.tests[peak.test].FullName();
    told.other_bytes = peak.other_bytes;
    told.other_blocks = peak.other_blocks;
    for (const RecordedAmount& amount : peak.amounts) {
      const std::uint32_t stack = StackOf(amount.origin);
      const Way* way = WayTo(stack);
      if (way == nullptr) continue;
      if (way->empty()) {
        told.other_bytes += amount.bytes;
        told.other_blocks += amount.blocks;
        continue;
      }
      const std::uint32_t type = TypeOf(stack);
      PeakShare& share = shares[{*way, type}];
      share.stack = *way;
      share.type = type;
      share.bytes += amount.bytes;
      share.blocks += amount.blocks;
    }
    for (auto& [key, share] : shares) told.shares.push_back(std::move(share));
    std::stable_sort(told.shares.begin(), told.shares.end(),
                     [](const PeakShare& a, const PeakShare& b) { return a.bytes > b.bytes; });
    return told;
  }

  const RecordFile& record_;
  const RecordedTrace& trace_;
  const ProfileStacks& stacks_;
  const ProfileTypes& types_;
  Profile& profile_;
  ProfileFrames frames_;
  const IterationColumns columns_;
  const std::vector<std::uint32_t> same_code_;
  std::vector<StackTotals> totals_;                                   ///< by stack
  std::vector<bool> made_before_tests_;                               ///< by stack: nothing else
  std::vector<std::pair<std::uint64_t, const RecordedPeak*>> peaks_;  ///< those told, with bytes
  std::map<std::uint32_t, std::optional<Way>> named_;                 ///< nothing: nobody's
  std::map<std::uint32_t, std::uint32_t> type_of_stack_;
};

}  // namespace

Profile TraceProfile(const RecordFile& record, const ProfileStacks& stacks,
                     const ProfileTypes& types) {
  Profile profile;
  Profiling(record, stacks, types, &profile).AddAll();
  return profile;
}

void TakePeaks(const RecordFile& record, const ProfileStacks& stacks, Profile* profile,
               const ProfileTypes& types) {
  Profiling(record, stacks, types, profile).AddPeaksAlone();
}

}  // namespace memprof
