// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/pattern_evidence.h"

namespace memprof {
namespace {

/// Whether creating a thread allocated it: its descriptor and stack, which go when it is joined.
const Frame* CreatesThread(const Finding& finding) {
  for (const Frame& frame : finding.stack) {
    if (frame.function.starts_with("pthread_create") || frame.function == "_dl_allocate_tls" ||
        frame.function == "allocate_stack") {
      return &frame;
    }
  }
  return nullptr;
}

bool StartsWork(const std::vector<std::string>& functions) {
  return std::any_of(functions.begin(), functions.end(), [](const std::string& function) {
    return SaysAny(LastName(function), {"spawn", "start", "run", "launch", "submit", "schedule",
                                        "post", "async", "enqueue", "dispatch", "execute", "go"});
  });
}

}  // namespace

std::optional<Classification> TellThreads(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  Classification result;
  result.pattern = Pattern::kThreadNotJoined;
  if (const Frame* frame = CreatesThread(finding)) {
    result.confidence = Confidence::kHigh;
    result.sub_cause = "thread not joined";
    result.decided_by.push_back(fmt::format(
        "`{}` allocated it for a thread, and it goes when that is joined", frame->function));
    return result;
  }
  if (evidence.shape.body == HeldBody::kUnknown) return std::nullopt;
  const auto is_thread = [](const RetentionStep& step) { return IsThreadType(step.type); };
  const bool by_path =
      std::any_of(finding.retention_path.begin(), finding.retention_path.end(), is_thread);
  if (IsThreadType(evidence.shape.element) || by_path) {
    result.confidence = Confidence::kHigh;
    result.sub_cause = "finished threads or tasks are kept";
    result.decided_by = {
        fmt::format("it keeps {}",
                    evidence.shape.element.empty() ? "threads or futures" : evidence.shape.element),
        GrewClause(evidence)};
    return result;
  }
  // A queue of callables is one of tasks by its name alone; large captures are told before.
  const bool callable = HasCallable(evidence.shape.element);
  if (!SaysTask(evidence.shape.name) || !(callable || SaysTask(LastName(evidence.shape.element)))) {
    return std::nullopt;
  }
  const bool starts = StartsWork(FunctionsOnStack(finding));
  result.confidence = starts && !callable ? Confidence::kMedium : Confidence::kLow;
  result.sub_cause = "finished tasks are kept";
  result.decided_by = {fmt::format("`{}` keeps {}, by its names a list of tasks",
                                   evidence.shape.name, evidence.shape.element),
                       GrewClause(evidence)};
  return result;
}

}  // namespace memprof
