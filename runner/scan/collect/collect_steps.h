// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_STEPS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_STEPS_H_

#include <cstdint>
#include <map>

#include "runner/scan/collect/field_names.h"
#include "runner/scan/facts/object_steps.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

struct CollectedSteps {
  FunctionSteps function;
  std::map<std::uint32_t, int> lambdas;  ///< registers by node
};

/// What the function at `index` does, lambdas within it as if they ran where they are made.
CollectedSteps CollectSteps(const SyntaxUnit& unit, const FieldNames& fields, std::uint32_t index);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_STEPS_H_
