// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/container_type.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>

namespace memprof::scan {
namespace {

using Names = std::initializer_list<std::string_view>;

bool IsOneOf(std::string_view name, Names names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool EndsLike(std::string_view name, Names ends) {
  const std::string lower = Lower(name);
  return std::any_of(ends.begin(), ends.end(), [&lower](std::string_view end) {
    return std::string_view(lower).ends_with(end);
  });
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool DropEnd(std::string_view* text, std::string_view end) {
  if (!text->ends_with(end)) return false;
  text->remove_suffix(end.size());
  *text = Trimmed(*text);
  return true;
}

bool DropBegin(std::string_view* text, std::string_view begin) {
  if (!text->starts_with(begin)) return false;
  text->remove_prefix(begin.size());
  return true;
}

bool IsStandard(std::string_view name) {
  // Within templates libclang tells "vector<T>" without its namespace.
  return name.starts_with("std::") || name.find("::") == std::string_view::npos;
}

std::string_view Argument(std::string_view type, std::size_t number) {
  const std::vector<std::string_view> arguments = TemplateArguments(type);
  return number < arguments.size() ? arguments[number] : std::string_view();
}

constexpr std::string_view kSequences[] = {"vector", "deque", "list",          "forward_list",
                                           "queue",  "stack", "priority_queue"};
constexpr std::string_view kStandardKeyed[] = {
    "map",           "multimap",           "set",           "multiset",
    "unordered_map", "unordered_multimap", "unordered_set", "unordered_multiset"};

template <std::size_t N>
bool IsListed(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

std::string_view Bare(std::string_view type) {
  type = Trimmed(type);
  bool changed = true;
  while (changed) {
    changed = DropEnd(&type, "&") || DropEnd(&type, "*") || DropEnd(&type, "*const") ||
              DropEnd(&type, " const") || DropBegin(&type, "const ") ||
              DropBegin(&type, "volatile ") || DropBegin(&type, "struct ") ||
              DropBegin(&type, "class ");
  }
  return type;
}

std::string_view TemplateName(std::string_view type) {
  const std::string_view bare = Bare(type);
  return bare.substr(0, bare.find('<'));
}

std::string_view LastPart(std::string_view name) {
  const std::size_t colons = name.rfind("::");
  return colons == std::string_view::npos ? name : name.substr(colons + 2);
}

std::vector<std::string_view> TemplateArguments(std::string_view type) {
  std::vector<std::string_view> arguments;
  const std::string_view bare = Bare(type);
  const std::size_t open = bare.find('<');
  if (open == std::string_view::npos) return arguments;
  int depth = 0;
  std::size_t begin = open + 1;
  for (std::size_t i = open; i < bare.size(); ++i) {
    const char c = bare[i];
    if (c == '<' || c == '(' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == ']') --depth;
    const bool ends = (c == ',' && depth == 1) || (c == '>' && depth == 0);
    if (!ends) continue;
    arguments.push_back(Trimmed(bare.substr(begin, i - begin)));
    begin = i + 1;
    if (depth == 0) break;
  }
  return arguments;
}

std::string_view ParameterOf(std::string_view signature, std::size_t number) {
  const std::size_t open = signature.find('(');
  if (open == std::string_view::npos) return {};
  int depth = 0;
  std::size_t begin = open + 1;
  for (std::size_t i = open; i < signature.size(); ++i) {
    const char c = signature[i];
    if (c == '(' || c == '<' || c == '[') ++depth;
    if (c == ')' || c == '>' || c == ']') --depth;
    if ((c == ',' && depth == 1) || depth == 0) {
      if (number-- == 0) return signature.substr(begin, i - begin);
      begin = i + 1;
    }
    if (depth == 0) break;
  }
  return {};
}

bool IsPointerOrReference(std::string_view type) {
  type = Trimmed(type);
  while (DropEnd(&type, "const")) {
  }
  return type.ends_with('&') || type.ends_with('*');
}

bool IsToConst(std::string_view type) {
  type = Trimmed(type);
  while (DropEnd(&type, "const")) {
  }
  return IsPointerOrReference(type) &&
         (type.starts_with("const ") || type.ends_with("const &") || type.ends_with("const *"));
}

bool IsIterator(std::string_view type) {
  return LastPart(TemplateName(type)).find("iterator") != std::string_view::npos;
}

bool IsSmartPointer(std::string_view type) {
  return IsOneOf(LastPart(TemplateName(type)),
                 {"unique_ptr", "shared_ptr", "scoped_ptr", "intrusive_ptr", "optional", "atomic",
                  "reference_wrapper", "NoDestructor", "Singleton", "LazyInstance", "scoped_refptr",
                  "not_null"});
}

std::string_view Unwrapped(std::string_view type) {
  std::string_view inner = Bare(type);
  while (IsSmartPointer(inner)) {
    const std::string_view argument = Argument(inner, 0);
    if (argument.empty()) break;
    inner = Bare(argument);
  }
  return inner;
}

bool IsText(std::string_view type) {
  const std::string_view name = TemplateName(Unwrapped(type));
  return IsOneOf(name, {"std::basic_string", "basic_string", "QString", "QByteArray"});
}

bool IsStandardContainer(std::string_view type) {
  const std::string_view name = TemplateName(Unwrapped(type));
  if (!IsStandard(name)) return false;
  const std::string_view last = LastPart(name);
  const bool is_template = Unwrapped(type).find('<') != std::string_view::npos;
  return is_template &&
         (IsListed(last, kSequences) || IsListed(last, kStandardKeyed) || last == "basic_string");
}

bool IsKeyed(std::string_view type) {
  const std::string_view inner = Unwrapped(type);
  if (inner.find('<') == std::string_view::npos) return false;
  const std::string_view last = LastPart(TemplateName(inner));
  return IsListed(last, kStandardKeyed) || EndsLike(last, {"map", "set", "hash", "table"});
}

bool HasValues(std::string_view type) {
  return IsKeyed(type) && !EndsLike(LastPart(TemplateName(Unwrapped(type))), {"set"});
}

bool IsFixedArray(std::string_view type) {
  const std::string_view inner = Unwrapped(type);
  return inner.ends_with(']') || TemplateName(inner) == "std::array";
}

bool IsContainer(std::string_view type) {
  const std::string_view inner = Unwrapped(type);
  if (inner.find("(") != std::string_view::npos && !inner.ends_with('>')) return false;
  if (IsFixedArray(inner)) {
    return inner.ends_with(']') ? IsContainer(inner.substr(0, inner.find('[')))
                                : IsContainer(Argument(inner, 0));
  }
  if (IsStandardContainer(inner) || IsText(inner)) return true;
  const std::string_view name = TemplateName(inner);
  if (name.starts_with("std::") || name.starts_with("__gnu_cxx::")) return false;
  if (inner.find('<') == std::string_view::npos) return false;
  return !EndsLike(name, {"initializer_list", "typelist"}) &&
         EndsLike(LastPart(name),
                  {"vector", "list", "deque", "queue", "stack", "map", "set", "hash"});
}

bool MayLeadToContainer(std::string_view type) {
  const std::string_view inner = Unwrapped(type);
  return IsContainer(inner) || IsIterator(inner) || TemplateName(inner) == "std::pair" ||
         inner.find("type-parameter") != std::string_view::npos ||
         inner.find("dependent") != std::string_view::npos ||
         inner.find("auto") != std::string_view::npos;
}

bool HasFewKeys(std::string_view type, const std::function<bool(std::string_view)>& is_class) {
  if (!IsKeyed(type)) return false;
  const std::string_view key = Argument(Unwrapped(type), 0);
  if (key.find("type_info") != std::string_view::npos || key == "std::type_index") return true;
  if (IsPointerOrReference(key) || key.find_first_of("<([") != std::string_view::npos) return false;
  if (IsOneOf(key, {"bool", "char", "signed char", "unsigned char", "std::byte"})) return true;
  if (IsText(key) || key.starts_with("std::") || key.find("type-parameter") == 0) return false;
  for (const std::string_view number : {"int", "long", "short", "float", "double", "unsigned",
                                        "__int128", "char16_t", "char32_t", "wchar_t"}) {
    if (key == number || key.ends_with(std::string(" ") + std::string(number))) return false;
  }
  return !is_class(key);
}

std::string_view ElementOf(std::string_view type) {
  const std::string_view inner = Unwrapped(type);
  if (inner.ends_with(']')) return Unwrapped(inner.substr(0, inner.find('[')));
  return Unwrapped(Argument(inner, HasValues(inner) ? 1 : 0));
}

bool HoldsCallablesOrThreads(std::string_view type) {
  std::string_view element = ElementOf(type);
  while (IsContainer(element) && !IsText(element)) element = ElementOf(element);
  if (element.find("std::function<") != std::string_view::npos) return true;
  if (element.find("(*") != std::string_view::npos) return true;
  return IsOneOf(LastPart(TemplateName(element)),
                 {"function", "move_only_function", "thread", "jthread", "future", "shared_future",
                  "packaged_task", "any_invocable", "AnyInvocable"}) ||
         (IsKeyed(type) && Argument(Unwrapped(type), 0).find("thread") != std::string_view::npos);
}

bool IsBuffer(std::string_view type) {
  if (type.find("[]>") != std::string_view::npos) return true;
  const std::string_view inner = Unwrapped(type);
  const std::string_view last = LastPart(TemplateName(inner));
  if (IsStandardContainer(inner)) {
    const std::string_view element = Argument(inner, 0);
    if (last != "vector" && last != "deque") return false;
    return IsOneOf(element, {"unsigned char", "char", "signed char", "std::byte", "float", "double",
                             "short", "unsigned short"}) ||
           (TemplateName(element) == "std::vector" && IsBuffer(element));
  }
  return EndsLike(last, {"image", "matrix", "tensor", "frame", "bitmap", "texture", "pixmap",
                         "framebuffer", "pointcloud"}) ||
         last == "Mat";
}

}  // namespace memprof::scan
