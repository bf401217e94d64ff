// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_VALUE_USE_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_VALUE_USE_H_

#include <cstdint>
#include <string_view>

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// What the code does with a value, where it names the variable that has it.
struct ValueUse {
  enum class What {
    kLooks,     ///< reads, compares, works with it: it is still the variable's
    kLetsGo,    ///< releases, stores, returns or wraps it, or gives it to who knows whom
    kHands,     ///< an argument of the program's own function, or the object of its method
    kAssigned,  ///< the variable takes another value
  };
  What what = What::kLooks;
  HandedTo to;  ///< of kHands
};

/// The use of the value at `index`, a kName, kMember or call. `element`: of an array that it names,
/// -1: the value itself. Where the code does not tell, it is kLetsGo: then nothing is said.
ValueUse UseOf(const SyntaxUnit& unit, const AcquireTable& table, std::uint32_t index,
               int element = -1);

/// Whether it is a function of C, of the system's libraries.
bool IsSystemC(const SyntaxNode& call);

/// Whether it compares: "==", "<" …
bool IsComparison(std::string_view op);

/// Without casts.
std::uint32_t WithoutCasts(const SyntaxUnit& unit, std::uint32_t index);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_VALUE_USE_H_
