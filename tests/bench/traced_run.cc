// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/traced_run.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace memprof::bench {
namespace {

std::string RecordIn(const std::string& directory) { return directory + "/scale.rec"; }

}  // namespace

Result<ProgramRun> RunPlain(Invocation invocation, const std::string& directory) {
  const std::string figures = directory + "/figures.txt";
  std::error_code ignored;
  std::filesystem::remove(figures, ignored);
  std::filesystem::remove(RecordIn(directory), ignored);
  invocation.environment.emplace_back("BENCH_FIGURES", figures);
  Result<Usage> usage = RunMeasured(invocation, directory + "/stderr.log");
  if (!usage.ok()) return usage.error();
  ProgramRun run;
  run.usage = *usage;
  std::ifstream in(figures);
  for (EndFigure end; in >> end.resident_kib >> end.peak_kib >> end.seconds;) {
    end.seconds /= 1e6;
    run.ends.push_back(end);
  }
  if (run.ends.size() < 2) {
    return Error{ErrorKind::kProcess, invocation.arguments[0] + " wrote no figures", ""};
  }
  const auto bytes = std::filesystem::file_size(RecordIn(directory), ignored);
  run.record_mib = ignored ? 0 : static_cast<double>(bytes) / (1 << 20);
  return run;
}

Result<ProgramRun> RunTraced(Invocation invocation, const std::string& directory) {
  invocation.environment.emplace_back("MEMPROF_TRACE", "1");
  invocation.environment.emplace_back("MEMPROF_RECORD", RecordIn(directory));
  return RunPlain(std::move(invocation), directory);
}

Result<ReadingRun> RunReading(const std::string& directory) {
  const std::string out = directory + "/reading.txt";
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const Result<Usage> usage =
      RunMeasured({{self, "--read", RecordIn(directory), out}, {}}, directory + "/stderr.log");
  if (!usage.ok()) return usage.error();
  ReadingRun run;
  run.usage = *usage;
  ReadingCost& cost = run.cost;
  std::ifstream in(out);
  if (!(in >> cost.parse_s >> cost.owners_s >> cost.stacks >> cost.origins >> cost.blocks >>
        cost.table_bytes >> cost.untracked >> cost.lost_stacks >> cost.lost_records >>
        cost.unnamed)) {
    return Error{ErrorKind::kDamaged, "the reading process wrote no figures", ""};
  }
  return run;
}

int ReadingMain(const std::string& record, const std::string& out) {
  const Result<ReadingCost> read = ReadTrace(record);
  if (!read.ok()) {
    fmt::print(stderr, "{}: {}\n", record, read.error().message);
    return 1;
  }
  std::ofstream(out) << fmt::format("{} {} {} {} {} {} {} {} {} {}\n", read->parse_s,
                                    read->owners_s, read->stacks, read->origins, read->blocks,
                                    read->table_bytes, read->untracked, read->lost_stacks,
                                    read->lost_records, read->unnamed);
  return 0;
}

}  // namespace memprof::bench
