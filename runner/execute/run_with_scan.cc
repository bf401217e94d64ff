// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/run_with_scan.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/diagnose/merge.h"
#include "runner/execute/pair_files.h"
#include "runner/execute/scan_units.h"
#include "runner/scan/clang/unit_parser.h"
#include "runner/scan/meets_run.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

Scanned NotScanned(const Error& error) {
  Scanned none;
  std::string why = error.message;
  if (!error.hint.empty()) why += "; " + error.hint;
  none.not_measured.push_back({"scan", "", std::move(why)});
  return none;
}

std::string DirectoryOf(const std::string& binary) {
  std::error_code error;
  return fs::weakly_canonical(fs::absolute(binary, error), error).parent_path().string();
}

}  // namespace

Result<std::optional<Scanned>> ScanBeforeRun(const RunOptions& options, Progress* progress) {
  if (!options.with_scan) return std::optional<Scanned>();
  if (scan::LibclangVersion().empty()) {
    return std::optional(
        NotScanned({ErrorKind::kUnsupported, "this memprof was built without libclang",
                    "install libclang-dev and build memprof again"}));
  }
  const Result<std::string> database =
      FindCompileCommands(options.scan_build, DirectoryOf(options.command[0]));
  if (!database) return database.error();
  const Result<ScanUnits> units = ReadScanUnits(*database, options.source_root, {});
  if (!units) return std::optional(NotScanned(units.error()));
  Result<PairTable> pairs = ReadPairTables(options.pairs, nullptr);
  if (!pairs) return pairs.error();
  const ScanSettings settings{options.jobs, std::move(pairs).value()};
  Result<Scanned> scanned = Scan(*units, settings, progress);
  if (!scanned) return std::optional(NotScanned(scanned.error()));
  return std::optional(std::move(scanned).value());
}

void AddScan(Scanned scanned, Report* report) {
  if (!scanned.stage.empty()) {
    report->stages.insert(report->stages.begin(), "scan: " + scanned.stage);
  }
  for (const std::size_t left : scan::MeetRun(scanned.risks, &report->findings)) {
    report->findings.push_back(std::move(scanned.findings[left]));
  }
  std::stable_sort(report->findings.begin(), report->findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  std::move(scanned.not_measured.begin(), scanned.not_measured.end(),
            std::back_inserter(report->not_measured));
  std::move(scanned.keeps.begin(), scanned.keeps.end(), std::back_inserter(report->suppressions));
  Summarize(report);
}

}  // namespace memprof
