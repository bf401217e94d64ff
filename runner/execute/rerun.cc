// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/rerun.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "runner/analyze/ignored_blocks.h"
#include "runner/base/fnv.h"
#include "runner/execute/disk_room.h"
#include "runner/execute/files.h"
#include "runner/execute/hung_process.h"
#include "runner/execute/stream_outcomes.h"

namespace memprof {
namespace {

/// A stream announces no plan, so there the runs themselves must be looked at.
bool RanATest(const RecordFile& record, const RecordedIteration& iteration) {
  if (iteration.tests_planned > 0) return true;
  return std::any_of(record.runs.begin(), record.runs.end(),
                     [&](const RecordedRun& run) { return run.iteration == iteration.iteration; });
}

}  // namespace

std::string FileKey(const std::string& test) {
  Fnv hash;
  hash.Add(test);
  return hash.Digits();
}

RunFiles FilesFor(const std::string& directory, const std::string& purpose,
                  const std::string& test) {
  const std::string stem = fmt::format("{}/{}-{}", directory, purpose, FileKey(test));
  return {stem + ".rec",      stem + ".log",          stem + ".massif",
          stem + ".snapshot", stem + ".results.json", stem + ".flags"};
}

Rerun RunPlanned(const RunPlan& plan, const RunFiles& files, const std::string& output_path,
                 double time_limit_s, const std::function<bool()>& still_alive, HangStacks stacks) {
  Rerun rerun;
  std::remove(files.record.c_str());
  std::remove(files.results.c_str());
  if (!plan.flags.empty()) {
    if (Result<std::string> written = WriteFile(files.flags, plan.flags); !written) {
      rerun.why_not = written.error().message;
      return rerun;
    }
  }
  Command command;
  command.arguments = plan.arguments;
  command.set_environment = plan.set_environment;
  command.unset_environment = plan.unset_environment;
  command.output_path = output_path;
  command.time_limit_s = time_limit_s;
  command.still_alive = still_alive;
  if (stacks == HangStacks::kRead) {
    command.before_kill = [&](pid_t pid) { rerun.hung = StacksOfHung(pid, files.record); };
  }
  Result<ProcessEnd> end = RunProcess(command);
  if (!end) {
    rerun.why_not = end.error().message;
    return rerun;
  }
  rerun.end = end.value();
  rerun.seconds = end->seconds;
  Result<std::string> bytes = ReadFile(files.record);
  if (!bytes) {
    rerun.why_not = fmt::format("the process {} and wrote no record", end->Text());
    return rerun;
  }
  Result<RecordFile> record = ParseRecord(bytes.value());
  if (!record) {
    rerun.why_not = ErrorOfRecord(files.record, record.error()).message;
    return rerun;
  }
  rerun.record = std::move(record).value();
  TakeOffIgnored(&*rerun.record);
  JoinOutcomes(*rerun.end, files.results, output_path, &*rerun.record);
  std::remove(files.results.c_str());
  // What a test prints a thousand times over is worth keeping only where it explains a failure, or
  // may have the list of leaks.
  const bool succeeded = end->how == ProcessEnd::How::kExited && end->code == 0;
  const bool found_leaks = rerun.record->leaks_found.value_or(false);
  if (succeeded && !found_leaks && output_path != "/dev/null") std::remove(output_path.c_str());
  return rerun;
}

std::string WhyIncomplete(const Rerun& rerun, int runs) {
  if (!rerun.record) return rerun.why_not;
  const auto finished = static_cast<int>(
      std::count_if(rerun.record->iterations.begin(), rerun.record->iterations.end(),
                    [](const RecordedIteration& iteration) { return iteration.finished; }));
  const bool running = !rerun.record->runs.empty() && !rerun.record->runs.back().finished;
  const ProcessEnd& end = *rerun.end;
  if (finished < runs || running) {
    if (end.how == ProcessEnd::How::kTimedOut) {
      return fmt::format("timed out in run {} of {}: it {}", finished + 1, runs, end.Text());
    }
    if (end.how == ProcessEnd::How::kInterrupted) return "interrupted";
    if (!rerun.record->damage.empty()) return "its record is incomplete: " + rerun.record->damage;
    return fmt::format("ended in run {} of {}: the process {}", finished + 1, runs, end.Text());
  }
  for (const RecordedIteration& iteration : rerun.record->iterations) {
    if (!RanATest(*rerun.record, iteration)) return "no test of that name ran";
  }
  if (rerun.record->lost_records > 0) return "records were lost: the disk may be full";
  return "";
}

}  // namespace memprof
