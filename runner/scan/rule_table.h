// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULE_TABLE_H_
#define MEMPROF_RUNNER_SCAN_RULE_TABLE_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runner/report/report.h"

namespace memprof::scan {

/// What `memprof scan` looks for: one leak pattern. Its name is the pattern's, "lost-owner". What
/// fires and what does not is shown by two files, tests/fixtures/scan/NAME/{fires,quiet}.cc, which
/// are built into memprof; a line of fires.cc that ends in `// RISK` is the one that is told.
struct Rule {
  Pattern pattern = Pattern::kUnknown;
  std::string_view looks_for;  ///< sentences
  std::string_view limits;     ///< what it does not see, and what it may say wrongly
};

/// All rules, in the order of the report's patterns.
std::span<const Rule> Rules();

/// A line a rule: its name and the first sentence of what it looks for.
std::string RuleListText();

/// One rule with its examples, for people; nothing where none has that name.
std::optional<std::string> RuleText(std::string_view name);

/// An example file's text: `which` is "fires" or "quiet". Empty where the rule has none.
std::string_view RuleExample(std::string_view rule, std::string_view which);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULE_TABLE_H_
