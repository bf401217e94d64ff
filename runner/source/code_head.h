// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_CODE_HEAD_H_
#define MEMPROF_RUNNER_SOURCE_CODE_HEAD_H_

#include <cstddef>
#include <string>
#include <vector>

#include "runner/source/source_file.h"

namespace memprof {

/// What stands before a `{` outside of functions, and so what its braces are.
struct CodeHead {
  enum class Kind { kNamespace, kClass, kEnumeration, kFunction, kInitializer };
  Kind kind = Kind::kInitializer;
  std::string name;  ///< of a class or function; with its arguments where a macro makes it
  bool is_struct = false;
  std::vector<std::string> bases;
  std::string qualifier;   ///< of a function: "Trainer" of "Trainer::Step"
  std::string returns;     ///< of a function
  std::size_t params = 0;  ///< token of the function's `(`
};

/// The head [first, open) of the `{` at token `open`. `closing`: as of CodeOutline. `class_name`:
/// of the class that it is in, or empty.
CodeHead HeadOf(const SourceFile& file, const std::vector<std::size_t>& closing, std::size_t first,
                std::size_t open, const std::string& class_name);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_CODE_HEAD_H_
