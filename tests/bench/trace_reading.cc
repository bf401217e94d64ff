// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/trace_reading.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/trace_reader.h"
#include "runner/parse/record_file.h"

namespace memprof::bench {
namespace {

using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Result<ReadingCost> ReadTrace(const std::string& path) {
  ReadingCost cost;
  const Clock::time_point start = Clock::now();
  Result<RecordFile> parsed = Error{ErrorKind::kNotFound, path, ""};
  {
    const Result<std::string> bytes = ReadFile(path);
    if (!bytes.ok()) return bytes.error();
    parsed = ParseRecord(*bytes);
  }
  if (!parsed.ok()) return parsed.error();
  const RecordFile record = std::move(parsed).value();
  cost.parse_s = Since(start);
  cost.lost_records = record.lost_records;
  if (!record.damage.empty()) return Error{ErrorKind::kDamaged, record.damage, ""};
  if (!record.trace) return Error{ErrorKind::kNotFound, "the record has no trace", ""};
  cost.stacks = record.trace->stacks.size() - 1;
  cost.origins = record.trace->origins.size();
  if (!record.trace->states.empty()) {
    const record::TraceState& last = record.trace->states.back();
    cost.stacks = last.stacks;
    cost.origins = last.origins;
    cost.blocks = last.live_blocks;
    cost.table_bytes = last.table_bytes;
    cost.untracked = last.untracked_blocks;
    cost.lost_stacks = last.lost_stacks;
  }

  const Clock::time_point parsed_at = Clock::now();
  std::vector<std::string> unnamed_modules;
  const std::vector<TracedOwner> owners =
      ReadTracedOwners(record, path, RunOptions(), "", &unnamed_modules, nullptr);
  cost.owners_s = Since(parsed_at);
  for (const TracedOwner& owner : owners) {
    if (owner.scope != Scope::kTest) continue;  // system libraries may lack symbols
    for (const TracedSite& site : owner.sites) {
      if (!site.stack.empty() && site.stack[0].function.empty()) ++cost.unnamed;
    }
  }
  return cost;
}

}  // namespace memprof::bench
