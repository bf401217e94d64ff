// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/trace_resources.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "runner/analyze/same_code.h"
#include "runner/analyze/trace_blocks.h"

namespace memprof {
namespace {

Quantity QuantityOf(std::uint32_t kind) {
  switch (kind) {
    case record::kDescriptor:
      return Quantity::kDescriptors;
    case record::kThread:
      return Quantity::kThreads;
    default:
      return Quantity::kMappedBytes;
  }
}

/// A resource from the column where it was first found on.
struct Live {
  const RecordedResource* found = nullptr;
  std::size_t column = 0;
};

/// The resources of one owner with one stack.
struct Site {
  std::vector<std::int64_t> values;  ///< as changes
  std::set<std::string> targets;     ///< alive at the end
};

class Resources {
 public:
  Resources(const RecordedTrace& trace, const OwnerTable& table, const IterationColumns& columns,
            std::vector<TracedOwner>* owners)
      : trace_(trace),
        table_(table),
        columns_(columns),
        same_code_(FirstOfSameCode(trace)),
        owners_(*owners) {}

  void Add(const StackReader& stacks) {
    for (const RecordedResource& event : trace_.resources) {
      if (event.what.kind == record::kPairedObject) continue;  // AddGauges
      const std::size_t column = columns_.Of(event.what.iteration);
      if (column == columns_.count()) continue;
      // A number that is found anew without having gone is another one's now.
      const std::pair key(event.what.kind, event.what.id);
      if (const auto known = live_.find(key); known != live_.end()) {
        Count(*known->second.found, known->second.column, column);
        live_.erase(known);
      }
      if (event.what.is_there != 0) live_.emplace(key, Live{&event, column});
    }
    for (const auto& [key, live] : live_) Count(*live.found, live.column, columns_.count());
    Finish(stacks);
  }

 private:
  /// One that was there at the ends of the columns [from, to).
  void Count(const RecordedResource& resource, std::size_t from, std::size_t to) {
    if (from == to) return;
    const record::Origin& origin = trace_.origins[resource.what.origin];
    const std::size_t owner = table_.OfWindow(origin.window);
    const Quantity quantity = QuantityOf(resource.what.kind);
    const std::int64_t value =
        quantity == Quantity::kMappedBytes ? static_cast<std::int64_t>(resource.what.bytes) : 1;
    auto change = [&](std::vector<std::int64_t>* changes) {
      changes->resize(columns_.count());
      (*changes)[from] += value;
      if (to < columns_.count()) (*changes)[to] -= value;
    };
    change(&owners_[owner].series.quantities[static_cast<std::size_t>(quantity)].values);
    Site& site = sites_[{owner, quantity, same_code_[origin.stack]}];
    change(&site.values);
    if (quantity != Quantity::kDescriptors) return;
    change(&identities_[{owner, resource.target}]);
    if (to == columns_.count()) site.targets.insert(resource.target);
  }

  void Finish(const StackReader& stacks) {
    for (TracedOwner& owner : owners_) {
      for (const Quantity quantity : kResourceQuantities) {
        SumUp(&owner.series.quantities[static_cast<std::size_t>(quantity)].values);
      }
    }
    for (auto& [key, site] : sites_) {
      const auto& [owner, quantity, stack] = key;
      SumUp(&site.values);
      if (site.values.back() <= 0) continue;
      TracedResource resource;
      resource.quantity = quantity;
      if (stack != record::kNoStack) resource.stack = stacks.resolve(stack);
      resource.targets.assign(site.targets.begin(), site.targets.end());
      resource.values = std::move(site.values);
      owners_[owner].resources.push_back(std::move(resource));
    }
    for (auto& [key, counts] : identities_) {
      SumUp(&counts);
      owners_[key.first].series.descriptors.push_back({key.second, std::move(counts)});
    }
  }

  const RecordedTrace& trace_;
  const OwnerTable& table_;
  const IterationColumns& columns_;
  const std::vector<std::uint32_t> same_code_;
  std::vector<TracedOwner>& owners_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, Live> live_;  ///< by kind and number
  std::map<std::tuple<std::size_t, Quantity, std::uint32_t>, Site> sites_;
  std::map<std::pair<std::size_t, std::string>, std::vector<std::int64_t>> identities_;
};

}  // namespace

void AddResources(const RecordFile& record, const OwnerTable& table,
                  const IterationColumns& columns, const StackReader& stacks,
                  std::vector<TracedOwner>* owners) {
  Resources(*record.trace, table, columns, owners).Add(stacks);
}

}  // namespace memprof
