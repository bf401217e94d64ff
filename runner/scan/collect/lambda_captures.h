// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_LAMBDA_CAPTURES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_LAMBDA_CAPTURES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// A variable that a lambda has a copy of.
struct Capture {
  std::uint32_t node = 0;   ///< kCapture, or for `[=]` the first use
  std::uint32_t value = 0;  ///< what it is made from
  std::string_view id;      ///< of the variable within the body
  std::string_view name;
  std::string_view type;
  std::int64_t size = -1;
};

/// Copies only: neither `this` nor references.
std::vector<Capture> CapturesByValue(const SyntaxUnit& unit, std::uint32_t lambda);

/// Whether the body can use the object that the lambda is made in: "[this]", "[=]", "[&]".
bool CapturesThis(const SyntaxUnit& unit, std::uint32_t lambda);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_LAMBDA_CAPTURES_H_
