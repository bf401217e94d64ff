// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fingerprint.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdint>
#include <vector>

#include "runner/base/fnv.h"
#include "runner/diagnose/blamed_functions.h"

namespace memprof {
namespace {

const char* Family(FindingKind kind) {
  const bool memory = kind == FindingKind::kMemoryLeak || kind == FindingKind::kMemoryGrowth;
  return memory ? "memory" : Name(kind);
}

}  // namespace

std::string StackFingerprint(const Finding& finding, int ordinal) {
  const std::vector<std::string_view> functions = BlamedFunctions(finding);
  if (functions.empty()) return "";
  Fnv hash;
  hash.Add(Family(finding.kind));
  for (const std::string_view function : functions) hash.Add(function);
  // One call may waste in several ways, and each is a finding. Waste has its pattern from the
  // evidence, so no source text decides.
  if (finding.kind == FindingKind::kOptimization) hash.Add(Name(finding.pattern));
  hash.Add("");  // keeps the digits that reports of earlier versions have
  hash.Add(std::to_string(ordinal));
  return hash.Digits();
}

std::string OwnerFingerprint(FindingKind kind, std::string_view owner, std::string_view detail) {
  Fnv hash;
  hash.Add(Family(kind));
  hash.Add(owner);
  hash.Add(WithoutDigits(detail));
  return hash.Digits();
}

std::string WithoutDigits(std::string_view text) {
  std::string without;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) {
      without += c;
    } else if (!without.ends_with('#')) {
      without += '#';
    }
  }
  return without;
}

}  // namespace memprof
