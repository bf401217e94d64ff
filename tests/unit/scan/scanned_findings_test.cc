// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/scanned_findings.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "runner/diagnose/merge.h"
#include "runner/execute/run_with_scan.h"
#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

/// A project in a directory of its own, with a build that compiles its .cc files.
class Project : public testing::Test {
 protected:
  Project() {
    fs::remove_all(root_);
    fs::create_directories(root_ / "build");
    fs::create_directories(root_ / ".git");
  }
  ~Project() override { fs::remove_all(root_); }

  void Write(const std::string& name, std::string_view text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
    if (!name.ends_with(".cc")) return;
    commands_ += fmt::format(
        "{}{{\"directory\": \"{}\", \"file\": \"../{}\", \"command\": \"c++ -std=c++17 -c "
        "../{}\"}}",
        commands_.empty() ? "" : ",\n", (root_ / "build").string(), name, name);
    std::ofstream(root_ / "build/compile_commands.json") << "[" << commands_ << "]";
  }

  ScanUnits Units(const std::vector<std::string>& paths = {}) {
    std::vector<std::string> absolute;
    for (const std::string& path : paths) absolute.push_back((root_ / path).string());
    Result<ScanUnits> units =
        ReadScanUnits((root_ / "build/compile_commands.json").string(), root_.string(), absolute);
    EXPECT_TRUE(units.ok()) << units.error().message;
    return units.ok() ? std::move(units).value() : ScanUnits();
  }

  Result<Scanned> Scanning(const std::vector<std::string>& paths = {}) {
    Progress progress(ProgressForm::kErrors, false, {"scan"});
    return Scan(Units(paths), settings_, &progress);
  }

  Scanned Found(const std::vector<std::string>& paths = {}) {
    Result<Scanned> scanned = Scanning(paths);
    EXPECT_TRUE(scanned.ok()) << scanned.error().message;
    return scanned.ok() ? std::move(scanned).value() : Scanned();
  }

  const fs::path root_ =
      fs::canonical(fs::temp_directory_path()) / fmt::format("memprof-scan-{}", getpid());
  std::string commands_;
  ScanSettings settings_{2, {}, false};
};

constexpr std::string_view kGrows = R"(#include <string>
#include <vector>
std::vector<std::string> lines;
void Add(const std::string& line) { lines.push_back(line); }
)";

std::string Places(const Scanned& scanned) {
  std::string text;
  for (const Finding& finding : scanned.findings) {
    text += fmt::format("{} {}:{}\n", Name(finding.pattern), finding.location.file,
                        finding.location.line);
  }
  return text;
}

TEST_F(Project, WhatGrowsInOneFileAndIsTrimmedInAnotherIsFine) {
  Write("src/add.cc", kGrows);
  EXPECT_EQ(Places(Found()), "unbounded-collection src/add.cc:3\n");
  Write("src/trim.cc",
        "#include <string>\n#include <vector>\nextern std::vector<std::string> lines;\n"
        "void Trim() { lines.clear(); }\n");
  EXPECT_EQ(Places(Found()), "");
  EXPECT_EQ(Places(Found({"src/add.cc"})), "") << "what is not told of is read all the same";
}

TEST_F(Project, PathsSayWhatIsToldOf) {
  Write("src/add.cc", kGrows);
  Write("lib/other.cc", "int other;\n");
  EXPECT_EQ(Places(Found({"lib"})), "");
  EXPECT_EQ(Places(Found({"src"})), "unbounded-collection src/add.cc:3\n");
  const Result<ScanUnits> none =
      ReadScanUnits((root_ / "build/compile_commands.json").string(), root_.string(), {"/no/such"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::kUsage);
}

TEST_F(Project, ACommentWithAReasonKeepsARiskAndOneWithoutDoesNot) {
  std::string text(kGrows);
  text.replace(text.find("lines;"), 6, "lines;  // memprof: keep - lives as long as one request");
  Write("src/add.cc", text);
  const Scanned kept = Found();
  EXPECT_EQ(Places(kept), "");
  ASSERT_EQ(kept.keeps.size(), 1u);
  EXPECT_EQ(kept.keeps[0].reason, "lives as long as one request");
  EXPECT_EQ(kept.keeps[0].findings, 1);
  EXPECT_FALSE(kept.keeps[0].stale);

  Write("src/add.cc", std::string(kGrows) + "// memprof: keep - nothing is here\nint other;\n");
  const Scanned stale = Found();
  ASSERT_EQ(stale.keeps.size(), 1u);
  EXPECT_TRUE(stale.keeps[0].stale);

  text.replace(text.find(" - lives"), std::string::npos,
               "\nvoid Add(const std::string& line) { lines.push_back(line); }\n");
  Write("src/add.cc", text);
  const Scanned without = Found();
  EXPECT_EQ(Places(without), "unbounded-collection src/add.cc:3\n");
  ASSERT_EQ(without.keeps.size(), 1u);
  EXPECT_EQ(without.keeps[0].exceeded.size(), 1u);
  EXPECT_EQ(without.findings[0].evidence.back().source, "suppressions");
}

TEST_F(Project, AUnitThatDoesNotCompileIsNotMeasuredAndNothingIsToldOfIt) {
  Write("src/good.cc", kGrows);
  Write("src/bad.cc", "#include \"made_by_the_build.h\"\n" + std::string(kGrows));
  Scanned scanned = Found({"src/bad.cc"});
  EXPECT_EQ(Places(scanned), "");
  ASSERT_FALSE(scanned.not_measured.empty());
  EXPECT_EQ(scanned.not_measured[0].tool, "scan");
  EXPECT_NE(scanned.not_measured[0].why.find("src/bad.cc"), std::string::npos);
  EXPECT_NE(scanned.not_measured[0].why.find("made_by_the_build.h"), std::string::npos);
  EXPECT_EQ(scanned.use.not_read, 1);
}

TEST_F(Project, ReadingLeavesTheProcessWhereItWas) {
  Write("src/add.cc", kGrows);
  const fs::path here = fs::current_path();
  Found();
  EXPECT_EQ(fs::current_path(), here);
}

TEST_F(Project, WhereNothingCompilesItIsAnErrorWithTheLikelyCause) {
  Write("src/bad.cc", "#include \"made_by_the_build.h\"\n");
  const Result<Scanned> scanned = Scanning();
  ASSERT_FALSE(scanned.ok());
  EXPECT_EQ(scanned.error().kind, ErrorKind::kUnreadable);
  EXPECT_NE(scanned.error().hint.find("build it first"), std::string::npos);
}

TEST_F(Project, TheNearestBuildIsFoundUpwardsAndTheNewestOfSeveral) {
  Write("src/add.cc", kGrows);
  const Result<std::string> found = FindCompileCommands("", (root_ / "src").string());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(*found, (root_ / "build/compile_commands.json").string());
  EXPECT_FALSE(FindCompileCommands((root_ / "src").string(), "/").ok());
}

Report ReportOf(Scanned scanned) {
  Report report;
  report.scan = scanned.use;
  report.stages = {"scan: " + scanned.stage};
  report.findings = std::move(scanned.findings);
  report.suppressions = std::move(scanned.keeps);
  Summarize(&report);
  return report;
}

TEST_F(Project, EveryFormatTellsTheRiskAndNothingOfTests) {
  Write("src/add.cc", kGrows);
  const Report report = ReportOf(Found());
  ASSERT_EQ(report.findings.size(), 1u);
  for (const Renderer& renderer : Renderers()) {
    const std::string text = renderer.render(report, {});
    EXPECT_EQ(text.find("0 tests"), std::string::npos) << renderer.name;
    EXPECT_EQ(text.find("+0 B"), std::string::npos) << renderer.name;
    const std::string_view name = renderer.name;
    if (name.starts_with("collapsed") || name == "dhat" || name == "massif") continue;
    EXPECT_NE(text.find("add.cc"), std::string::npos) << renderer.name << "\n" << text;
  }
  const std::string text = RenderText(report, {});
  EXPECT_NE(text.find("memprof: scan of 1 file\n1 WARNING in 1 file.\n"), std::string::npos)
      << text;
  const Result<Report> read = ReadReportJson(RenderJson(report, {}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->scan, report.scan);
}

TEST_F(Project, OfCleanCodeTheReportSaysThatNoRisksWereFound) {
  Write("src/other.cc", "int other;\n");
  const std::string text = RenderText(ReportOf(Found()), {});
  EXPECT_NE(text.find("No risks found in 1 file."), std::string::npos) << text;
}

TEST_F(Project, InARunARiskThatATestShowsIsPartOfItsFinding) {
  Write("src/add.cc",
        std::string(kGrows) + "std::vector<int> more;\nvoid More() { more.push_back(1); }\n");
  Report report;
  report.stages = {"screen: 1 test"};
  TestReport test;
  test.suite = "A";
  test.name = "B";
  report.tests.push_back(test);
  Finding grows;
  grows.severity = Severity::kCritical;
  grows.kind = FindingKind::kMemoryGrowth;
  grows.pattern = Pattern::kUnboundedCollection;
  grows.tests = {"A.B"};
  grows.held_by = HeldBy{"lines", "std::vector<std::string>", "src/add.cc", 3};
  report.findings = {grows};
  AddScan(Found(), &report);
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].evidence.back().source, "scan");
  EXPECT_EQ(report.findings[0].pattern_confidence, Confidence::kMedium);
  EXPECT_EQ(report.findings[1].kind, FindingKind::kStaticRisk);
  EXPECT_EQ(report.findings[1].location.line, 5);
  EXPECT_TRUE(report.findings[1].tests.empty());
  EXPECT_EQ(report.summary.critical, 1);
  EXPECT_EQ(report.summary.warning, 1);
}

}  // namespace
}  // namespace memprof
