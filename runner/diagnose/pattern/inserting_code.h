// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_INSERTING_CODE_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_INSERTING_CODE_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/container_uses.h"
#include "runner/diagnose/pattern/held_shape.h"
#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A frame of a finding's stack whose function could be read.
struct FrameCode {
  const SourceFile* file = nullptr;
  FunctionCode function;
  std::string name;  ///< last name: "Get"
  int line = 0;      ///< of the frame
  bool is_test = false;
};

/// Innermost first, up to the test's own body.
std::vector<FrameCode> FramesInSources(const Finding& finding, const Sources& sources);

/// Whether the function is the body of a test or of its fixture.
bool IsTestFunction(std::string_view function);

/// A function that mentions the container, on the stack or not.
struct ContainerFunction {
  const SourceFile* file = nullptr;
  FunctionCode function;
  std::string name;                ///< last name
  std::vector<ContainerUse> uses;  ///< in their order; never empty
};

/// In all files that were read.
std::vector<ContainerFunction> FunctionsUsing(const Sources& sources, const HeldShape& shape);

/// Where the container takes what the finding is about.
struct InsertingCode {
  std::size_t frame = 0;  ///< index into the frames: it, or what calls it
  ContainerFunction function;
  ContainerUse insertion;
};

/// In the innermost function on the stack that puts something in; else, where what is kept was made
/// before it was put in, in one of `users` that a function on the stack calls.
std::optional<InsertingCode> FindInserting(const std::vector<FrameCode>& frames,
                                           const std::vector<ContainerFunction>& users,
                                           const HeldShape& shape);

/// Where something is taken out of the container: "gallery.cc:40".
std::optional<std::string> FindRemoval(const std::vector<ContainerFunction>& users);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_INSERTING_CODE_H_
