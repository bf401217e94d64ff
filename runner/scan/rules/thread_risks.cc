// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/thread_risks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace memprof::scan {
namespace {

void AddDetached(const ResourceFacts& facts, std::vector<StaticRisk>* risks) {
  for (const ThreadStart& start : facts.threads) {
    const auto detached = facts.detached.find(start.holder);
    const bool is_detached =
        start.is_detached_at_once || (!start.holder.empty() && detached != facts.detached.end());
    const auto effect = facts.effects.find(start.runs);
    const bool is_endless =
        start.endless ||
        (!start.runs.empty() && effect != facts.effects.end() && effect->second.endless);
    if (!is_detached || !is_endless) continue;
    StaticRisk risk;
    risk.pattern = Pattern::kThreadNotJoined;
    risk.confidence = Confidence::kMedium;
    risk.subject = start.name.empty() ? "std::thread" : start.name;
    risk.subject_type = "std::thread";
    risk.place = start.place;
    risk.function = start.function;
    risk.title = fmt::format("{} is detached, and what it runs never ends", risk.subject);
    risk.cause =
        "Its loop has no way out, and after detach() nobody can stop it or wait for it: each one "
        "keeps its stack, and what it refers to, until the process ends.";
    risk.advice =
        "Give the loop a condition to stop, and join in the owner's destructor; std::jthread with "
        "its stop token does both.";
    risk.notes.push_back({start.place, start.function, "the thread starts here"});
    if (!start.is_detached_at_once) {
      risk.notes.push_back({detached->second, "", "it is detached here"});
    }
    risks->push_back(std::move(risk));
  }
}

void AddContainers(const ResourceFacts& facts, std::vector<StaticRisk>* risks) {
  for (const auto& [id, container] : facts.thread_containers) {
    if (container.name.empty() || container.shrinks || container.growths.empty()) continue;
    const bool is_pool =
        std::all_of(container.growths.begin(), container.growths.end(),
                    [](const ThreadContainer::Growth& growth) { return growth.is_pool; });
    if (is_pool) continue;
    StaticRisk risk;
    risk.pattern = Pattern::kThreadNotJoined;
    risk.confidence = container.is_joined ? Confidence::kLow : Confidence::kMedium;
    risk.subject = container.name;
    risk.subject_type = container.type;
    risk.place = container.place;
    risk.title = fmt::format("{} takes threads or tasks, and finished ones are never taken out",
                             container.name);
    risk.cause =
        fmt::format("Every call adds one more. {}",
                    container.is_joined ? "They are waited for, but none is erased: a finished "
                                          "one keeps its stack or its result until then."
                                        : "Nothing waits for them or erases them, so each "
                                          "keeps its stack or its result.");
    risk.advice =
        "Join and erase those that have finished when one is added, or use a pool of fixed size.";
    for (const ThreadContainer::Growth& growth : container.growths) {
      risk.notes.push_back({growth.place, growth.function, "one more is added here"});
    }
    risks->push_back(std::move(risk));
  }
}

}  // namespace

std::vector<StaticRisk> ThreadRisks(const ResourceFacts& facts) {
  std::vector<StaticRisk> risks;
  AddDetached(facts, &risks);
  AddContainers(facts, &risks);
  return risks;
}

}  // namespace memprof::scan
