// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_FIELD_NAMES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_FIELD_NAMES_H_

#include <map>
#include <string_view>

#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// Members by name, where a unit has one of that name: within templates the compiler does not know
/// what `node->next` is.
using FieldNames = std::map<std::string_view, std::string_view>;
FieldNames NamesOfFields(const SyntaxUnit& unit);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_FIELD_NAMES_H_
