// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/trace_gauges.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "runner/analyze/gauge_series.h"
#include "runner/analyze/same_code.h"
#include "runner/analyze/trace_blocks.h"

namespace memprof {
namespace {

using Values = std::vector<std::int64_t>;

void Add(const Values& more, Values* values) {
  for (std::size_t i = 0; i < more.size() && i < values->size(); ++i) (*values)[i] += more[i];
}

/// memprof::Acquire is a function of memprof/gtest.h, which may lie below the source root.
Stack WithoutOurOwn(Stack stack) {
  const auto first = std::find_if(stack.begin(), stack.end(), [](const Frame& frame) {
    return !frame.function.starts_with("memprof::");
  });
  if (first != stack.end()) stack.erase(stack.begin(), first);
  return stack;
}

/// Objects by kind, owner and stack.
class Objects {
 public:
  Objects(const RecordedTrace& trace, const OwnerTable& table, const IterationColumns& columns)
      : trace_(trace), table_(table), columns_(columns), same_code_(FirstOfSameCode(trace)) {
    for (const RecordedResource& event : trace.resources) {
      if (event.what.kind != record::kPairedObject) continue;
      const std::size_t column = columns.Of(event.what.iteration);
      if (column == columns.count()) continue;
      const std::pair key(event.target, event.what.id);
      if (const auto known = live_.find(key); known != live_.end()) {
        Change(*known->second, column, -1);
        live_.erase(known);
      }
      if (event.what.is_there == 0) continue;
      Change(event, column, 1);
      live_.emplace(key, &event);
    }
    for (auto& [key, values] : sites_) SumUp(&values);
  }

  /// How many objects of a kind each owner has.
  std::map<std::size_t, Values> ByOwner(const std::string& kind) const {
    std::map<std::size_t, Values> by_owner;
    for (const auto& [key, values] : sites_) {
      const auto& [of_kind, owner, stack] = key;
      if (of_kind != kind) continue;
      Add(values, &by_owner.try_emplace(owner, columns_.count()).first->second);
    }
    return by_owner;
  }

  void AddSites(const StackReader& stacks, std::vector<TracedOwner>* owners) const {
    for (const auto& [key, values] : sites_) {
      const auto& [kind, owner, stack] = key;
      if (values.back() <= 0 || owner == table_.nobody()) continue;
      Stack resolved;
      if (stack != record::kNoStack) resolved = WithoutOurOwn(stacks.resolve(stack));
      (*owners)[owner].objects.push_back({kind, std::move(resolved), values});
    }
  }

 private:
  void Change(const RecordedResource& object, std::size_t column, std::int64_t by) {
    const record::Origin& origin = trace_.origins[object.what.origin];
    Values& values =
        sites_[{object.target, table_.OfWindow(origin.window), same_code_[origin.stack]}];
    values.resize(columns_.count());
    values[column] += by;
  }

  const RecordedTrace& trace_;
  const OwnerTable& table_;
  const IterationColumns& columns_;
  const std::vector<std::uint32_t> same_code_;
  std::map<std::pair<std::string, std::uint64_t>, const RecordedResource*> live_;
  std::map<std::tuple<std::string, std::size_t, std::uint32_t>, Values> sites_;  ///< by stack
};

/// Whether as many objects more are there in the end as the trace has more of them.
bool HasAll(const std::map<std::size_t, Values>& by_owner, const GaugeSeries& process) {
  if (process.values.empty()) return true;
  std::int64_t rise = process.values.back() - process.values.front();
  for (const auto& [owner, values] : by_owner) rise -= values.back() - values.front();
  return rise <= 0;
}

}  // namespace

void AddGauges(const RecordFile& record, const std::vector<GaugeSeries>& process,
               const OwnerTable& table, const IterationColumns& columns, const StackReader& stacks,
               std::vector<TracedOwner>* owners) {
  if (process.empty()) return;
  const Objects objects(*record.trace, table, columns);
  for (std::uint32_t gauge = 0; gauge < process.size(); ++gauge) {
    GaugeSeries empty = process[gauge];
    empty.values.assign(columns.count(), 0);
    for (Values& kept : empty.kept_by_scope) kept = empty.values;
    for (TracedOwner& owner : *owners) owner.series.gauges.push_back(empty);
    const auto of = [&](std::size_t owner) -> GaugeSeries& {
      return (*owners)[owner].series.gauges[gauge];
    };
    const std::map<std::size_t, Values> by_owner = objects.ByOwner(empty.name);
    if (empty.kind == record::kPairGauge && HasAll(by_owner, process[gauge])) {
      for (const auto& [owner, values] : by_owner) of(owner).values = values;
      continue;
    }
    for (std::uint32_t test = 0; test < record.tests.size(); ++test) {
      if (table.OfTest(test) >= owners->size()) continue;  // it did not run
      const Values changes = GaugeChanges(record, gauge, test);
      GaugeSeries& own = of(table.OfTest(test));
      own.measured = !changes.empty() && (own.measured || !process[gauge].values.empty());
      own.values = changes.empty() ? empty.values : changes;
      SumUp(&own.values);
    }
    const Values& rest = process[gauge].kept_by_scope[static_cast<std::size_t>(Scope::kProgram)];
    if (rest.size() == columns.count()) of(table.program()).values = rest;
  }
  for (TracedOwner& owner : *owners) {
    for (GaugeSeries& own : owner.series.gauges) {
      own.kept_by_scope[static_cast<std::size_t>(owner.scope)] = own.values;
    }
  }
  objects.AddSites(stacks, owners);
}

}  // namespace memprof
