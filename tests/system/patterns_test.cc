// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// An example that leaks, and the pattern that its findings have. string_concatenation wastes.
struct Named {
  const char* example;
  Pattern pattern;
};

class Patterns : public testing::TestWithParam<Named> {};

/// Lines with a `// LEAK: critical` mark.
std::vector<int> MarkedLines(const std::string& file) {
  std::vector<int> lines;
  const Result<std::string> source = ReadFile(std::string(MEMPROF_TEST_SOURCE "/") + file);
  EXPECT_TRUE(source.ok()) << file;
  if (!source) return lines;
  int line = 1;
  std::size_t begin = 0;
  while (begin < source.value().size()) {
    const std::size_t end = source.value().find('\n', begin);
    const std::string text = source.value().substr(begin, end - begin);
    if (text.find("// LEAK: critical") != std::string::npos) lines.push_back(line);
    if (end == std::string::npos) break;
    begin = end + 1;
    ++line;
  }
  return lines;
}

TEST_P(Patterns, OfAnExampleIsToldAtItsLineWithWhatDecided) {
  const std::string name = GetParam().example;
  const MemprofRun run = RunMemprof(ExamplePath(name + "_leak"));
  ASSERT_TRUE(run.has_report) << run.output;
  const std::vector<int> lines = MarkedLines("examples/" + name + "/leak_test.cc");
  ASSERT_FALSE(lines.empty());
  for (const int line : lines) {
    const Finding* found = nullptr;
    for (const Finding* each : run.Findings(Severity::kCritical)) {
      if (each->location.line == line) found = each;
    }
    ASSERT_NE(found, nullptr) << name << ":" << line << "\n" << Describe(run);
    EXPECT_STREQ(Name(found->pattern), Name(GetParam().pattern)) << name << ":" << line;
    EXPECT_GE(found->pattern_confidence, Confidence::kMedium) << name << ":" << line;
    EXPECT_FALSE(found->decided_by.empty()) << name << ":" << line;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Example, Patterns,
    testing::Values(Named{"buffer_accumulation", Pattern::kBufferAccumulation},
                    Named{"cache_without_eviction", Pattern::kCacheWithoutEviction},
                    Named{"closure_capture", Pattern::kClosureCapture},
                    Named{"handle_not_closed", Pattern::kHandleNotClosed},
                    Named{"listener_not_removed", Pattern::kListenerNotRemoved},
                    Named{"lost_owner", Pattern::kLostOwner},
                    Named{"object_not_released", Pattern::kObjectNotReleased},
                    Named{"reference_cycle", Pattern::kReferenceCycle},
                    Named{"static_lifetime", Pattern::kStaticLifetime},
                    Named{"thread_not_joined", Pattern::kThreadNotJoined},
                    Named{"unbounded_collection", Pattern::kUnboundedCollection}),
    [](const auto& row) { return std::string(row.param.example); });

}  // namespace
}  // namespace memprof
