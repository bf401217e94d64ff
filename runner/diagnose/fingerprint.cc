// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fingerprint.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdint>
#include <vector>

#include "runner/base/fnv.h"
#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

const char* Family(FindingKind kind) {
  const bool memory = kind == FindingKind::kMemoryLeak || kind == FindingKind::kMemoryGrowth;
  return memory ? "memory" : Name(kind);
}

bool IsTestBody(std::string_view function) { return function.ends_with("::TestBody"); }

}  // namespace

std::string StackFingerprint(const Finding& finding, int ordinal) {
  std::vector<std::string_view> functions;
  for (const Frame& frame : finding.stack) {
    if (!IsUserFrame(frame)) continue;
    if (!functions.empty() && IsTestBody(frame.function)) break;
    functions.push_back(frame.function);
  }
  if (functions.empty()) return "";
  Fnv hash;
  hash.Add(Family(finding.kind));
  for (const std::string_view function : functions) hash.Add(function);
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
