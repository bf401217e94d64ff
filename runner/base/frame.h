// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_BASE_FRAME_H_
#define MEMPROF_RUNNER_BASE_FRAME_H_

#include <cstdint>
#include <string>
#include <vector>

namespace memprof {

/// One frame of a stack as a tool or our own symbolizer named it.
struct Frame {
  std::string function;  ///< demangled; empty when unknown
  std::string file;      ///< as the debug information has it, mostly absolute; empty when unknown
  int line = 0;          ///< 0 when unknown
  std::string module;    ///< path of the executable or library; empty when unknown
  std::uint64_t module_offset = 0;  ///< within the module; 0 when unknown

  bool operator==(const Frame&) const = default;
};

/// Innermost frame first, as every tool prints it.
using Stack = std::vector<Frame>;

}  // namespace memprof

#endif  // MEMPROF_RUNNER_BASE_FRAME_H_
