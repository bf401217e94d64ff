// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// A `// LEAK: severity kind` comment in an example: what memprof must say about that line.
struct Mark {
  std::string severity;
  std::string kind;
  int line = 0;
};

std::vector<Mark> MarksIn(const std::string& path) {
  std::vector<Mark> marks;
  Result<std::string> source = ReadFile(path);
  EXPECT_TRUE(source.ok()) << path;
  if (!source) return marks;
  std::istringstream lines(source.value());
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::size_t at = line.find("// LEAK: ");
    if (at == std::string::npos) continue;
    Mark mark;
    mark.line = number;
    std::istringstream(line.substr(at + 9)) >> mark.severity >> mark.kind;
    marks.push_back(mark);
  }
  EXPECT_FALSE(marks.empty()) << path << " has no mark";
  return marks;
}

bool NamesTest(const Finding& finding, const std::string& name) {
  return std::find(finding.tests.begin(), finding.tests.end(), name) != finding.tests.end();
}

std::string EvidenceOf(const Finding& finding, const std::string& source) {
  std::string text;
  for (const Evidence& each : finding.evidence) {
    if (each.source == source) text += each.text + "\n";
  }
  return text;
}

struct Example {
  const char* name;
  std::vector<const char*> functions;  ///< of its marks, in the order of their lines
};

class Examples : public testing::TestWithParam<Example> {};

/// The line comes from our own trace; LeakSanitizer, which sees only what is lost, says the same.
void ExpectFound(const Mark& mark, const std::string& function, const std::string& file,
                 const MemprofRun& run) {
  for (const Finding* finding : run.Findings(Severity::kCritical)) {
    if (finding->location.line != mark.line) continue;
    EXPECT_EQ(Name(finding->kind), mark.kind);
    EXPECT_EQ(finding->location.file, file);
    EXPECT_EQ(finding->location.function, function);
    ASSERT_FALSE(finding->stack.empty());
    EXPECT_NE(finding->stack.back().function.find("TestBody"), std::string::npos);
    EXPECT_NE(EvidenceOf(*finding, "trace"), "") << Describe(run);
    if (finding->kind == FindingKind::kMemoryLeak) {
      EXPECT_NE(EvidenceOf(*finding, "lsan").find("same line as the trace"), std::string::npos)
          << Describe(run);
    }
    return;
  }
  ADD_FAILURE() << mark.kind << " expected at " << file << ":" << mark.line << "\n"
                << Describe(run);
}

TEST_P(Examples, LeakIsCriticalAtItsLineLinkedOrNot) {
  const std::string name = GetParam().name;
  const std::string file = fmt::format("examples/{}/leak_test.cc", name);
  const std::vector<Mark> marks = MarksIn(MEMPROF_TEST_SOURCE "/" + file);
  const MemprofRun run = RunMemprof(ExamplePath(name + "_leak"));
  ASSERT_TRUE(run.has_report) << run.output;
  std::size_t criticals = 0;
  for (const Mark& mark : marks) {
    if (mark.severity != "critical") continue;
    ASSERT_LT(criticals, GetParam().functions.size());
    ExpectFound(mark, GetParam().functions[criticals++], file, run);
  }
  if (criticals > 0) {
    EXPECT_EQ(run.exit_code, 1) << Describe(run);
    for (const TestReport& test : run.report.tests) {
      bool named = false;
      for (const Finding* finding : run.Findings(Severity::kCritical)) {
        named |= NamesTest(*finding, test.FullName());
      }
      EXPECT_EQ(test.verdict == TestVerdict::kCritical, named) << test.FullName();
    }
  } else {
    // Waste that keeps nothing is not told yet, and must not be called a leak.
    EXPECT_TRUE(run.Findings(Severity::kWarning).empty()) << Describe(run);
    EXPECT_EQ(run.exit_code, 0);
  }
  const MemprofRun plain = RunMemprof(PlainPath(name + "_leak"));
  EXPECT_EQ(Comparable(plain), Comparable(run)) << Describe(plain);
}

INSTANTIATE_TEST_SUITE_P(
    Pattern, Examples,
    testing::Values(Example{"buffer_accumulation", {"training::ComputeLoss"}},
                    Example{"cache_without_eviction", {"gallery::ThumbnailCache::Render"}},
                    Example{"closure_capture", {"viewer::Preview::StartRefresh"}},
                    Example{"handle_not_closed", {"config::Load"}},
                    Example{"listener_not_removed", {"desktop::Panel::Panel"}},
                    Example{"lost_owner", {"protocol::Accept", "drawing::MakeSquare"}},
                    Example{"object_not_released", {"figure_create"}},
                    Example{"reference_cycle", {"chat::OpenSession"}},
                    Example{"static_lifetime", {"media::RegisterCodec"}},
                    Example{"string_concatenation", {}},
                    Example{"thread_not_joined", {"reader::Prefetcher::StartWorker"}},
                    Example{"unbounded_collection", {"gateway::RequestHistory::Record"}}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
