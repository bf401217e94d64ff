// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_METHOD_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_METHOD_H_

#include <cstdint>
#include <string_view>

namespace memprof::scan {

/// What a member function of a container does, told by its name alone: within templates the
/// compiler knows no more, and libraries have agreed on the names.
enum class MethodEffect : std::uint8_t {
  kReads,
  kGrows,
  kTakesOut,
  kLooksUp,
  kElement,  ///< gives an element, or an iterator to one
  kSize,
  kEmpty,
  kUnknown,  ///< it may do anything
};

MethodEffect EffectOf(std::string_view method, bool is_standard);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_METHOD_H_
