// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/stack_key.h"

namespace memprof {

std::string StackKey(const Stack& stack) {
  // NUL ends a field: no tool can write one within a name.
  std::string key;
  for (const Frame& frame : stack) {
    key.append(frame.function).push_back('\0');
    key.append(frame.file).push_back('\0');
    key.append(std::to_string(frame.line)).push_back('\0');
    key.append(frame.module).push_back('\0');
    // All that tells the calls of a stripped program apart. A line says more, where there is one.
    if (frame.file.empty()) key.append(std::to_string(frame.module_offset));
    key.push_back('\0');
  }
  return key;
}

}  // namespace memprof
