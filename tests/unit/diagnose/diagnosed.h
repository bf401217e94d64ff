// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_DIAGNOSED_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_DIAGNOSED_H_

#include <string>

#include "gtest/gtest.h"
#include "runner/diagnose/diagnose.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {

inline Diagnosis Diagnose(const TestEvidence& evidence) {
  return DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
}

/// The only finding, which must be the only one.
inline Finding OnlyFinding(const TestEvidence& evidence) {
  const Diagnosis diagnosis = Diagnose(evidence);
  EXPECT_EQ(diagnosis.findings.size(), 1u);
  return diagnosis.findings.empty() ? Finding{} : diagnosis.findings.front();
}

inline std::string EvidenceText(const Finding& finding, const std::string& source) {
  std::string text;
  for (const Evidence& evidence : finding.evidence) {
    if (evidence.source == source) text += evidence.text + "\n";
  }
  return text;
}

inline bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_DIAGNOSED_H_
