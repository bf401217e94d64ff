// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/pattern_evidence.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// Below it a captured name or key is meant to be there; a registration needs such.
constexpr std::int64_t kLargeCapture = 512;
/// A closure's own members, of values that are captured in place.
constexpr std::int64_t kLargeClosure = 1024;

/// Bytes that each closure keeps beyond itself: what the path shows of them, or what the finding's
/// call adds a run, where the path goes on behind it.
std::int64_t CapturedBytes(const Finding& finding, std::size_t at) {
  const RetentionStep& closure = finding.retention_path[at];
  std::int64_t shown = 0;
  for (std::size_t i = at + 1; i < finding.retention_path.size(); ++i) {
    shown += finding.retention_path[i].bytes / closure.count;
  }
  const bool behind = at + 1 < finding.retention_path.size();
  if (!behind || !finding.growth || !finding.impact.bytes_per_iteration) return shown;
  const auto runs = static_cast<std::int64_t>(finding.growth->series.size());
  return std::max(shown,
                  *finding.impact.bytes_per_iteration * runs / std::max(closure.count, runs));
}

/// Whether the code on the stack is what puts closures there: a snapshot's path may be one of
/// several, and a stale pointer's.
bool FitsStack(const HeldEvidence& evidence, const std::string& closure) {
  if (evidence.inserting) return true;
  const std::size_t colon = closure.rfind(':');
  if (colon == std::string::npos) return false;
  const int line = std::atoi(closure.c_str() + colon + 1);
  return std::any_of(evidence.frames.begin(), evidence.frames.end(), [&](const FrameCode& frame) {
    return frame.file->LineOf(frame.function.whole.begin) <= line &&
           line <= frame.file->LineOf(frame.function.whole.end);
  });
}

/// Callables whose blocks the debug information does not tell from others'.
std::optional<Classification> TellUnnamedClosures(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  const auto& path = finding.retention_path;
  if (path.size() < 2 || !HasCallable(evidence.shape.element) || path.back().count < 2 ||
      finding.impact.bytes_per_iteration.value_or(0) < kLargeClosure ||
      HasCallable(ElementOf(path.back().type))) {
    return std::nullopt;
  }
  Classification result;
  result.pattern = Pattern::kClosureCapture;
  result.confidence = Confidence::kMedium;
  result.sub_cause = "captured by value";
  result.decided_by = {
      fmt::format("it keeps {}, and {} of {} a run through them", evidence.shape.element,
                  HumanBytes(*finding.impact.bytes_per_iteration), path.back().type),
      GrewClause(evidence)};
  return result;
}

}  // namespace

std::optional<Classification> TellClosures(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  if (!evidence.shape.closure) return TellUnnamedClosures(evidence);
  const std::size_t at = *evidence.shape.closure;
  const RetentionStep& closure = finding.retention_path[at];
  // One closure does not pile up; what it keeps does, and that is told by other rules.
  if (closure.count < 2) return std::nullopt;
  const std::int64_t own = closure.bytes / closure.count;
  const std::int64_t captured = CapturedBytes(finding, at);
  if (captured < kLargeCapture && own < kLargeClosure) return std::nullopt;
  Classification result;
  result.pattern = Pattern::kClosureCapture;
  result.sub_cause = captured >= own ? "captured by value" : "captured in place";
  // In a registry of listeners the registration itself would be enough to leak.
  const bool sure = !SaysListener(evidence.shape.name) && FitsStack(evidence, closure.type);
  result.confidence = sure ? Confidence::kHigh : Confidence::kMedium;
  if (captured >= own) {
    const auto largest = std::max_element(
        finding.retention_path.begin() + static_cast<std::ptrdiff_t>(at) + 1,
        finding.retention_path.end(),
        [](const RetentionStep& a, const RetentionStep& b) { return a.bytes < b.bytes; });
    const std::string& what = finding.retention_path[at + 1].what;
    result.decided_by.push_back(
        fmt::format("the {} holds {} of {}{}, more than the {} that it is itself", closure.type,
                    HumanBytes(captured), largest->type,
                    what.empty() ? std::string() : fmt::format(" through its capture `{}`", what),
                    HumanBytes(own)));
  } else {
    result.decided_by.push_back(
        fmt::format("the {} is {} large by what it captures", closure.type, HumanBytes(own)));
  }
  result.decided_by.push_back(GrewClause(evidence));
  return result;
}

}  // namespace memprof
