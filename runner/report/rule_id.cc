// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/rule_id.h"

#include <fmt/format.h>

namespace memprof {

std::string RuleId(const Finding& finding) {
  if (finding.pattern == Pattern::kUnknown) return Name(finding.kind);
  return fmt::format("{}/{}", Name(finding.kind), Name(finding.pattern));
}

}  // namespace memprof
