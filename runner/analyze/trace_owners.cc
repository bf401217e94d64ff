// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/trace_owners.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "runner/analyze/owner_table.h"
#include "runner/analyze/trace_blocks.h"
#include "runner/analyze/trace_gauges.h"
#include "runner/analyze/trace_resources.h"

namespace memprof {
namespace {

TracedOwner EmptyOwner(const OwnerTable::Owner& who, const ProcessSeries& process,
                       std::size_t columns) {
  TracedOwner owner;
  owner.scope = who.scope;
  owner.name = who.name;
  owner.series.iterations = static_cast<int>(columns);
  owner.series.live_blocks.resize(columns);
  for (const Quantity quantity : kQuantities) {
    QuantitySeries& of = owner.series.quantities[static_cast<std::size_t>(quantity)];
    of.measured = process.Of(quantity).measured;
    of.values.resize(columns);
  }
  return owner;
}

void SetScope(TracedOwner* owner) {
  for (QuantitySeries& of : owner->series.quantities) {
    for (std::vector<std::int64_t>& kept : of.kept_by_scope) kept.assign(of.values.size(), 0);
    of.kept_by_scope[static_cast<std::size_t>(owner->scope)] = of.values;
  }
}

}  // namespace

std::vector<TracedOwner> BuildTracedOwners(const RecordFile& record, const StackReader& stacks) {
  const OwnerTable table(record);
  const IterationColumns columns(record);
  const ProcessSeries process = BuildProcessSeries(record);
  std::vector<TracedOwner> owners;
  owners.reserve(table.size());
  for (const OwnerTable::Owner& owner : table.owners()) {
    owners.push_back(EmptyOwner(owner, process, columns.count()));
  }
  if (columns.count() > 0) {
    AddBlocks(record, table, columns, stacks, &owners);
    AddResources(record, table, columns, stacks, &owners);
    AddUntraced(record, process, table, &owners);
    AddGauges(record, process.gauges, table, columns, stacks, &owners);
  }
  owners.pop_back();  // nobody
  for (TracedOwner& owner : owners) SetScope(&owner);
  return owners;
}

std::string WhyUntraced(const RecordFile& record) {
  if (!record.process) return "the plugin did not speak";
  // A sanitizer's process keeps a trace of what is no block, and its heap series is not measured.
  if (!record.process->heap_counted() && !record.process->is_sanitizer()) {
    return fmt::format("{} answers malloc in this process", record.process->heap_owner_name);
  }
  if (!record.trace) return "the test process kept no trace";
  if (!record.trace->states.empty()) {
    // A signal handler and the end of a thread leave a few that nothing can be kept of; a full
    // table many.
    const record::TraceState& last = record.trace->states.back();
    if (last.untracked_blocks > std::max<std::uint64_t>(100, last.live_blocks / 100)) {
      return fmt::format("the table of live blocks was full: {} are not in it",
                         last.untracked_blocks);
    }
  }
  return "";
}

}  // namespace memprof
