// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_scan.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/diagnose/merge.h"
#include "runner/execute/deliver.h"
#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"
#include "runner/execute/pair_files.h"
#include "runner/execute/policy_files.h"
#include "runner/execute/process.h"
#include "runner/execute/progress.h"
#include "runner/execute/report_root.h"
#include "runner/execute/scan_units.h"
#include "runner/execute/scanned_findings.h"
#include "runner/execute/source_excerpts.h"
#include "runner/report/exit_code.h"

namespace memprof {
namespace {

constexpr int kExitInterrupted = 130;  // as shells have it: 128 + SIGINT

ProgressForm FormFor(const ScanRequest& request) {
  if (request.quiet) return ProgressForm::kErrors;
  return request.live_progress ? ProgressForm::kLive : ProgressForm::kLines;
}

Report ReportOf(Scanned scanned, const std::string& root) {
  Report report;
  report.tool_version = MEMPROF_VERSION;
  report.scan = scanned.use;
  report.stages = {"scan: " + scanned.stage};
  report.interrupted = scanned.interrupted;
  if (report.interrupted) report.interrupted_in = "scan";
  report.findings = std::move(scanned.findings);
  report.not_measured = std::move(scanned.not_measured);
  report.suppressions = std::move(scanned.keeps);
  ReadSourceExcerpts(root, &report);
  Summarize(&report);
  return report;
}

Result<int> DeliverScan(const Report& report, const ScanRequest& request, const std::string& root,
                        Progress* progress) {
  Delivery delivery;
  delivery.formats = request.formats;
  delivery.render = request.render;
  delivery.render.source_root = root;
  delivery.render.host = HostName();
  delivery.color = request.color;
  delivery.hyperlinks = request.hyperlinks;
  delivery.text_columns = request.text_columns;
  if (!request.out.empty()) {
    Result<std::string> made = MakeDirectory(request.out);
    if (!made) return made.error();
    delivery.directory = made.value();
    delivery.render.patch_directory = PatchDirectory(report, request.out, root);
    delivery.render.fixes_directory = FixDirectory(request.out);
  }
  if (const Renderer* only = FormatToPrint(request)) {
    const std::string text = only->render(report, delivery.render);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return report.interrupted ? kExitInterrupted : ExitCode(report, request.failure);
  }
  if (Result<std::string> written = Deliver(report, delivery); !written) return written.error();
  if (!request.out.empty()) progress->Note("reports are in " + request.out);
  return report.interrupted ? kExitInterrupted : ExitCode(report, request.failure);
}

}  // namespace

Result<int> CommandScan(const ScanRequest& request) {
  if (scan::LibclangVersion().empty()) {
    return Error{ErrorKind::kUnsupported, "this memprof was built without libclang",
                 "install libclang-dev and build memprof again"};
  }
  const Result<Policy> policy = ReadPolicy(request);
  if (!policy) return policy.error();
  std::error_code error;
  const Result<std::string> database =
      FindCompileCommands(request.build, std::filesystem::current_path(error).string());
  if (!database) return database.error();
  const Result<ScanUnits> units = ReadScanUnits(*database, request.source_root, request.paths);
  if (!units) return units.error();
  if (units->units.empty()) {
    return Error{ErrorKind::kUnreadable,
                 fmt::format("{} has no C or C++ file below {}", *database, units->root),
                 "name the directory of your code: --source-root DIR"};
  }
  Result<PairTable> pairs = ReadPairTables(request.pairs, nullptr);
  if (!pairs) return pairs.error();
  const ScanSettings settings{request.jobs, std::move(pairs).value(), request.analyzer};
  HandleInterrupts();
  Progress progress(FormFor(request), request.verbose, {"scan"});
  progress.Note(fmt::format("the build is {}", *database));
  Result<Scanned> scanned = Scan(*units, settings, &progress);
  if (!scanned) {
    if (!Interrupted()) return scanned.error();
    progress.Warn(scanned.error().message);
    return kExitInterrupted;
  }
  Report report = ReportOf(std::move(scanned).value(), units->root);
  ApplyPolicy(*policy, &report);
  if (Result<bool> kept = WriteBaselineFile(request, report); !kept) {
    return kept.error();
  } else if (!request.write_baseline.empty()) {
    progress.Note(*kept ? "the baseline is in " + request.write_baseline
                        : "no baseline was written: the scan did not come to its end");
  }
  return DeliverScan(report, request, units->root, &progress);
}

}  // namespace memprof
