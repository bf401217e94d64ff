// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/kept_bytes.h"

#include <vector>

namespace memprof {

std::optional<KeptBytes> BytesKept(const TestEvidence& evidence) {
  if (!evidence.triage.series || evidence.scope == Scope::kProgram) return std::nullopt;
  const QuantitySeries& live = evidence.triage.series->Of(Quantity::kBytes);
  if (!live.measured) return std::nullopt;
  if (evidence.triage.traced()) {
    if (live.values.empty()) return std::nullopt;
    return KeptBytes{live.values.front(), live.values.back()};
  }
  const std::vector<std::int64_t>& kept =
      live.kept_by_scope[static_cast<std::size_t>(Scope::kTest)];
  if (kept.empty()) return std::nullopt;
  return KeptBytes{evidence.kept_once_bytes, kept.back()};
}

}  // namespace memprof
