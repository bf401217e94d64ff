// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/rebuilt_text_risks.h"

#include <fmt/format.h>

#include <utility>

namespace memprof::scan {

std::vector<StaticRisk> RebuiltTextRisks(const ContainerFacts& facts) {
  std::vector<StaticRisk> risks;
  for (const TextRebuilt& rebuilt : facts.rebuilt_texts) {
    StaticRisk risk;
    risk.pattern = Pattern::kStringConcatenation;
    risk.confidence = Confidence::kHigh;
    risk.subject = rebuilt.variable;
    risk.subject_type = rebuilt.type;
    risk.place = rebuilt.place;
    risk.function = rebuilt.function;
    risk.title = fmt::format("{} is copied whole in each turn of a loop", rebuilt.variable);
    risk.cause = fmt::format(
        "`{}` in a loop copies all that was written so far, once a turn: the bytes that are copied "
        "grow with the square of the result.",
        rebuilt.text);
    risk.advice = rebuilt.text.find("insert") == std::string::npos
                      ? "Append in place with `+=`, to a string that has reserved its size."
                      : "Append the pieces and reverse their order once, or write from the end.";
    risk.notes.push_back({rebuilt.place, rebuilt.function, rebuilt.text});
    risks.push_back(std::move(risk));
  }
  return risks;
}

}  // namespace memprof::scan
