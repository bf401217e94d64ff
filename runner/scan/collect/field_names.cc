// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/field_names.h"

namespace memprof::scan {

FieldNames NamesOfFields(const SyntaxUnit& unit) {
  FieldNames fields;
  for (const SyntaxNode& node : unit.nodes) {
    if (node.kind != NodeKind::kField || node.name.empty() || node.id.empty()) continue;
    const auto [known, is_new] = fields.emplace(node.name, node.id);
    if (!is_new && known->second != node.id) known->second = {};
  }
  return fields;
}

}  // namespace memprof::scan
