// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/text_suppressions.h"

#include <fmt/format.h>

#include <string>

#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"

namespace memprof {

const char* SuppressionState(const SuppressionUse& use) {
  if (use.expired) return "expired";
  if (!use.exceeded.empty()) return "exceeded";
  if (use.stale) return "stale";
  return use.findings > 0 ? "used" : "unused";
}

std::string SuppressionText(const SuppressionUse& use) {
  std::string text;
  if (use.expired) {
    text = "its date is past, so it takes nothing out";
  } else if (use.stale) {
    text = "nothing matches it any more: the line can go";
  } else if (use.findings > 0) {
    text = Counted(use.findings, "finding") + " taken out";
  } else if (use.exceeded.empty()) {
    text = "nothing of this run matches it";
  }
  if (!use.reason.empty()) text += fmt::format("{}({})", text.empty() ? "" : " ", use.reason);
  return text;
}

void WriteSuppressions(std::span<const SuppressionUse> uses, TextPage* page) {
  if (uses.empty()) return;
  page->Blank();
  page->Line("SUPPRESSIONS", Paint::kBold);
  page->Blank();
  for (const SuppressionUse& use : uses) {
    page->Pair(SuppressionState(use), use.text, Place(use.file, use.line));
    if (const std::string text = SuppressionText(use); !text.empty()) page->Item({}, text);
    for (const std::string& exceeded : use.exceeded) page->Item({}, "not taken out: " + exceeded);
  }
}

}  // namespace memprof
