// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "runner/analyze/trace_resources.h"

namespace memprof {
namespace {

/// What hooks did not see of one owner, by target (empty where it is not known).
struct Held {
  std::size_t owner = 0;
  std::string target;
  bool operator<(const Held& other) const {
    return std::pair(owner, target) < std::pair(other.owner, other.target);
  }
};

/// What the owners' own windows of one iteration kept, in the order they ended.
using OwnKept = std::vector<std::pair<std::size_t, std::int64_t>>;

std::int64_t Kept(const record::Window& window, Quantity quantity) {
  switch (quantity) {
    case Quantity::kDescriptors:
      return (window.measured & record::kDescriptorsMeasured) != 0 ? window.descriptors : 0;
    case Quantity::kThreads:
      return (window.measured & record::kThreadsMeasured) != 0 ? window.threads : 0;
    case Quantity::kMappedBytes:
      return (window.measured & record::kMappingsMeasured) != 0 ? window.mapped_bytes : 0;
    case Quantity::kBytes:
      break;
  }
  return 0;
}

/// The records of each finished iteration, found without searching.
struct IterationParts {
  const RecordedIteration* whole = nullptr;
  std::vector<const RecordedRun*> runs;
  std::vector<const RecordedSuite*> suites;
};

std::vector<IterationParts> PartsOf(const RecordFile& record) {
  std::unordered_map<std::uint32_t, std::size_t> columns;
  std::vector<IterationParts> parts;
  for (const RecordedIteration& iteration : record.iterations) {
    if (!iteration.finished) continue;
    columns[iteration.iteration] = parts.size();
    parts.push_back({&iteration, {}, {}});
  }
  for (const RecordedRun& run : record.runs) {
    const auto column = columns.find(run.iteration);
    if (run.finished && column != columns.end()) parts[column->second].runs.push_back(&run);
  }
  for (const RecordedSuite& suite : record.suites) {
    const auto column = columns.find(suite.iteration);
    if (column != columns.end()) parts[column->second].suites.push_back(&suite);
  }
  return parts;
}

OwnKept OwnKeptIn(const IterationParts& parts, const RecordFile& record, const OwnerTable& table,
                  Quantity quantity) {
  OwnKept kept;
  std::unordered_map<std::string, std::int64_t> in_tests;
  for (const RecordedRun* run : parts.runs) {
    const std::int64_t value = Kept(run->window, quantity);
    kept.emplace_back(table.OfTest(run->test), value);
    in_tests[record.tests[run->test].suite] += value;
  }
  std::int64_t in_suites = 0;
  for (const RecordedSuite* suite : parts.suites) {
    const std::int64_t value = Kept(suite->window, quantity);
    in_suites += value;
    kept.emplace_back(table.OfSuite(suite->name), value - in_tests[suite->name]);
  }
  kept.emplace_back(table.program(), Kept(parts.whole->window, quantity) - in_suites);
  return kept;
}

/// One quantity.
class Untraced {
 public:
  Untraced(const RecordFile& record, const std::vector<IterationParts>& parts,
           const OwnerTable& table, Quantity quantity, std::vector<TracedOwner>* owners)
      : record_(record), parts_(parts), table_(table), quantity_(quantity), owners_(*owners) {}

  void Add(const std::vector<std::int64_t>& process) {
    std::vector<std::int64_t> traced(process.size());
    for (const TracedOwner& owner : owners_) {
      const std::vector<std::int64_t>& values = owner.series.Of(quantity_).values;
      for (std::size_t i = 0; i < traced.size(); ++i) traced[i] += values[i];
    }
    for (std::size_t i = 1; i < process.size(); ++i) {
      const std::int64_t change = (process[i] - traced[i]) - (process[i - 1] - traced[i - 1]);
      if (change > 0) Give(i, change);
      if (change < 0) TakeBack(i, -change);
    }
    Finish();
  }

 private:
  std::int64_t TracedChange(std::size_t owner, std::size_t column) const {
    const std::vector<std::int64_t>& values = owners_[owner].series.Of(quantity_).values;
    return values[column] - values[column - 1];
  }

  void Give(std::size_t column, std::int64_t amount) {
    // What was there before and went is back.
    const std::int64_t returned = std::min(debt_, amount);
    debt_ -= returned;
    amount -= returned;
    for (const auto& [owner, kept] : OwnKeptIn(parts_[column], record_, table_, quantity_)) {
      if (amount == 0) return;
      const std::int64_t share = std::min(kept - TracedChange(owner, column), amount);
      if (share <= 0) continue;
      amount -= share;
      GiveTo(owner, column, share);
    }
    if (amount > 0) Change({table_.program(), ""}, column, amount);
  }

  /// Names the descriptors by what the test's window opened.
  void GiveTo(std::size_t owner, std::size_t column, std::int64_t amount) {
    if (quantity_ == Quantity::kDescriptors) {
      for (const RecordedRun* run : parts_[column].runs) {
        if (table_.OfTest(run->test) != owner) continue;
        for (const RecordedDescriptorChange& opened : run->descriptors) {
          const std::int64_t share = std::min<std::int64_t>(
              opened.delta - TracedChangeOf(owner, opened.target, column), amount);
          if (share <= 0) continue;
          amount -= share;
          Change({owner, opened.target}, column, share);
        }
      }
    }
    if (amount > 0) Change({owner, ""}, column, amount);
  }

  std::int64_t TracedChangeOf(std::size_t owner, const std::string& target, std::size_t column) {
    for (const IdentitySeries& identity : owners_[owner].series.descriptors) {
      if (identity.target == target) return identity.counts[column] - identity.counts[column - 1];
    }
    return 0;
  }

  void TakeBack(std::size_t column, std::int64_t amount) {
    // First what its own owner's window gave back, then whatever is held.
    for (const auto& [owner, kept] : OwnKeptIn(parts_[column], record_, table_, quantity_)) {
      const std::int64_t less = std::min(amount, TracedChange(owner, column) - kept);
      if (less > 0) amount -= TakeFrom(owner, column, less);
    }
    for (std::size_t owner = 0; owner < owners_.size() && amount > 0; ++owner) {
      amount -= TakeFrom(owner, column, amount);
    }
    debt_ += amount;
  }

  std::int64_t TakeFrom(std::size_t owner, std::size_t column, std::int64_t amount) {
    std::int64_t taken = 0;
    for (auto held = now_.lower_bound(Held{owner, ""});
         held != now_.end() && held->first.owner == owner && taken < amount; ++held) {
      const std::int64_t share = std::min(held->second, amount - taken);
      if (share <= 0) continue;
      taken += share;
      Change(held->first, column, -share);
    }
    return taken;
  }

  void Change(const Held& held, std::size_t column, std::int64_t amount) {
    now_[held] += amount;
    std::vector<std::int64_t>& changes = changes_[held];
    changes.resize(parts_.size());
    changes[column] += amount;
  }

  void Finish() {
    std::map<std::size_t, TracedResource> resources;
    for (auto& [held, values] : changes_) {
      for (std::size_t i = 1; i < values.size(); ++i) values[i] += values[i - 1];
      TracedOwner& owner = owners_[held.owner];
      TracedResource& resource = resources[held.owner];
      resource.values.resize(values.size());
      std::vector<std::int64_t>& all =
          owner.series.quantities[static_cast<std::size_t>(quantity_)].values;
      for (std::size_t i = 0; i < values.size(); ++i) {
        all[i] += values[i];
        resource.values[i] += values[i];
      }
      if (held.target.empty()) continue;
      if (values.back() > 0) resource.targets.push_back(held.target);
      AddIdentity(held.target, values, &owner.series);
    }
    for (auto& [owner, resource] : resources) {
      if (resource.values.back() <= 0) continue;
      resource.quantity = quantity_;
      owners_[owner].resources.push_back(std::move(resource));
    }
  }

  static void AddIdentity(const std::string& target, const std::vector<std::int64_t>& counts,
                          ProcessSeries* series) {
    for (IdentitySeries& identity : series->descriptors) {
      if (identity.target != target) continue;
      for (std::size_t i = 0; i < counts.size(); ++i) identity.counts[i] += counts[i];
      return;
    }
    series->descriptors.push_back({target, counts});
  }

  const RecordFile& record_;
  const std::vector<IterationParts>& parts_;
  const OwnerTable& table_;
  const Quantity quantity_;
  std::vector<TracedOwner>& owners_;
  std::map<Held, std::int64_t> now_;
  std::map<Held, std::vector<std::int64_t>> changes_;
  std::int64_t debt_ = 0;  ///< given back of what no owner held
};

}  // namespace

void AddUntraced(const RecordFile& record, const ProcessSeries& process, const OwnerTable& table,
                 std::vector<TracedOwner>* owners) {
  const std::vector<IterationParts> parts = PartsOf(record);
  for (const Quantity quantity : kResourceQuantities) {
    const QuantitySeries& total = process.Of(quantity);
    if (total.measured) Untraced(record, parts, table, quantity, owners).Add(total.values);
  }
}

}  // namespace memprof
