// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/options.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace memprof {
namespace {

Result<Request> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "memprof");
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

TEST(DiffOptions, FailOnNewCriticalFindingsUnlessToldOtherwise) {
  const Result<Request> request = Parse({"diff", "before", "after/report.json"});
  ASSERT_TRUE(request.ok()) << request.error().message;
  const auto& diff = std::get<DiffRequest>(request.value());
  EXPECT_EQ(diff.base, "before");
  EXPECT_EQ(diff.now, "after/report.json");
  EXPECT_EQ(diff.fail_on_new, Severity::kCritical);
  EXPECT_EQ(diff.format, "text");
}

TEST(DiffOptions, AreTakenOver) {
  const Result<Request> request = Parse({"diff", "a", "b", "--fail-on-new", "never", "--format",
                                         "markdown", "--out", "c.md", "--color", "always", "-v"});
  ASSERT_TRUE(request.ok()) << request.error().message;
  const auto& diff = std::get<DiffRequest>(request.value());
  EXPECT_FALSE(diff.fail_on_new.has_value());
  EXPECT_EQ(diff.format, "markdown");
  EXPECT_EQ(diff.out, "c.md");
  EXPECT_TRUE(diff.color);
  EXPECT_TRUE(diff.verbose);
}

TEST(DiffOptions, WithoutTwoReportsAreRefusedAndPointToTheirHelp) {
  for (const auto& arguments :
       {std::vector<const char*>{"diff", "a"}, std::vector<const char*>{"diff", "a", "b", "c"},
        std::vector<const char*>{"diff", "a", "b", "--format", "xml"}}) {
    const Result<Request> request = Parse(arguments);
    ASSERT_FALSE(request.ok()) << arguments.size();
    EXPECT_EQ(request.error().kind, ErrorKind::kUsage);
    EXPECT_EQ(request.error().hint, "see: memprof diff --help");
  }
}

TEST(DiffOptions, HelpHasExamplesAndTheExitStatus) {
  const Result<Request> request = Parse({"diff", "--help"});
  ASSERT_TRUE(request.ok());
  const std::string& text = std::get<PrintAndExit>(request.value()).text;
  EXPECT_NE(text.find("memprof diff --format markdown"), std::string::npos);
  EXPECT_NE(text.find("Exit status:"), std::string::npos);
}

TEST(RunOptionsOfPolicy, SuppressionsMayBeRepeated) {
  const Result<Request> request =
      Parse({"run", "--suppressions", "/dev/null", "--suppressions=/dev/null", "--baseline",
             "b.json", "--write-baseline", "c.json", "--", "test"});
  ASSERT_TRUE(request.ok()) << request.error().message;
  const auto& run = std::get<RunOptions>(request.value());
  EXPECT_EQ(run.suppressions, (std::vector<std::string>{"/dev/null", "/dev/null"}));
  EXPECT_EQ(run.baseline, "b.json");
  EXPECT_EQ(run.write_baseline, "c.json");
  EXPECT_EQ(run.command, std::vector<std::string>{"test"});
}

TEST(RunOptionsOfPolicy, ASuppressionsFileMustBeThere) {
  const Result<Request> request = Parse({"run", "--suppressions", "/nowhere.supp", "--", "test"});
  ASSERT_FALSE(request.ok());
  EXPECT_NE(request.error().message.find("/nowhere.supp"), std::string::npos);
}

TEST(ReportOptions, AreThoseOfARunThatConcernTheReport) {
  const Result<Request> request =
      Parse({"report", "a", "b/report.json", "--out", "all", "--format", "sarif,junit", "--fail-on",
             "warning", "--junit-element", "error", "--baseline", "b.json", "--configuration",
             "asan", "-q", "-v"});
  ASSERT_TRUE(request.ok()) << request.error().message;
  const auto& report = std::get<ReportRequest>(request.value());
  EXPECT_EQ(report.paths, (std::vector<std::string>{"a", "b/report.json"}));
  EXPECT_EQ(report.out, "all");
  EXPECT_EQ(report.formats, (std::vector<std::string>{"junit", "sarif"}));
  EXPECT_EQ(report.failure.fail_on, Severity::kWarning);
  EXPECT_TRUE(report.render.junit_error && report.quiet && report.verbose);
  EXPECT_EQ(report.render.configuration, "asan");
  EXPECT_EQ(report.baseline, "b.json");
}

TEST(ReportOptions, WithoutADirectoryOneFormatIsPrintedAndSeveralAreRefused) {
  const Result<Request> plain = Parse({"report", "a"});
  ASSERT_TRUE(plain.ok());
  EXPECT_TRUE(std::get<ReportRequest>(plain.value()).formats.empty());
  EXPECT_TRUE(Parse({"report", "a", "--format", "sarif"}).ok());
  EXPECT_TRUE(Parse({"report", "a", "--format", "github,github-summary"}).ok());
  const Result<Request> several = Parse({"report", "a", "--format", "sarif,html"});
  ASSERT_FALSE(several.ok());
  EXPECT_EQ(several.error().kind, ErrorKind::kUsage);
  EXPECT_NE(several.error().message.find("--out names no directory"), std::string::npos);
  const Result<Request> directory = Parse({"report", "a", "--out", "x"});
  ASSERT_TRUE(directory.ok());
  EXPECT_EQ(std::get<ReportRequest>(directory.value()).formats, RunOptions().formats);
}

TEST(ReportOptions, GoogleTestsOwnXmlMayBeGivenSeveralTimesAmongTheReports) {
  const Result<Request> request =
      Parse({"report", "--gtest-xml", "one.xml", "a", "--gtest-xml=two.xml", "b"});
  ASSERT_TRUE(request.ok()) << request.error().message;
  const auto& report = std::get<ReportRequest>(request.value());
  EXPECT_EQ(report.gtest_xml, (std::vector<std::string>{"one.xml", "two.xml"}));
  EXPECT_EQ(report.paths, (std::vector<std::string>{"a", "b"}));
  const Result<Request> nameless = Parse({"report", "a", "--gtest-xml"});
  ASSERT_FALSE(nameless.ok());
  EXPECT_EQ(nameless.error().kind, ErrorKind::kUsage);
  EXPECT_NE(nameless.error().message.find("--gtest-xml"), std::string::npos);
}

TEST(ReportOptions, NeedAReportAndPointToTheirHelp) {
  const Result<Request> request = Parse({"report"});
  ASSERT_FALSE(request.ok());
  EXPECT_EQ(request.error().hint, "see: memprof report --help");
  const Result<Request> help = Parse({"report", "--help"});
  ASSERT_TRUE(help.ok());
  const std::string& text = std::get<PrintAndExit>(help.value()).text;
  EXPECT_NE(text.find("memprof report shard-0 shard-1"), std::string::npos);
  EXPECT_NE(text.find("Exit status:"), std::string::npos);
}

}  // namespace
}  // namespace memprof
