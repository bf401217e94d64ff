// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_view.h"

#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/execute/deliver.h"
#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"
#include "runner/execute/merged_report.h"
#include "runner/execute/report_files.h"
#include "runner/execute/report_root.h"
#include "runner/execute/running_process.h"
#include "runner/execute/view_sources.h"
#include "runner/report/place_links.h"
#include "runner/report/renderers.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kDefaultResult = {"memprof-out"};

/// Whether `memprof recommend NAME` names a result with its only name: a module has no report.json.
/// A directory may be both, and is a module only of a result that is there.
bool IsResult(const std::string& name, const std::vector<std::string>& results) {
  std::error_code error;
  const fs::path path(name);
  if (fs::is_regular_file(path, error)) return path.extension() == ".json";
  if (fs::is_regular_file(path / "report.json", error)) return true;
  return results == kDefaultResult && !fs::exists(results[0], error) &&
         fs::is_directory(path, error);
}

/// Where the patches of the only result lie, if it still has them.
std::string FixesBeside(const std::vector<std::string>& files) {
  if (files.size() != 1) return "";
  const std::string beside = FixDirectory(fs::path(files[0]).parent_path().string());
  std::error_code error;
  return fs::is_directory(beside, error) ? beside : "";
}

/// JSON as it is; in text places are links where the terminal takes them.
void Print(const std::string& answer, const Report& report, const ViewRequest& request) {
  if (request.WantsJson()) {
    std::fwrite(answer.data(), 1, answer.size(), stdout);
    return;
  }
  RenderOptions options;
  options.source_root = request.source_root;
  options.host = HostName();
  PrintForPeople(request.hyperlinks ? WithPlaceLinks(answer, report, options) : answer);
}

/// A process in place of a result. With `out` its report is kept, for later views and `memprof
/// diff`.
Result<int> AskRunning(const ViewRequest& asked) {
  ViewRequest request = asked;
  const Result<Report> report = ReportOfRunning(request.pid, request.source_root);
  if (!report) return report.error();
  if (!request.out.empty()) {
    const Result<std::string> directory = MakeDirectory(request.out);
    if (!directory) return directory.error();
    const Result<std::string> written =
        WriteFile(*directory + "/report.json", RenderJson(*report, RenderOptions()));
    if (!written) return written.error();
  }
  for (const NotMeasured& gap : report->not_measured) {
    const std::string line = "memprof: not measured: " + gap.why + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
  request.source_root = ReportRoot(*report, request.source_root);
  request.read_source = ViewSourceReader(*report, request.source_root);
  const Result<std::string> answer = EntryOf(request.view).render(*report, request);
  if (!answer) return answer.error();
  Print(*answer, *report, request);
  return 0;
}

}  // namespace

Result<int> CommandView(const ViewRequest& asked) {
  if (asked.pid != 0) return AskRunning(asked);
  ViewRequest request = asked;
  if (request.view == View::kRecommend && IsResult(request.selector, request.paths)) {
    if (request.paths == kDefaultResult) request.paths.clear();
    request.paths.insert(request.paths.begin(), std::exchange(request.selector, ""));
  }
  const Result<std::vector<std::string>> files = FindReportFiles(request.paths, "");
  if (!files) return files.error();
  const Result<Report> report = ReadMergedReport(*files);
  if (!report) return report.error();
  request.fixes_directory = FixesBeside(*files);
  request.patch_directory =
      PatchDirectory(*report, fs::path(files->front()).parent_path().string(), request.source_root);
  request.source_root = ReportRoot(*report, request.source_root);
  request.read_source = ViewSourceReader(*report, request.source_root);
  const Result<std::string> answer = EntryOf(request.view).render(*report, request);
  if (!answer) return answer.error();
  Print(*answer, *report, request);
  return 0;
}

}  // namespace memprof
