// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/trace_blocks.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "runner/analyze/same_code.h"

namespace memprof {
namespace {

constexpr std::size_t kNoSite = static_cast<std::size_t>(-1);

struct Change {
  std::int64_t bytes = 0;
  std::int64_t blocks = 0;
};

/// Calls `visit(column, origin, change)` for each change of what is alive, oldest first. What
/// changed after the last finished iteration is left out.
template <class Visit>
void ForEachChange(const RecordedTrace& trace, const IterationColumns& columns, Visit visit) {
  std::vector<Change> now(trace.origins.size());
  for (std::size_t i = 0; i < trace.survivor_changes.size(); ++i) {
    const std::size_t column = columns.Of(static_cast<std::uint32_t>(i));
    if (column == columns.count()) break;
    for (const RecordedAmount& amount : trace.survivor_changes[i]) {
      const Change then = now[amount.origin];
      Change& is = now[amount.origin];
      is = {static_cast<std::int64_t>(amount.bytes), static_cast<std::int64_t>(amount.blocks)};
      visit(column, amount.origin, Change{is.bytes - then.bytes, is.blocks - then.blocks});
    }
  }
}

/// Asks once for each stack, and only for those that come up.
class FrameworkStacks {
 public:
  FrameworkStacks(const StackReader& stacks, std::size_t count) : stacks_(stacks), known_(count) {}

  bool Has(std::uint32_t stack) {
    if (stack == record::kNoStack) return false;
    Answer& answer = known_[stack];
    if (answer == Answer::kUnasked) {
      answer = stacks_.is_framework_own(stack) ? Answer::kYes : Answer::kNo;
    }
    return answer == Answer::kYes;
  }

 private:
  enum class Answer : unsigned char { kUnasked, kYes, kNo };

  const StackReader& stacks_;
  std::vector<Answer> known_;
};

/// The origins of one owner and stack that are alive at the end.
struct Candidate {
  std::size_t owner = 0;
  std::uint32_t stack = 0;
  std::int64_t blocks = 0;  ///< alive at the end
  std::int64_t bytes = 0;
  std::int64_t late_rise = 0;  ///< bytes more than in the middle
  std::size_t first = 0;       ///< of its origins in the sorted list
  std::size_t last = 0;
};

/// The blocks of all owners, in two passes over the changes: the first finds out what is alive at
/// the end, and only for that the second keeps series.
class Blocks {
 public:
  Blocks(const RecordFile& record, const OwnerTable& table, const IterationColumns& columns,
         const StackReader& stacks, std::vector<TracedOwner>* owners)
      : trace_(*record.trace),
        table_(table),
        columns_(columns),
        stacks_(stacks),
        same_code_(FirstOfSameCode(trace_)),
        framework_(stacks, trace_.stacks.size()),
        owners_(*owners),
        alive_(trace_.origins.size()),
        late_rise_(trace_.origins.size()),
        seen_(trace_.origins.size()),
        site_of_(trace_.origins.size(), kNoSite) {}

  void Add() {
    AddTotals();
    std::vector<Candidate> candidates = Candidates();
    for (auto first = candidates.begin(); first != candidates.end();) {
      const auto last = std::find_if(first, candidates.end(), [&](const Candidate& candidate) {
        return candidate.owner != first->owner;
      });
      AddSites(first, last);
      first = last;
    }
    FillSites();
  }

 private:
  std::size_t OwnerOf(std::uint32_t origin) const {
    return table_.OfWindow(trace_.origins[origin].window);
  }

  std::uint32_t StackOf(std::uint32_t origin) const {
    return same_code_[trace_.origins[origin].stack];
  }

  void AddTotals() {
    const std::size_t middle = columns_.count() / 2;
    ForEachChange(trace_, columns_,
                  [&](std::size_t column, std::uint32_t origin, const Change& change) {
                    if (framework_.Has(StackOf(origin))) return;
                    seen_[origin] = true;
                    alive_[origin].bytes += change.bytes;
                    alive_[origin].blocks += change.blocks;
                    if (column > middle) late_rise_[origin] += change.bytes;
                    ProcessSeries& series = owners_[OwnerOf(origin)].series;
                    series.quantities[static_cast<std::size_t>(Quantity::kBytes)].values[column] +=
                        change.bytes;
                    series.live_blocks[column] += change.blocks;
                  });
    for (TracedOwner& owner : owners_) {
      SumUp(&owner.series.quantities[static_cast<std::size_t>(Quantity::kBytes)].values);
      SumUp(&owner.series.live_blocks);
    }
  }

  /// The stacks of each owner that have something alive at the end, by owner, and for each those
  /// that are most worth telling first. What such a stack made before and is freed is of its series
  /// too: a vector that grows has one buffer alive at a time, each of another run.
  std::vector<Candidate> Candidates() {
    for (std::uint32_t origin = 0; origin < alive_.size(); ++origin) {
      if (seen_[origin]) origins_.push_back(origin);
    }
    auto key = [this](std::uint32_t origin) { return std::pair(OwnerOf(origin), StackOf(origin)); };
    std::sort(origins_.begin(), origins_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(key(a), a) < std::pair(key(b), b);
    });
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      const auto [owner, stack] = key(origins_[i]);
      if (candidates.empty() || candidates.back().owner != owner ||
          candidates.back().stack != stack) {
        if (!candidates.empty() && candidates.back().blocks <= 0) candidates.pop_back();
        candidates.push_back({owner, stack, 0, 0, 0, i, i});
      }
      Candidate& candidate = candidates.back();
      candidate.blocks += alive_[origins_[i]].blocks;
      candidate.bytes += alive_[origins_[i]].bytes;
      candidate.late_rise += late_rise_[origins_[i]];
      candidate.last = i + 1;
    }
    if (!candidates.empty() && candidates.back().blocks <= 0) candidates.pop_back();
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return std::tuple(a.owner, -a.late_rise, -a.bytes, a.stack) <
             std::tuple(b.owner, -b.late_rise, -b.bytes, b.stack);
    });
    return candidates;
  }

  using Position = std::vector<Candidate>::iterator;

  void AddSites(Position first, Position last) {
    const Position told = last - first > static_cast<std::ptrdiff_t>(kMostSites)
                              ? first + static_cast<std::ptrdiff_t>(kMostSites)
                              : last;
    std::sort(first, told, [](const Candidate& a, const Candidate& b) {
      return std::tuple(-a.bytes, a.stack) < std::tuple(-b.bytes, b.stack);
    });
    for (Position each = first; each != told; ++each) {
      AddSite(each, each + 1,
              each->stack == record::kNoStack ? Stack{} : stacks_.resolve(each->stack));
    }
    if (told != last) AddSite(told, last, Stack{});
  }

  void AddSite(Position first, Position last, Stack stack) {
    TracedOwner& owner = owners_[first->owner];
    TracedSite site;
    std::vector<std::uint32_t> made;
    for (Position each = first; each != last; ++each) {
      for (std::size_t i = each->first; i < each->last; ++i) {
        site_of_[origins_[i]] = owner.sites.size();
        site.origins.push_back(origins_[i]);
        if (alive_[origins_[i]].blocks <= 0) continue;
        made.push_back(trace_.windows[trace_.origins[origins_[i]].window].iteration);
      }
    }
    std::sort(made.begin(), made.end());
    std::sort(site.origins.begin(), site.origins.end());
    site.stack = std::move(stack);
    site.bytes.resize(columns_.count());
    site.blocks.resize(columns_.count());
    site.iterations_made = static_cast<int>(std::unique(made.begin(), made.end()) - made.begin());
    owner.sites.push_back(std::move(site));
  }

  void FillSites() {
    ForEachChange(trace_, columns_,
                  [&](std::size_t column, std::uint32_t origin, const Change& change) {
                    if (site_of_[origin] == kNoSite) return;
                    TracedSite& site = owners_[OwnerOf(origin)].sites[site_of_[origin]];
                    site.bytes[column] += change.bytes;
                    site.blocks[column] += change.blocks;
                  });
    for (TracedOwner& owner : owners_) {
      for (TracedSite& site : owner.sites) {
        SumUp(&site.bytes);
        SumUp(&site.blocks);
      }
    }
  }

  const RecordedTrace& trace_;
  const OwnerTable& table_;
  const IterationColumns& columns_;
  const StackReader& stacks_;
  const std::vector<std::uint32_t> same_code_;
  FrameworkStacks framework_;
  std::vector<TracedOwner>& owners_;
  std::vector<Change> alive_;            ///< at the end, by origin
  std::vector<std::int64_t> late_rise_;  ///< bytes, by origin
  std::vector<bool> seen_;               ///< alive at the end of some iteration, by origin
  std::vector<std::size_t> site_of_;     ///< within its owner, by origin
  std::vector<std::uint32_t> origins_;   ///< those seen, by owner and stack
};

}  // namespace

void AddBlocks(const RecordFile& record, const OwnerTable& table, const IterationColumns& columns,
               const StackReader& stacks, std::vector<TracedOwner>* owners) {
  Blocks(record, table, columns, stacks, owners).Add();
}

void SumUp(std::vector<std::int64_t>* changes) {
  std::partial_sum(changes->begin(), changes->end(), changes->begin());
}

}  // namespace memprof
