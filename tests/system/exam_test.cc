// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "runner/execute/files.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// A program that the classifier's authors did not write, and the pattern of its only fault.
struct Question {
  const char* program;
  Pattern pattern;
};

constexpr Question kQuestions[] = {
    {"exam_buffer_accumulation", Pattern::kBufferAccumulation},
    {"exam_cache_without_eviction", Pattern::kCacheWithoutEviction},
    {"exam_closure_capture", Pattern::kClosureCapture},
    {"exam_handle_not_closed", Pattern::kHandleNotClosed},
    {"exam_listener_not_removed", Pattern::kListenerNotRemoved},
    {"exam_lost_owner", Pattern::kLostOwner},
    {"exam_object_not_released", Pattern::kObjectNotReleased},
    {"exam_reference_cycle", Pattern::kReferenceCycle},
    {"exam_static_lifetime", Pattern::kStaticLifetime},
    {"exam_string_concatenation", Pattern::kStringConcatenation},
    {"exam_thread_not_joined", Pattern::kThreadNotJoined},
    {"exam_unbounded_collection", Pattern::kUnboundedCollection},
};

/// The lines of a file with a `// HERE` mark: a reader would look for the fault there.
std::set<int> MarkedLines(const std::string& file) {
  std::set<int> lines;
  const Result<std::string> source = ReadFile(std::string(MEMPROF_TEST_SOURCE "/") + file);
  EXPECT_TRUE(source.ok()) << file;
  if (!source) return lines;
  const std::string& text = source.value();
  int line = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 7, "// HERE") == 0) lines.insert(line);
    line += text[i] == '\n' ? 1 : 0;
  }
  return lines;
}

TEST(Exam, FourOfFivePatternsAreNamedAtTheirLineAndNoneWronglyWithConfidence) {
  constexpr int kAll = static_cast<int>(std::size(kQuestions));
  int named = 0;
  int named_at_line = 0;
  std::string answers;
  for (const Question& question : kQuestions) {
    const std::string file = std::string("tests/programs/") + question.program + ".cc";
    const std::set<int> lines = MarkedLines(file);
    ASSERT_FALSE(lines.empty()) << file;
    const MemprofRun run = RunMemprof(ProgramPath(question.program), {"--max-runs", "48"});
    ASSERT_TRUE(run.has_report) << run.output;
    const bool is_waste = question.pattern == Pattern::kStringConcatenation;
    bool right = false;
    bool at_line = false;
    for (const Finding* found :
         run.Findings(is_waste ? Severity::kOptimization : Severity::kWarning)) {
      const bool same = found->pattern == question.pattern;
      const bool here = found->location.file == file && lines.count(found->location.line) > 0;
      right = right || same;
      at_line = at_line || (same && here);
      EXPECT_TRUE(same || found->pattern == Pattern::kUnknown ||
                  found->pattern_confidence != Confidence::kHigh)
          << question.program << " is called " << Name(found->pattern) << "\n"
          << Describe(run);
    }
    named += right ? 1 : 0;
    named_at_line += at_line ? 1 : 0;
    if (!at_line) answers += Describe(run) + "\n";
  }
  EXPECT_GE(named * 100, kAll * 80) << answers;
  EXPECT_GE(named_at_line * 100, kAll * 80) << answers;
}

}  // namespace
}  // namespace memprof
