// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/collect_captures.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/scan/collect/container_type.h"
#include "runner/scan/collect/lambda_captures.h"
#include "runner/scan/collect/owned_types.h"

namespace memprof::scan {
namespace {

constexpr std::int64_t kLargeObject = 1024;  // bytes

struct Usage {
  bool is_whole = false;
  bool tells_of_bulk = false;         // "pixels.size()" of a member
  bool uses_bulk = false;             // a member that is a container, otherwise
  std::set<std::string> parts;        // "size()", "width"
  std::vector<std::string> given_to;  // "function#0"
  std::set<std::string_view> fields;  // ids of those that are used
};

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool TellsLittle(std::string_view method) {
  return IsOneOf(method, {"size", "length", "empty", "capacity", "front", "back", "count",
                          "contains", "max_size"});
}

/// What the code around a name does with the variable.
void AddUse(const SyntaxUnit& unit, std::uint32_t name, Usage* usage) {
  const std::uint32_t parent = unit[name].parent;
  const SyntaxNode& above = unit[parent];
  if (above.kind == NodeKind::kMember) {
    const SyntaxNode& call = unit[above.parent];
    const bool is_call = call.kind == NodeKind::kCall && unit.Child(above.parent, 0) == parent;
    if (is_call && TellsLittle(above.name)) {
      usage->parts.insert(std::string(above.name) + "()");
    } else if (is_call && above.name == "at" &&
               unit[unit.Child(above.parent, 1)].kind == NodeKind::kLiteral) {
      usage->parts.insert("an element");
    } else if (!is_call && HoldsElements(above.type) && TellsLittle(call.name)) {
      usage->parts.insert(std::string(above.name) + "." + std::string(call.name) + "()");
      usage->tells_of_bulk = true;
    } else if (!is_call) {
      usage->uses_bulk = usage->uses_bulk || HoldsElements(above.type);
      usage->parts.insert(std::string(above.name));
      usage->fields.insert(above.id);
    } else {
      usage->is_whole = true;
    }
    return;
  }
  if (above.kind == NodeKind::kCall && above.name == "operator[]" &&
      unit[unit.Child(parent, 1)].kind == NodeKind::kLiteral) {
    usage->parts.insert("an element");
    return;
  }
  if (above.kind == NodeKind::kCall && !above.is_system && !above.id.empty() &&
      !above.is_constructor) {
    const auto place = std::find(above.children.begin(), above.children.end(), name);
    const auto number = place - above.children.begin();
    if (number > 0) {
      usage->given_to.push_back(std::string(above.id) + "#" + std::to_string(number - 1));
      return;
    }
  }
  usage->is_whole = true;
}

Usage UsageOf(const SyntaxUnit& unit, std::uint32_t body, std::string_view id) {
  Usage usage;
  unit.Walk(body, [&](std::uint32_t index) {
    if (unit[index].kind == NodeKind::kName && unit[index].id == id) AddUse(unit, index, &usage);
    return true;
  });
  return usage;
}

std::string Joined(const std::set<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ", ") + part;
  return all;
}

/// Bytes of a member; -1: unknown.
std::int64_t SizeOfField(const SyntaxUnit& unit, std::string_view id) {
  for (const SyntaxNode& node : unit.nodes) {
    if (node.kind == NodeKind::kField && node.id == id) return node.size;
  }
  return -1;
}

CaptureUse UseOf(const SyntaxUnit& unit, const Usage& usage, std::int64_t size) {
  if (usage.is_whole) return CaptureUse::kWhole;
  if (usage.parts.empty() && usage.given_to.empty()) return CaptureUse::kNothing;
  if (size < kLargeObject && usage.tells_of_bulk) {
    return usage.uses_bulk ? CaptureUse::kWhole : CaptureUse::kPart;
  }
  if (usage.fields.empty()) return CaptureUse::kPart;
  if (size < kLargeObject) return CaptureUse::kWhole;
  std::int64_t used = 0;
  for (const std::string_view id : usage.fields) {
    const std::int64_t bytes = SizeOfField(unit, id);
    used += bytes < 0 ? size : bytes;
  }
  return 2 * used > size ? CaptureUse::kWhole : CaptureUse::kPart;
}

/// Bytes of a container of which the declaration gives a number of elements; -1: no number.
std::int64_t FilledBy(const SyntaxUnit& unit, std::string_view container, std::uint32_t call) {
  const std::uint32_t first = unit.Child(call, 0);
  if (unit[call].kind != NodeKind::kCall || unit[first].kind != NodeKind::kLiteral) return -1;
  const std::vector<std::string_view> element = TemplateArguments(container);
  std::int64_t bytes = 1;
  if (!element.empty()) {
    const std::string_view type = element.front();
    if (type.find("long") != std::string_view::npos || type == "double") bytes = 8;
    if (type == "int" || type == "unsigned int" || type == "float") bytes = 4;
  }
  std::string digits;
  for (const char c : unit[first].name) {
    if (c == '\'') continue;
    if (c < '0' || c > '9' || digits.size() > 12) break;
    digits += c;
  }
  const bool is_shifted = unit[first].name.starts_with("0x");
  return digits.empty() || is_shifted ? -1 : std::stoll(digits) * bytes;
}

std::uint32_t DeclarationOf(const SyntaxUnit& unit, std::uint32_t function, std::string_view id) {
  std::uint32_t found = 0;
  unit.Walk(function, [&](std::uint32_t index) {
    const bool declares = unit[index].kind == NodeKind::kVariable;
    if (declares && unit[index].id == id) found = index;
    return found == 0;
  });
  return found;
}

/// The variable that a capture is made from, through std::move.
std::string_view SourceOf(const SyntaxUnit& unit, std::uint32_t value) {
  if (unit[value].kind == NodeKind::kCall && unit[value].name == "move") {
    value = unit.Child(value, 1);
  }
  return unit[value].id;
}

void AddLambda(const SyntaxUnit& unit, std::uint32_t function, std::uint32_t lambda, int number,
               OwnershipFacts* facts) {
  const std::uint32_t body = unit[lambda].children.empty() ? 0 : unit[lambda].children.back();
  if (body == 0) return;
  for (const Capture& capture : CapturesByValue(unit, lambda)) {
    CaptureFact fact;
    const std::string_view type = capture.type;
    const std::string_view name = TemplateName(type);
    fact.is_text = name == "std::basic_string" || name == "std::string";
    fact.is_container = HoldsElements(type) || fact.is_text;
    fact.size = capture.size;
    if (fact.size < 0 && capture.value != 0) fact.size = unit[capture.value].size;
    const bool is_pointer = type.ends_with("*") || type.ends_with("*const");
    if (is_pointer) continue;
    const Usage usage = UsageOf(unit, body, capture.id);
    // A picture is as large as its pixels.
    fact.is_container = fact.is_container || usage.tells_of_bulk;
    if (!fact.is_container && fact.size < kLargeObject) continue;
    fact.use = UseOf(unit, usage, fact.size);
    if (fact.use == CaptureUse::kWhole) continue;
    fact.function_id = unit[function].id;
    fact.function = unit[function].qualified;
    fact.lambda = number;
    fact.name = capture.name;
    fact.type = type;
    const std::uint32_t declared = DeclarationOf(unit, function, SourceOf(unit, capture.value));
    const std::uint32_t made = declared == 0 || unit[declared].children.empty()
                                   ? capture.value
                                   : unit[declared].children.back();
    fact.filled = FilledBy(unit, type, made);
    fact.given_to = usage.given_to;
    fact.used = Joined(usage.parts);
    fact.place = unit.PlaceOf(capture.node);
    std::string key = fact.place.file + ":" + std::to_string(fact.place.line) + ":" +
                      std::to_string(fact.place.column) + ":" + fact.name;
    facts->captures.emplace(std::move(key), std::move(fact));
  }
}

void AddParameters(const SyntaxUnit& unit, std::uint32_t function, OwnershipFacts* facts) {
  std::size_t number = 0;
  const std::uint32_t body = unit[function].children.empty() ? 0 : unit[function].children.back();
  for (const std::uint32_t child : unit[function].children) {
    if (unit[child].kind != NodeKind::kParameter) continue;
    const std::string key = std::string(unit[function].id) + "#" + std::to_string(number++);
    if (unit[child].type.find('&') == std::string_view::npos) continue;
    const Usage usage = UsageOf(unit, body, unit[child].id);
    if (!usage.given_to.empty()) continue;
    const CaptureUse use = UseOf(unit, usage, unit[child].size);
    if (use == CaptureUse::kPart) {
      facts->parameters.emplace(key, ParameterUse{key, use, Joined(usage.parts)});
    }
  }
}

}  // namespace

void CollectCaptures(const SyntaxUnit& unit, std::uint32_t function, const CollectedSteps& steps,
                     OwnershipFacts* facts) {
  AddParameters(unit, function, facts);
  for (const auto& [lambda, number] : steps.lambdas) {
    AddLambda(unit, function, lambda, number, facts);
  }
}

}  // namespace memprof::scan
