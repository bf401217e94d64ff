// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/owned_types.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

#include "runner/scan/collect/container_type.h"

namespace memprof::scan {
namespace {

constexpr std::string_view kUnnamed = "(anonymous namespace)::";

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsStandard(std::string_view name) {
  return name.starts_with("std::") || name.starts_with("boost::") || name.starts_with("absl::") ||
         name.starts_with("__gnu_");
}

/// Types of the language itself, and what templates do not know yet.
bool IsBuiltIn(std::string_view name) {
  return name.starts_with("type-parameter") ||
         IsOneOf(
             name.substr(0, name.find(' ')),
             {"bool", "char", "short", "int", "long", "float", "double", "unsigned", "signed",
              "void", "wchar_t", "char8_t", "char16_t", "char32_t", "auto", "enum", "__int128"});
}

/// Types that hold their arguments and nothing else.
bool IsWrapper(std::string_view name) {
  // Within templates, names stand as they are written.
  return (IsStandard(name) || name.find("::") == std::string_view::npos) &&
         IsOneOf(LastPart(name), {"unique_ptr", "optional", "pair", "tuple", "variant", "array",
                                  "scoped_ptr", "stack", "queue", "priority_queue"});
}

void AddUse(std::string_view type, std::string_view file, bool is_shared, TypeUse* use) {
  if (IsPointerOrReference(type)) return;
  type = Bare(type);
  if (type.empty()) return;
  if (const std::size_t bracket = type.find('['); bracket != std::string_view::npos &&
                                                  type.back() == ']' &&
                                                  type.find('<') == std::string_view::npos) {
    return AddUse(type.substr(0, bracket), file, is_shared, use);
  }
  const std::string_view name = TemplateName(type);
  if (IsCallable(type)) {
    use->has_callable = true;
  } else if (IsSharedPointer(type)) {
    const std::vector<std::string_view> arguments = TemplateArguments(type);
    if (!arguments.empty()) AddUse(arguments.front(), file, true, use);
  } else if (HoldsElements(type) || IsWrapper(name)) {
    for (const std::string_view argument : TemplateArguments(type)) {
      AddUse(argument, file, is_shared, use);
    }
    use->is_container = use->is_container || HoldsElements(type);
  } else if (!IsStandard(name) && !IsBuiltIn(name)) {
    use->owned.push_back({ClassKey(type, file), is_shared});
  }
}

}  // namespace

std::string ClassKey(std::string_view type, std::string_view file) {
  type = Bare(type);
  std::string key;
  int depth = 0;
  for (const char c : type) {
    if (c == '<') ++depth;
    if (depth == 0) key += c;
    if (c == '>') --depth;
  }
  bool is_unnamed = false;
  for (std::size_t at; (at = key.find(kUnnamed)) != std::string::npos;) {
    key.erase(at, kUnnamed.size());
    is_unnamed = true;
  }
  while (!key.empty() && (key.back() == '*' || key.back() == ' ' || key.back() == '&')) {
    key.pop_back();
  }
  return is_unnamed ? key + "@" + std::string(file) : key;
}

std::string KeyOfClass(const SyntaxUnit& unit, std::uint32_t index) {
  const SyntaxNode& node = unit[index];
  std::string key(node.qualified);
  // As libclang names what is in unnamed namespaces.
  if (node.id.find("@aN@") != std::string_view::npos) key += "@" + unit.PlaceOf(index).file;
  return key;
}

TypeUse UseOfType(std::string_view type, std::string_view file) {
  TypeUse use;
  AddUse(type, file, false, &use);
  return use;
}

bool IsSharedPointer(std::string_view type) {
  return IsOneOf(LastPart(TemplateName(type)),
                 {"shared_ptr", "__shared_ptr", "local_shared_ptr", "intrusive_ptr", "RefPtr",
                  "scoped_refptr", "sk_sp", "QSharedPointer", "ref_ptr", "IntrusivePtr",
                  "IntrusiveRefCntPtr", "SharedPtr", "RefCountPtr"}) &&
         !TemplateArguments(type).empty();
}

bool HoldsElements(std::string_view type) {
  const std::string_view name = TemplateName(type);
  return IsOneOf(LastPart(name),
                 {"vector",        "list",          "deque",         "forward_list",
                  "map",           "multimap",      "unordered_map", "unordered_multimap",
                  "set",           "multiset",      "unordered_set", "unordered_multiset",
                  "small_vector",  "static_vector", "flat_map",      "flat_set",
                  "flat_hash_map", "flat_hash_set", "node_hash_map", "InlinedVector",
                  "SmallVector",   "btree_map",     "QVector",       "QList",
                  "stack",         "queue"}) &&
         !TemplateArguments(type).empty();
}

bool IsCallable(std::string_view type) {
  return IsOneOf(LastPart(TemplateName(type)),
                 {"function", "move_only_function", "AnyInvocable", "function_ref", "Function",
                  "unique_function", "copyable_function"}) &&
         !TemplateArguments(type).empty();
}

}  // namespace memprof::scan
