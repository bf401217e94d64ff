// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/intrusive_list_risks.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "runner/scan/rules/call_frequency.h"

namespace memprof::scan {

std::vector<StaticRisk> IntrusiveListRisks(const ContainerFacts& facts) {
  const CallFrequency frequency(facts);
  std::map<std::string, StaticRisk> by_head;
  for (const ListLink& link : facts.list_links) {
    if (facts.list_unlinks.contains(link.head_id)) continue;
    if (frequency.RunsOnce(link.at, {})) continue;
    StaticRisk& risk = by_head[link.head_id];
    risk.notes.push_back({link.at.place, link.at.function, "links a node here"});
    if (risk.pattern != Pattern::kUnknown) continue;
    risk.pattern = Pattern::kStaticLifetime;
    risk.confidence = Confidence::kHigh;
    risk.subject = link.qualified;
    risk.subject_type = link.type;
    risk.place = link.place;
    risk.title = fmt::format("{} is a list that nodes are only ever added to", link.qualified);
    risk.cause = fmt::format(
        "{} lives until the process ends, and with it every node that was ever linked. No code "
        "writes the head in another way, so no node is taken out again.",
        link.qualified);
    risk.advice =
        "Unlink the node in the destructor of what linked it, and let that object own the node.";
  }
  std::vector<StaticRisk> risks;
  for (auto& [head, risk] : by_head) risks.push_back(std::move(risk));
  return risks;
}

}  // namespace memprof::scan
