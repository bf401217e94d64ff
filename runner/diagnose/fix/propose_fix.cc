// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/propose_fix.h"

#include <array>
#include <cstddef>
#include <utility>

#include "runner/diagnose/fix/fix_template.h"

namespace memprof {
namespace {

constexpr std::size_t kMostAlternatives = 2;

struct PatternTemplate {
  Pattern pattern;
  FixTemplate make;
};

constexpr std::array kTemplates = {
    PatternTemplate{Pattern::kUnboundedCollection, BoundCollection},
    PatternTemplate{Pattern::kCacheWithoutEviction, EvictFromCache},
    PatternTemplate{Pattern::kReferenceCycle, WeakenCycle},
    PatternTemplate{Pattern::kListenerNotRemoved, RemoveListener},
    PatternTemplate{Pattern::kClosureCapture, NarrowCapture},
    PatternTemplate{Pattern::kThreadNotJoined, JoinThread},
    PatternTemplate{Pattern::kHandleNotClosed, CloseHandle},
    PatternTemplate{Pattern::kBufferAccumulation, BoundBuffers},
    PatternTemplate{Pattern::kStringConcatenation, AppendInPlace},
    PatternTemplate{Pattern::kObjectNotReleased, ReleaseObject},
    PatternTemplate{Pattern::kLostOwner, OwnLostMemory},
    PatternTemplate{Pattern::kStaticLifetime, EndStaticLifetime},
    PatternTemplate{Pattern::kMissingReserve, ReserveFirst},
    PatternTemplate{Pattern::kTemporaryAllocation, AvoidTemporary},
    PatternTemplate{Pattern::kDuplicateData, ShareDuplicates},
    PatternTemplate{Pattern::kOversize, TrimCapacity},
    PatternTemplate{Pattern::kCopy, AvoidCopy},
    PatternTemplate{Pattern::kSmallObjects, PoolObjects},
};

std::optional<Fix> FromTemplate(const Finding& finding, const Sources& sources) {
  for (const PatternTemplate& entry : kTemplates) {
    if (entry.pattern == finding.pattern) return entry.make(finding, sources);
  }
  return std::nullopt;
}

/// What the whole finding costs: a fix ends it all, unless its template says less.
void FillReductions(const Finding& finding, Fix* fix) {
  if (finding.waste) {
    if (!fix->expected_reduction_bytes) fix->expected_reduction_bytes = finding.waste->bytes;
    if (!fix->expected_reduction_calls) fix->expected_reduction_calls = finding.waste->calls;
    return;
  }
  // A smaller capture saves a part that the template knows, or nobody.
  if (finding.pattern == Pattern::kClosureCapture && !fix->diff.empty()) return;
  if (!fix->expected_reduction_bytes) {
    fix->expected_reduction_bytes = finding.impact.bytes_per_iteration;
  }
}

}  // namespace

std::optional<Fix> ProposeFix(const Finding& finding, const Sources& sources) {
  std::optional<Fix> fix = FromTemplate(finding, sources);
  if (!fix) fix = finding.fix;
  if (!fix) return std::nullopt;
  FillReductions(finding, &*fix);
  if (fix->alternatives.size() > kMostAlternatives) fix->alternatives.resize(kMostAlternatives);
  // Whether a diff is one is told by its text alone.
  if (!fix->diff.empty()) fix->why_no_diff.clear();
  return fix;
}

}  // namespace memprof
