// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/inserting_code.h"

#include <algorithm>
#include <utility>

#include "runner/diagnose/pattern/name_words.h"

namespace memprof {
namespace {

bool Inserts(const ContainerUse& use, const HeldShape& shape) {
  switch (use.kind) {
    case UseKind::kInsert:
    case UseKind::kTry:
    case UseKind::kIndexAdd:
      return true;
    case UseKind::kIndex:
      return shape.body == HeldBody::kKeyed;
    default:
      return false;
  }
}

/// The insertion at `line`, or the first in the function.
std::optional<InsertingCode> InsertionIn(ContainerFunction function, int line,
                                         const HeldShape& shape) {
  InsertingCode code;
  const ContainerUse* found = nullptr;
  for (const ContainerUse& use : function.uses) {
    if (!Inserts(use, shape)) continue;
    if (found == nullptr || (use.line == line && found->line != line)) found = &use;
  }
  if (found == nullptr) return std::nullopt;
  code.insertion = *found;
  code.function = std::move(function);
  return code;
}

bool Calls(const FrameCode& frame, const std::string& name) {
  const std::vector<std::size_t> uses = UsesOf(*frame.file, frame.function.body, name);
  return std::any_of(uses.begin(), uses.end(), [&](std::size_t use) {
    return TextAt(*frame.file, use + 1) == "(" && frame.file->tokens()[use].line >= frame.line;
  });
}

}  // namespace

bool IsTestFunction(std::string_view function) {
  return function.ends_with("::TestBody") || function.ends_with("::TestBody()") ||
         function.find("::SetUpTestSuite") != std::string_view::npos || function == "main";
}

std::vector<FrameCode> FramesInSources(const Finding& finding, const Sources& sources) {
  std::vector<FrameCode> frames;
  for (const Frame& frame : finding.stack) {
    const bool is_test = IsTestFunction(frame.function);
    if (const SourceFile* file = sources.Find(frame.file)) {
      if (std::optional<FunctionCode> function = FunctionAt(*file, frame.line)) {
        std::string name = LastName(function->name);
        frames.push_back({file, *std::move(function), std::move(name), frame.line, is_test});
      }
    }
    if (is_test) break;
  }
  return frames;
}

std::vector<ContainerFunction> FunctionsUsing(const Sources& sources, const HeldShape& shape) {
  std::vector<ContainerFunction> users;
  for (const auto& [path, file] : sources.files()) {
    // Most files do not mention it; their functions need not be looked for.
    if (UsesOfContainer(file, {0, file.text().size()}, shape).empty()) continue;
    for (FunctionCode& function : FunctionsOf(file)) {
      std::vector<ContainerUse> uses = UsesInFunction(file, function, shape);
      if (uses.empty()) continue;
      std::string name = LastName(function.name);
      users.push_back({&file, std::move(function), std::move(name), std::move(uses)});
    }
  }
  return users;
}

std::optional<InsertingCode> FindInserting(const std::vector<FrameCode>& frames,
                                           const std::vector<ContainerFunction>& users,
                                           const HeldShape& shape) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const FrameCode& frame = frames[i];
    std::vector<ContainerUse> uses = UsesInFunction(*frame.file, frame.function, shape);
    if (uses.empty()) continue;
    std::optional<InsertingCode> code =
        InsertionIn({frame.file, frame.function, frame.name, std::move(uses)}, frame.line, shape);
    if (!code) continue;
    code->frame = i;
    return code;
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    for (const ContainerFunction& user : users) {
      if (user.name.empty() || !Calls(frames[i], user.name)) continue;
      std::optional<InsertingCode> code = InsertionIn(user, 0, shape);
      if (!code) continue;
      code->frame = i;
      return code;
    }
  }
  return std::nullopt;
}

std::optional<std::string> FindRemoval(const std::vector<ContainerFunction>& users) {
  for (const ContainerFunction& user : users) {
    for (const ContainerUse& use : user.uses) {
      if (use.kind == UseKind::kRemove) return PlaceText(*user.file, use.line);
    }
  }
  return std::nullopt;
}

}  // namespace memprof
