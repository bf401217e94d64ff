// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

bool IsFunction(const SyntaxNode& node) {
  return node.kind == NodeKind::kFunction || node.kind == NodeKind::kMethod ||
         node.kind == NodeKind::kConstructor || node.kind == NodeKind::kDestructor;
}

std::string_view SyntaxUnit::Keep(std::string_view text) {
  return text.empty() ? std::string_view() : *texts_.emplace(text).first;
}

Place SyntaxUnit::PlaceOf(std::uint32_t index) const {
  const SyntaxNode& node = nodes[index];
  return {node.file < files.size() ? files[node.file] : std::string(), node.line, node.column};
}

std::uint32_t SyntaxUnit::Child(std::uint32_t index, std::size_t number) const {
  const std::vector<std::uint32_t>& children = nodes[index].children;
  return number < children.size() ? children[number] : 0;
}

std::uint32_t SyntaxUnit::Above(std::uint32_t index,
                                const std::function<bool(const SyntaxNode&)>& matches) const {
  while (index != 0) {
    index = nodes[index].parent;
    if (index != 0 && matches(nodes[index])) return index;
  }
  return 0;
}

std::uint32_t SyntaxUnit::FunctionOf(std::uint32_t index) const {
  return Above(index, [](const SyntaxNode& node) {
    return IsFunction(node) || node.kind == NodeKind::kLambda;
  });
}

std::uint32_t SyntaxUnit::NamedFunctionOf(std::uint32_t index) const {
  return Above(index, IsFunction);
}

std::uint32_t SyntaxUnit::ClassOf(std::uint32_t index) const {
  return Above(index, [](const SyntaxNode& node) { return node.kind == NodeKind::kClass; });
}

bool SyntaxUnit::InLoop(std::uint32_t index) const {
  const std::uint32_t function = FunctionOf(index);
  const std::uint32_t loop =
      Above(index, [](const SyntaxNode& node) { return node.kind == NodeKind::kLoop; });
  return loop != 0 && FunctionOf(loop) == function;
}

void SyntaxUnit::Walk(std::uint32_t index, const std::function<bool(std::uint32_t)>& visit) const {
  std::vector<std::uint32_t> waiting = {index};
  while (!waiting.empty()) {
    const std::uint32_t next = waiting.back();
    waiting.pop_back();
    if (!visit(next)) continue;
    const std::vector<std::uint32_t>& children = nodes[next].children;
    waiting.insert(waiting.end(), children.rbegin(), children.rend());
  }
}

}  // namespace memprof::scan
