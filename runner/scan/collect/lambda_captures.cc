// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/lambda_captures.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace memprof::scan {
namespace {

/// "[=", "&x", "y = f(a, b)" of "[=, &x, y = f(a, b)]".
std::vector<std::string_view> Introduced(std::string_view text) {
  std::vector<std::string_view> parts;
  if (text.size() < 2) return parts;
  text = text.substr(1, text.size() - 2);
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (c == '(' || c == '{' || c == '<') ++depth;
    if (c == ')' || c == '}' || c == '>') --depth;
    if (i == text.size() || (c == ',' && depth <= 0)) {
      std::string_view part = text.substr(begin, i - begin);
      while (!part.empty() && (part.front() == ' ' || part.front() == '\n')) part.remove_prefix(1);
      while (!part.empty() && (part.back() == ' ' || part.back() == '\n')) part.remove_suffix(1);
      parts.push_back(part);
      begin = i + 1;
    }
  }
  return parts;
}

bool IsByReference(const std::vector<std::string_view>& parts, std::string_view name) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    if (part.empty() || part.front() != '&') return false;
    part.remove_prefix(1);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    return part.substr(0, part.find_first_of(" =.")) == name;
  });
}

bool Contains(const std::vector<std::string_view>& parts, std::string_view part) {
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

/// What the body uses of the variables outside, for "[=]".
void AddUsedInBody(const SyntaxUnit& unit, std::uint32_t lambda,
                   const std::vector<std::string_view>& parts, std::vector<Capture>* captures) {
  std::vector<std::string_view> known;
  for (const Capture& capture : *captures) known.push_back(capture.id);
  unit.Walk(lambda, [&](std::uint32_t index) {
    const SyntaxNode& node = unit[index];
    if (node.kind == NodeKind::kParameter || node.kind == NodeKind::kVariable) {
      known.push_back(node.id);
    }
    if (node.kind != NodeKind::kName || node.id.empty() || node.type.find('(') == 0) return true;
    const bool is_function = node.type.find(" (") != std::string_view::npos &&
                             node.type.find('<') == std::string_view::npos;
    const bool is_outside = node.storage != Storage::kNone && node.storage != Storage::kLocal;
    if (is_function || is_outside || node.is_system || Contains(known, node.id)) return true;
    if (IsByReference(parts, node.name)) return true;
    known.push_back(node.id);
    captures->push_back({index, index, node.id, node.name, node.type, node.size});
    return true;
  });
}

}  // namespace

std::vector<Capture> CapturesByValue(const SyntaxUnit& unit, std::uint32_t lambda) {
  const std::vector<std::string_view> parts = Introduced(unit[lambda].name);
  std::vector<Capture> captures;
  const std::vector<std::uint32_t>& children = unit[lambda].children;
  for (std::size_t i = 0; i + 1 < children.size(); ++i) {
    const SyntaxNode& node = unit[children[i]];
    if (node.kind != NodeKind::kCapture || IsByReference(parts, node.name)) continue;
    captures.push_back({children[i], children[i + 1], node.id, node.name, node.type, node.size});
  }
  if (Contains(parts, "=")) AddUsedInBody(unit, lambda, parts, &captures);
  return captures;
}

bool CapturesThis(const SyntaxUnit& unit, std::uint32_t lambda) {
  const std::vector<std::string_view> parts = Introduced(unit[lambda].name);
  if (Contains(parts, "this")) return true;
  if (!Contains(parts, "=") && !Contains(parts, "&")) return false;
  bool uses = false;
  const std::uint32_t body = unit[lambda].children.empty() ? 0 : unit[lambda].children.back();
  if (body == 0) return false;
  unit.Walk(body, [&](std::uint32_t index) {
    const SyntaxNode& node = unit[index];
    if (node.kind == NodeKind::kThis) uses = true;
    if (node.kind == NodeKind::kMember && node.children.empty()) uses = true;
    return true;
  });
  return uses;
}

}  // namespace memprof::scan
