// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/choices.h"

#include <unistd.h>

#include "runner/cli/terminal_choice.h"

namespace memprof {

std::vector<std::string> SeveritiesThatFail() {
  return {Name(Severity::kCritical), Name(Severity::kWarning), Name(Severity::kOptimization),
          "never"};
}

std::optional<Severity> SeverityThatFails(const std::string& choice) {
  for (const Severity severity :
       {Severity::kCritical, Severity::kWarning, Severity::kOptimization}) {
    if (choice == Name(severity)) return severity;
  }
  return std::nullopt;
}

bool WantsColor(const std::string& choice) { return ColorFor(choice, FactsOf(STDOUT_FILENO)); }

}  // namespace memprof
