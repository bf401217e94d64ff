// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "runner/scan/clang/unit_parser.h"
#include "runner/scan/rule_table.h"
#include "runner/scan/scan_facts.h"
#include "tests/unit/scan/scanned.h"

namespace memprof::scan {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = MEMPROF_SOURCE_DIR;

std::vector<std::string> LinesOf(const fs::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<StaticRisk> RisksInFile(const fs::path& file) {
  const Result<ParsedUnit> parsed = ParseUnit({file.string(), {"-std=c++17"}});
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  for (const std::string& error : parsed->errors) ADD_FAILURE() << error;
  ScanFacts all;
  Merge(CollectFacts(parsed->unit), &all);
  return FindRisks(all);
}

// Each example's leak is told by its pattern, at the declaration or the call: the line that has
// `text`.
struct Example {
  const char* directory;
  Pattern pattern;
  const char* text;
};

const std::vector<Example> kExamples = {
    {"buffer_accumulation", Pattern::kBufferAccumulation, "std::vector<Tensor> losses_;"},
    {"cache_without_eviction", Pattern::kCacheWithoutEviction, "thumbnails_;"},
    {"closure_capture", Pattern::kClosureCapture, "[image = image_]"},
    {"handle_not_closed", Pattern::kHandleNotClosed, "= open(path"},
    {"listener_not_removed", Pattern::kListenerNotRemoved, "listeners_;"},
    {"lost_owner", Pattern::kLostOwner, "= new Message"},
    {"object_not_released", Pattern::kObjectNotReleased, "plot = figure_create("},
    {"reference_cycle", Pattern::kReferenceCycle, "std::shared_ptr<"},
    {"static_lifetime", Pattern::kStaticLifetime, "registered_codecs = nullptr;"},
    {"string_concatenation", Pattern::kStringConcatenation, "csv = csv + "},
    {"thread_not_joined", Pattern::kThreadNotJoined, "worker_"},
    {"unbounded_collection", Pattern::kUnboundedCollection, "records_;"},
};

class Examples : public testing::TestWithParam<Example> {};

TEST_P(Examples, TheLeakIsToldAtItsLine) {
  const fs::path file = kSource / "examples" / GetParam().directory / "leak_test.cc";
  const std::vector<StaticRisk> risks = RisksInFile(file);
  const std::vector<std::string> lines = LinesOf(file);
  const bool is_told = std::any_of(risks.begin(), risks.end(), [&](const StaticRisk& risk) {
    const auto line = static_cast<std::size_t>(risk.place.line);
    return risk.pattern == GetParam().pattern && fs::path(risk.place.file) == file && line >= 1 &&
           line <= lines.size() && lines[line - 1].find(GetParam().text) != std::string::npos;
  });
  EXPECT_TRUE(is_told) << "no " << Name(GetParam().pattern) << " at " << GetParam().text
                       << ", but\n"
                       << Told(risks);
  for (const StaticRisk& risk : risks) {
    EXPECT_EQ(risk.pattern, GetParam().pattern) << risk.place.line << ": " << risk.title;
  }
}

TEST_P(Examples, OfTheFixedOneNothingIsSaid) {
  EXPECT_EQ(Told(RisksInFile(kSource / "examples" / GetParam().directory / "fixed_test.cc")), "");
}

INSTANTIATE_TEST_SUITE_P(Scan, Examples, testing::ValuesIn(kExamples),
                         [](const auto& row) { return std::string(row.param.directory); });

std::vector<std::string> RuleNames() {
  std::vector<std::string> names;
  for (const Rule& rule : Rules()) names.push_back(Name(rule.pattern));
  return names;
}

class RuleExamples : public testing::TestWithParam<std::string> {};

TEST_P(RuleExamples, FiresAtTheMarkedLines) {
  const fs::path file = kSource / "tests/fixtures/scan" / GetParam() / "fires.cc";
  const std::vector<std::string> lines = LinesOf(file);
  std::string expected;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].ends_with("// RISK")) expected += fmt::format("{}:{}\n", GetParam(), i + 1);
  }
  EXPECT_NE(expected, "") << "no line of it is marked";
  std::string told;
  for (const StaticRisk& risk : RisksInFile(file)) {
    told += fmt::format("{}:{}\n", Name(risk.pattern), risk.place.line);
  }
  EXPECT_EQ(told, expected);
}

TEST_P(RuleExamples, OfTheQuietOneNothingIsSaid) {
  EXPECT_EQ(Told(RisksInFile(kSource / "tests/fixtures/scan" / GetParam() / "quiet.cc")), "");
}

TEST_P(RuleExamples, AreInItsExplanationAndItsNameInTheDocumentation) {
  EXPECT_NE(RuleExample(GetParam(), "fires"), "");
  EXPECT_NE(RuleExample(GetParam(), "quiet"), "");
  std::ifstream in(kSource / "runner/scan/README.md");
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_NE(text.str().find("### " + GetParam() + "\n"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Scan, RuleExamples, testing::ValuesIn(RuleNames()), [](const auto& row) {
  std::string name = row.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace memprof::scan
