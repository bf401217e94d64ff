// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/running_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "runner/execute/files.h"
#include "runner/execute/program_report.h"
#include "runner/execute/scratch_directory.h"
#include "runner/execute/snapshot_service.h"

namespace memprof {
namespace {

/// A heap of many GiB takes its copy half a minute to write.
constexpr double kPatienceSeconds = 300;

/// Modules that are not to be seen from here: it may run in a container, or was built anew.
void AddMissingFiles(const RecordFile& record, Report* report) {
  if (!record.trace || record.trace->modules.empty()) return;
  const std::string& executable = record.process->executable;
  if (executable.empty() || access(executable.c_str(), R_OK) == 0) return;
  report->not_measured.push_back(
      {"symbols", "",
       fmt::format("{} is not to be read here, so its functions and types have no names: the "
                   "process may run in a container, whose files this one does not see",
                   executable)});
}

}  // namespace

Result<Report> ReportOfRunning(pid_t pid, const std::string& source_root) {
  const ScratchDirectory scratch;
  if (scratch.path().empty()) {
    return Error{ErrorKind::kUnreadable, "no temporary directory can be made",
                 "TMPDIR names the place for it"};
  }
  MeasuredProgram program;
  program.record_path = scratch.path() + "/asked.rec";
  const Result<record::ServiceReply> reply =
      AskForSnapshot(pid, program.record_path, kPatienceSeconds);
  if (!reply) return reply.error();
  const Result<std::string> bytes = ReadFile(program.record_path);
  if (!bytes) return bytes.error();
  Result<RecordFile> record = ParseRecord(bytes.value());
  if (!record) return record.error();
  if (!record->process || record->iterations.empty() || !record->iterations.back().finished) {
    return Error{ErrorKind::kDamaged,
                 fmt::format("what process {} answered is no whole record{}{}", pid,
                             record->damage.empty() ? "" : ": ", record->damage),
                 "The temporary directory may be full."};
  }
  program.record = std::move(record).value();
  program.pid = pid;
  program.end = "is running";
  if (program.record.ending) {
    program.wall_ns = static_cast<std::int64_t>(program.record.ending->uptime_ns);
  }
  program.paused_ns = static_cast<std::int64_t>(reply->paused_ns);
  RunOptions options;
  options.command = {program.record.process->executable};
  options.source_root = source_root;
  options.waste = false;
  Report report = ReportOfProgram(program, options);
  AddMissingFiles(program.record, &report);
  return report;
}

}  // namespace memprof
