// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_PATTERN_PATTERN_ROW_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_PATTERN_PATTERN_ROW_H_

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

#include "runner/diagnose/pattern/classify.h"
#include "tests/unit/diagnose/pattern/held_finding.h"

namespace memprof {

/// What a finding must be called.
struct PatternRow {
  const char* name;
  HeldFinding finding;
  Pattern pattern;
  Confidence confidence;
  /// Without sources; none means unknown.
  std::optional<Confidence> blind;
  const char* sub_cause = "";
};

inline void PrintTo(const PatternRow& row, std::ostream* out) { *out << row.name; }

inline void ExpectNamed(const PatternRow& row) {
  const Classification with = Classify(row.finding.finding(), row.finding.sources());
  std::string clauses;
  for (const std::string& clause : with.decided_by) clauses += clause + "\n";
  EXPECT_STREQ(Name(with.pattern), Name(row.pattern)) << clauses;
  EXPECT_STREQ(Name(with.confidence), Name(row.confidence)) << clauses;
  EXPECT_FALSE(with.decided_by.empty());
  if (*row.sub_cause != '\0') {
    EXPECT_EQ(with.sub_cause, row.sub_cause);
  }
}

/// Never another pattern, and never surer.
inline void ExpectNoOtherWithoutSources(const PatternRow& row) {
  const Classification blind = Classify(row.finding.finding(), Sources());
  if (!row.blind) {
    EXPECT_STREQ(Name(blind.pattern), Name(Pattern::kUnknown));
    EXPECT_FALSE(blind.decided_by.empty());
    return;
  }
  EXPECT_STREQ(Name(blind.pattern), Name(row.pattern));
  EXPECT_STREQ(Name(blind.confidence), Name(*row.blind));
  EXPECT_LE(*row.blind, row.confidence);
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_PATTERN_PATTERN_ROW_H_
