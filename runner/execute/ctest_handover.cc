// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/ctest_handover.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/merge.h"
#include "runner/execute/confirm.h"
#include "runner/execute/evidence_file.h"
#include "runner/execute/files.h"
#include "runner/execute/preload_file.h"
#include "runner/execute/program_evidence.h"
#include "runner/execute/result_layout.h"
#include "runner/execute/source_reader.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

/// What the screen alone tells of tests, each test's in a file for it.
Result<std::string> LeaveScreenFindings(const Triaged& triaged, const RunOptions& options,
                                        const std::string& directory) {
  std::map<std::string, Report> parts;
  for (const Finding& finding : triaged.screen_findings) {
    if (finding.tests.empty()) continue;
    Report& part = parts[finding.tests[0]];
    part.tool_version = triaged.report.tool_version;
    part.binary = triaged.report.binary;
    part.findings.push_back(finding);
  }
  for (auto& [test, part] : parts) {
    part.findings = GroupFindings(std::move(part.findings));
    AdviseFromDisk(triaged.source_root, &part);
    Result<std::string> written =
        WriteFile(ScreenFindingsPath(directory, test), RenderJson(part, options.render));
    if (!written) return written;
  }
  return directory;
}

/// What tests declare to keep, each test's in a file for it.
Result<std::string> LeaveKeeps(const Report& report, const RunOptions& options,
                               const std::string& directory) {
  for (const TestReport& test : report.tests) {
    if (test.keeps.empty()) continue;
    Report part;
    part.tool_version = report.tool_version;
    part.binary = report.binary;
    part.tests = {test};
    Result<std::string> written =
        WriteFile(KeepsPath(directory, test.FullName()), RenderJson(part, options.render));
    if (!written) return written;
  }
  return directory;
}

}  // namespace

Result<std::string> PrepareForCTest(const std::string& directory) {
  std::error_code ignored;
  fs::remove(directory + "/screen.json", ignored);
  for (const char* name : {"/suspects", "/results", "/work"}) RemoveOwnFiles(directory + name);
  for (const char* name : {"/suspects", "/results", "/work"}) {
    Result<std::string> made = MakeDirectory(directory + name);
    if (!made) return made;
  }
  return directory;
}

Result<std::string> LeaveSuspects(const Triaged& triaged, const RunOptions& options,
                                  const std::string& directory) {
  std::vector<SuspectFile> files;
  std::unordered_map<std::string, std::size_t> file_of;
  for (std::size_t i = 0; i < triaged.evidence.size(); ++i) {
    const TestEvidence& evidence = triaged.evidence[i];
    const Diagnosis known =
        DiagnoseSuspect(evidence, ContextFor(options, triaged.source_root), options.thresholds);
    if (known.findings.empty() && known.not_measured.empty() &&
        !ToolsFor(evidence, options.thresholds).any()) {
      continue;
    }
    const auto [file, is_new] = file_of.emplace(evidence.test.FullName(), files.size());
    if (is_new) files.push_back({{}, triaged.native_seconds[i]});
    files[file->second].evidence.push_back(evidence);
  }
  std::unordered_map<std::string, const RecordedTest*> tests;
  for (const RecordedTest& test : triaged.screen.record.tests) tests[test.FullName()] = &test;
  auto not_measured = [&](const std::string& test, const std::string& why) {
    const auto recorded = tests.find(test);
    if (recorded == tests.end()) return;
    TestEvidence evidence;
    evidence.test = *recorded->second;
    evidence.triage.series = Measured<ProcessSeries>::Not(why);
    files.push_back({{std::move(evidence)}, 0});
  };
  for (const TestReport& test : triaged.report.tests) {
    if (test.status == TestStatus::kCrashed || test.status == TestStatus::kTimedOut) {
      not_measured(test.FullName(), triaged.report.crash);
    }
  }
  for (const NotMeasured& gap : triaged.report.not_measured) {
    if (gap.tool == "screen" && !gap.test.empty()) not_measured(gap.test, gap.why);
    if (gap.tool != "heap") continue;
    Result<std::string> written = WriteFile(NotMeasuredPath(directory), gap.why);
    if (!written) return written;
  }
  if (Result<std::string> left = LeavePreload(options, directory + "/suspects"); !left) return left;
  for (const SuspectFile& file : files) {
    Result<std::string> written =
        WriteFile(SuspectPath(directory, file.test().FullName()), RenderSuspect(file));
    if (!written) return written;
  }
  if (Result<std::string> left = LeaveKeeps(triaged.report, options, directory); !left) return left;
  return LeaveScreenFindings(triaged, options, directory);
}

}  // namespace memprof
