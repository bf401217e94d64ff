// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>

#include "runner/report/report.h"

namespace memprof {
namespace {

// In the order of the enumerations: a name is the enumerator's place in the table.
constexpr std::array kSeverities = {"optimization", "warning", "critical"};
constexpr std::array kKinds = {
    "memory-leak",        "memory-growth", "fd-leak",     "thread-leak",
    "mapping-leak",       "gauge-growth",  "peak-spike",  "budget-exceeded",
    "one-time-retention", "optimization",  "static-risk",
};
constexpr std::array kPatterns = {
    "unknown",
    "unbounded-collection",
    "cache-without-eviction",
    "reference-cycle",
    "listener-not-removed",
    "closure-capture",
    "thread-not-joined",
    "handle-not-closed",
    "buffer-accumulation",
    "string-concatenation",
    "object-not-released",
    "lost-owner",
    "static-lifetime",
    "missing-reserve",
    "temporary-allocation",
    "duplicate-data",
    "oversize",
    "copy",
    "small-objects",
    "peak-site",
};
constexpr std::array kHolders = {
    "global",         "static",   "function static", "thread-local",
    "local variable", "register", "mapping",         "data",
};
constexpr std::array kStatuses = {"passed", "failed", "skipped", "crashed", "timed_out"};
constexpr std::array kVerdicts = {"clean", "optimization", "warning", "critical", "not_measured"};
constexpr std::array kConfidences = {"low", "medium", "high"};
constexpr std::array kBaselineStates = {"none", "new", "worse", "known"};
constexpr std::array kSystemics = {"holder", "function", "pattern"};

static_assert(kSeverities.size() == static_cast<std::size_t>(Severity::kCritical) + 1);
static_assert(kKinds.size() == static_cast<std::size_t>(FindingKind::kStaticRisk) + 1);
static_assert(kPatterns.size() == static_cast<std::size_t>(Pattern::kPeakSite) + 1);
static_assert(kHolders.size() == static_cast<std::size_t>(HolderKind::kData) + 1);
static_assert(kStatuses.size() == static_cast<std::size_t>(TestStatus::kTimedOut) + 1);
static_assert(kVerdicts.size() == static_cast<std::size_t>(TestVerdict::kNotMeasured) + 1);

}  // namespace

const char* Name(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }
const char* Name(FindingKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
const char* Name(Pattern pattern) { return kPatterns[static_cast<std::size_t>(pattern)]; }
const char* Name(HolderKind kind) { return kHolders[static_cast<std::size_t>(kind)]; }
const char* Name(TestStatus status) { return kStatuses[static_cast<std::size_t>(status)]; }
const char* Name(TestVerdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }
const char* Name(Confidence confidence) {
  return kConfidences[static_cast<std::size_t>(confidence)];
}
const char* Name(BaselineState state) { return kBaselineStates[static_cast<std::size_t>(state)]; }
const char* Name(SystemicPattern::By by) { return kSystemics[static_cast<std::size_t>(by)]; }

int Badness(TestStatus status) {
  switch (status) {
    case TestStatus::kSkipped:
      return 0;
    case TestStatus::kPassed:
      return 1;
    case TestStatus::kFailed:
      return 2;
    case TestStatus::kTimedOut:
      return 3;
    case TestStatus::kCrashed:
      return 4;
  }
  return 0;
}

}  // namespace memprof
