// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/dump.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "gtest_plugin/record/format.h"
#include "runner/report/dump_fields.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

/// Grows when a line's members change their names or meaning; new members leave it.
constexpr int kDumpSchemaVersion = 1;

std::string Line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// Takes strings, each a member with one of `keys`.
bool TakeTexts(RecordCursor& payload, std::initializer_list<const char*> keys, Json* line) {
  for (const char* key : keys) {
    std::string text;
    if (!payload.Take(&text)) return false;
    (*line)[key] = std::move(text);
  }
  return true;
}

Json Measured(std::uint32_t bits) {
  return DumpBits(bits, {"heap", "descriptors", "threads", "mappings"});
}

template <class T>
Json Where(std::uint32_t measured, std::uint32_t bit, T value) {
  return (measured & bit) != 0 ? Json(value) : Json();
}

Json WindowFields(const record::Window& window) {
  const std::uint32_t measured = window.measured;
  auto heap = [measured](auto value) { return Where(measured, record::kHeapMeasured, value); };
  return {
      {"measured", Measured(measured)},
      {"kept_bytes", heap(window.kept_bytes)},
      {"kept_blocks", heap(window.kept_blocks)},
      {"allocations", heap(window.allocations)},
      {"allocated_bytes", heap(window.allocated_bytes)},
      {"peak_bytes", heap(window.peak_bytes)},
      {"mapped_bytes", Where(measured, record::kMappingsMeasured, window.mapped_bytes)},
      {"mappings", Where(measured, record::kMappingsMeasured, window.mappings)},
      {"descriptors", Where(measured, record::kDescriptorsMeasured, window.descriptors)},
      {"threads", Where(measured, record::kThreadsMeasured, window.threads)},
      {"wall_ns", window.wall_ns},
  };
}

Json TotalsFields(const record::Totals& totals) {
  const std::uint32_t measured = totals.measured;
  return {
      {"measured", Measured(measured)},
      {"live_bytes", Where(measured, record::kHeapMeasured, totals.live_bytes)},
      {"live_blocks", Where(measured, record::kHeapMeasured, totals.live_blocks)},
      {"mapped_bytes", Where(measured, record::kMappingsMeasured, totals.mapped_bytes)},
      {"mappings", Where(measured, record::kMappingsMeasured, totals.mappings)},
      {"descriptors", Where(measured, record::kDescriptorsMeasured, totals.descriptors)},
      {"threads", Where(measured, record::kThreadsMeasured, totals.threads)},
      {"counted_threads", Where(measured, record::kHeapMeasured, totals.counted_threads)},
  };
}

bool HelloFields(RecordCursor& payload, Json* line) {
  record::Hello hello;
  if (!payload.Take(&hello)) return false;
  (*line)["pid"] = hello.pid;
  (*line)["heap_owner"] = DumpName(hello.heap_owner, {nullptr, "glibc", "forwarded", "sanitizer",
                                                      "valgrind", "other", "told_sanitizer"});
  (*line)["tests_planned"] = hello.tests_planned;
  (*line)["repeat"] = hello.repeat;
  (*line)["started_unix_ns"] = hello.started_unix_ns;
  if (!TakeTexts(payload, {"executable", "directory", "heap_owner_name"}, line)) return false;
  record::HelloMore more;
  if (payload.Take(&more)) {  // since 1.1
    (*line)["trace_mode"] = DumpName(more.trace_mode, {"counters_only", "full_trace"});
    (*line)["boundary_source"] = DumpName(more.boundary_source, {"listener", "stream", "process"});
  }
  return true;
}

bool TestInfoFields(RecordCursor& payload, Json* line) {
  record::TestInfo info;
  if (!payload.Take(&info)) return false;
  (*line)["id"] = info.id;
  (*line)["line"] = info.line;
  return TakeTexts(payload, {"suite", "name", "file", "type_parameter", "value_parameter"}, line);
}

bool IterationStartFields(RecordCursor& payload, Json* line) {
  record::IterationStart start;
  if (!payload.Take(&start)) return false;
  (*line)["iteration"] = start.iteration;
  (*line)["tests_planned"] = start.tests_planned;
  return true;
}

bool SuiteEndFields(RecordCursor& payload, Json* line) {
  record::SuiteEnd end;
  if (!payload.Take(&end) || !TakeTexts(payload, {"suite"}, line)) return false;
  (*line)["iteration"] = end.iteration;
  (*line)["tests_run"] = end.tests_run;
  (*line)["window"] = WindowFields(end.window);
  return true;
}

bool TestStartFields(RecordCursor& payload, Json* line) {
  record::TestStart start;
  if (!payload.Take(&start)) return false;
  (*line)["id"] = start.id;
  (*line)["iteration"] = start.iteration;
  return true;
}

bool TestEndFields(RecordCursor& payload, Json* line) {
  record::TestEnd end;
  if (!payload.Take(&end)) return false;
  (*line)["id"] = end.id;
  (*line)["iteration"] = end.iteration;
  (*line)["outcome"] = DumpName(end.outcome, {"passed", "failed", "skipped"});
  (*line)["results"] = end.results;
  (*line)["window"] = WindowFields(end.window);
  return true;
}

bool IterationEndFields(RecordCursor& payload, Json* line) {
  record::IterationEnd end;
  if (!payload.Take(&end)) return false;
  (*line)["iteration"] = end.iteration;
  (*line)["window"] = WindowFields(end.window);
  (*line)["totals"] = TotalsFields(end.totals);
  return true;
}

bool ProgramEndFields(RecordCursor& payload, Json* line) {
  record::ProgramEnd end;
  if (!payload.Take(&end)) return false;
  (*line)["passed"] = end.passed != 0;
  return true;
}

bool DescriptorChangeFields(RecordCursor& payload, Json* line) {
  record::DescriptorChange change;
  if (!payload.Take(&change)) return false;
  (*line)["iteration"] = change.iteration;
  (*line)["test"] = DumpTest(change.test);
  (*line)["delta"] = change.delta;
  (*line)["count"] = change.count;
  (*line)["device"] = change.device;
  (*line)["inode"] = change.inode;
  return TakeTexts(payload, {"target"}, line);
}

bool LostFields(RecordCursor& payload, Json* line) {
  record::Lost lost;
  if (!payload.Take(&lost)) return false;
  (*line)["records"] = lost.records;
  (*line)["descriptors"] = lost.descriptors;
  return true;
}

bool LeakCheckFields(RecordCursor& payload, Json* line) {
  record::LeakCheck check;
  if (!payload.Take(&check)) return false;
  (*line)["found"] = check.found != 0;
  return true;
}

bool ProcessEndFields(RecordCursor& payload, Json* line) {
  record::ProcessEnd end;
  if (!payload.Take(&end)) return false;
  (*line)["live_bytes"] = end.live_bytes;
  (*line)["live_blocks"] = end.live_blocks;
  return true;
}

bool EndingFields(RecordCursor& payload, Json* line) {
  record::Ending ending;
  if (!payload.Take(&ending)) return false;
  (*line)["kind"] = DumpName(ending.kind, {"still_runs", "main_returned", "exit", "quick_exit",
                                           "_exit", "daemon", "abort", "otherwise"});
  (*line)["forks"] = ending.forks;
  (*line)["uptime_ns"] = ending.uptime_ns;
  return true;
}

constexpr DumpedType kCounterTypes[] = {
    {record::kHello, "hello", HelloFields},
    {record::kTestInfo, "test_info", TestInfoFields},
    {record::kIterationStart, "iteration_start", IterationStartFields},
    {record::kSuiteEnd, "suite_end", SuiteEndFields},
    {record::kTestStart, "test_start", TestStartFields},
    {record::kTestEnd, "test_end", TestEndFields},
    {record::kIterationEnd, "iteration_end", IterationEndFields},
    {record::kProgramEnd, "program_end", ProgramEndFields},
    {record::kDescriptorChange, "descriptor_change", DescriptorChangeFields},
    {record::kLost, "lost", LostFields},
    {record::kLeakCheck, "leak_check", LeakCheckFields},
    {record::kProcessEnd, "process_end", ProcessEndFields},
    {record::kEnding, "ending", EndingFields},
};

const DumpedType* FindType(std::uint16_t type) {
  const std::span<const DumpedType> tables[] = {kCounterTypes, DumpedTraceTypes(),
                                                DumpedSnapshotTypes(), DumpedAuthoredTypes()};
  for (const auto& table : tables) {
    for (const DumpedType& known : table) {
      if (known.type == type) return &known;
    }
  }
  return nullptr;
}

}  // namespace

Json DumpName(std::uint32_t value, std::initializer_list<const char*> names) {
  if (value >= names.size() || names.begin()[value] == nullptr) return value;
  return names.begin()[value];
}

std::string DumpAddress(std::uint64_t address) { return fmt::format("{:#x}", address); }

Json DumpTest(std::uint32_t test) { return test == record::kNoTest ? Json() : Json(test); }

Json DumpBits(std::uint32_t bits, std::initializer_list<const char*> names) {
  Json set = Json::array();
  std::uint32_t bit = 1;
  for (const char* name : names) {
    if ((bits & bit) != 0) set.push_back(name);
    bits &= ~bit;
    bit <<= 1;
  }
  if (bits != 0) set.push_back(bits);
  return set;
}

std::string DumpHeader(const record::FileHeader& header) {
  return Line({{"type", "file_header"},
               {"schema_version", kDumpSchemaVersion},
               {"major", header.major},
               {"minor", header.minor},
               {"owner_pid", header.owner_pid}});
}

std::optional<std::string> DumpRecord(const RawRecord& raw) {
  Json line = {{"sequence", raw.sequence}};
  const DumpedType* known = FindType(raw.type);
  if (known == nullptr) {
    line["type"] = "unknown";
    line["number"] = raw.type;
    line["payload_bytes"] = raw.payload.size();
    return Line(line);
  }
  line["type"] = known->name;
  RecordCursor payload(raw.payload);
  if (!known->fields(payload, &line)) return std::nullopt;
  return Line(line);
}

}  // namespace memprof
