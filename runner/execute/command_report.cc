// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/execute/deliver.h"
#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"
#include "runner/execute/gtest_xml_files.h"
#include "runner/execute/merged_report.h"
#include "runner/execute/policy_files.h"
#include "runner/execute/progress.h"
#include "runner/execute/report_files.h"
#include "runner/execute/report_root.h"
#include "runner/report/exit_code.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

/// Whether the user did not name each of the files, or its directory.
bool WereSearched(const std::vector<std::string>& paths, const std::vector<std::string>& files) {
  std::vector<fs::path> named;
  for (const std::string& path : paths) {
    named.push_back(fs::path(path).lexically_normal());
    named.push_back((fs::path(path) / "report.json").lexically_normal());
  }
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    return std::find(named.begin(), named.end(), fs::path(file).lexically_normal()) == named.end();
  });
}

/// Where the patches of the report lie: those of a single run are still beside it.
std::string FixesOf(const ReportRequest& request, const std::vector<std::string>& files) {
  if (!request.out.empty()) return FixDirectory(request.out);
  if (files.size() != 1) return "";
  const std::string beside = FixDirectory(fs::path(files[0]).parent_path().string());
  std::error_code error;
  return fs::is_directory(beside, error) ? beside : "";
}

Result<std::string> Show(const Report& report, const ReportRequest& request,
                         const RenderOptions& render) {
  if (const Renderer* only = FormatToPrint(request)) {
    const std::string text = only->render(report, render);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return std::string();
  }
  Delivery delivery;
  delivery.formats = request.formats;
  delivery.render = render;
  delivery.color = request.color;
  delivery.hyperlinks = request.hyperlinks;
  delivery.text_columns = request.text_columns;
  if (!request.out.empty()) {
    Result<std::string> made = MakeDirectory(request.out);
    if (!made) return made;
    delivery.directory = made.value();
  }
  return Deliver(report, delivery);
}

}  // namespace

Result<int> CommandReport(const ReportRequest& request) {
  const Result<std::vector<std::string>> files = FindReportFiles(request.paths, request.out);
  if (!files) return files.error();
  const Result<Policy> policy = ReadPolicy(request);
  if (!policy) return policy.error();
  Result<std::vector<GtestResult>> gtest_results = ReadGtestXmlFiles(request.gtest_xml);
  if (!gtest_results) return gtest_results.error();
  Progress progress(request.quiet ? ProgressForm::kErrors : ProgressForm::kNotes,
                    /*details=*/false, {});
  if (WereSearched(request.paths, *files)) {
    progress.Note(fmt::format("taking {}: {}",
                              Counted(static_cast<std::int64_t>(files->size()), "report"),
                              fmt::join(*files, ", ")));
  }
  Result<Report> merged = ReadMergedReport(*files);
  if (!merged) return merged.error();
  Report report = std::move(merged).value();
  ApplyPolicy(*policy, &report);
  if (Result<bool> kept = WriteBaselineFile(request, report); !kept) {
    return kept.error();
  } else if (!request.write_baseline.empty()) {
    progress.Note(*kept ? "the baseline is in " + request.write_baseline
                        : "no baseline was written: a part did not come to its end");
  }
  RenderOptions render = request.render;
  render.gtest_results = std::move(gtest_results).value();
  const std::string fixes_below =
      request.out.empty() ? fs::path(files->front()).parent_path().string() : request.out;
  render.patch_directory = PatchDirectory(report, fixes_below, request.source_root);
  render.fixes_directory = FixesOf(request, *files);
  render.source_root = ReportRoot(report, request.source_root);
  render.host = HostName();
  if (Result<std::string> shown = Show(report, request, render); !shown) return shown.error();
  if (!request.out.empty()) {
    progress.Note("reports are in " + request.out);
  }
  return ExitCode(report, request.failure);
}

}  // namespace memprof
