// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/container_group.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ')) text.remove_suffix(1);
  return text;
}

bool DropSuffix(std::string_view* text, std::string_view suffix) {
  if (!text->ends_with(suffix)) return false;
  text->remove_suffix(suffix.size());
  *text = Trimmed(*text);
  return true;
}

/// "unordered_map" of "std::unordered_map<int, A>", in lower case.
std::string TemplateName(std::string_view type) {
  std::string_view name = type.substr(0, type.find('<'));
  const std::size_t scope = name.rfind("::");
  if (scope != std::string_view::npos) name.remove_prefix(scope + 2);
  std::string lower(Trimmed(name));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

template <std::size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

constexpr std::array<std::string_view, 7> kSmartPointers = {
    "unique_ptr", "shared_ptr", "weak_ptr", "scoped_refptr", "intrusive_ptr", "refptr", "not_null"};

}  // namespace

ContainerGroup GroupOfContainer(std::string_view type) {
  std::string_view bare = Trimmed(type);
  if (bare.starts_with("const ")) bare.remove_prefix(6);
  while (DropSuffix(&bare, "const") || DropSuffix(&bare, "*") || DropSuffix(&bare, "&")) {
  }
  const std::string name = TemplateName(bare);
  if (name == "string" || name == "basic_string" || name == "wstring" || name == "u16string" ||
      name == "ostringstream" || name == "stringstream" || name == "basic_ostringstream" ||
      name == "basic_stringstream" || name == "fbstring" || name == "qstring" ||
      name == "qbytearray") {
    return ContainerGroup::kString;
  }
  if (!Contains(bare, "<")) {
    return bare.ends_with("[]") && !Contains(bare, "*") ? ContainerGroup::kSequence
                                                        : ContainerGroup::kNone;
  }
  constexpr std::array<std::string_view, 25> kSequences = {"vector",
                                                           "deque",
                                                           "list",
                                                           "forward_list",
                                                           "array",
                                                           "queue",
                                                           "stack",
                                                           "priority_queue",
                                                           "small_vector",
                                                           "smallvector",
                                                           "inlinedvector",
                                                           "inlined_vector",
                                                           "stable_vector",
                                                           "static_vector",
                                                           "qvector",
                                                           "qlist",
                                                           "qqueue",
                                                           "fbvector",
                                                           "devector",
                                                           "circular_buffer",
                                                           "slist",
                                                           "concurrent_queue",
                                                           "concurrent_vector",
                                                           "ptr_vector",
                                                           "fixedarray"};
  if (IsOneOf(name, kSequences)) return ContainerGroup::kSequence;
  if (name.ends_with("map") || name.ends_with("hash") || name.ends_with("hashtable") ||
      name.ends_with("hash_table") || name.ends_with("dictionary") || name.ends_with("dict") ||
      name.starts_with("f14") || name.ends_with("cache")) {
    return name.ends_with("set") ? ContainerGroup::kSet : ContainerGroup::kKeyed;
  }
  if (name.ends_with("set")) return ContainerGroup::kSet;
  return ContainerGroup::kNone;
}

std::vector<std::string> TemplateArguments(std::string_view type) {
  std::vector<std::string> arguments;
  const std::size_t open = type.find('<');
  if (open == std::string_view::npos) return arguments;
  const std::size_t after = AfterBracket(type, open);
  const std::size_t end = after > open + 1 ? after - 1 : type.size();
  std::size_t begin = open + 1;
  for (std::size_t i = begin; i < end;) {
    const char c = type[i];
    if (c == '<' || c == '(' || c == '[' || c == '{') {
      i = std::min(AfterBracket(type, i), end);
      continue;
    }
    if (c == ',') {
      arguments.emplace_back(Trimmed(type.substr(begin, i - begin)));
      begin = i + 1;
    }
    ++i;
  }
  if (begin < end) arguments.emplace_back(Trimmed(type.substr(begin, end - begin)));
  return arguments;
}

bool IsPointerType(std::string_view type) {
  std::string_view bare = Trimmed(type);
  while (DropSuffix(&bare, "const") || DropSuffix(&bare, "&")) {
  }
  return bare.ends_with("*") || IsOneOf(TemplateName(bare), kSmartPointers);
}

std::string WithoutPointers(std::string_view type) {
  std::string_view bare = Trimmed(type);
  if (bare.starts_with("const ")) bare.remove_prefix(6);
  while (DropSuffix(&bare, "const") || DropSuffix(&bare, "*") || DropSuffix(&bare, "&")) {
  }
  if (Contains(bare, "<") && IsOneOf(TemplateName(bare), kSmartPointers)) {
    const std::vector<std::string> arguments = TemplateArguments(bare);
    if (!arguments.empty()) return WithoutPointers(arguments.front());
  }
  return std::string(bare);
}

std::string ElementOf(std::string_view type) {
  const std::string bare = WithoutPointers(type);
  if (bare.ends_with("[]")) return bare.substr(0, bare.size() - 2);
  const std::vector<std::string> arguments = TemplateArguments(bare);
  switch (GroupOfContainer(bare)) {
    case ContainerGroup::kKeyed:
      return arguments.size() > 1 ? arguments[1] : "";
    case ContainerGroup::kSequence:
    case ContainerGroup::kSet:
      return arguments.empty() ? "" : arguments.front();
    default:
      return "";
  }
}

bool IsClosureType(std::string_view type) {
  return Contains(type, "closure at ") || Contains(type, "lambda") ||
         Contains(type, "std::_Bind<") || Contains(type, "_Bind_result<");
}

bool IsCallableType(std::string_view type) {
  const std::string name = TemplateName(Trimmed(type));
  if (Contains(type, "<") &&
      (name == "function" || name == "move_only_function" || name == "any_invocable" ||
       name == "anyinvocable" || name == "function_ref" || name == "unique_function" ||
       name == "packaged_task" || name == "repeatingcallback" || name == "oncecallback" ||
       name == "inplace_function" || name == "delegate")) {
    return true;
  }
  return IsClosureType(type) || Contains(type, "(*)");
}

bool HasCallable(std::string_view type) {
  if (IsCallableType(type)) return true;
  const std::string name = TemplateName(Trimmed(type));
  if (name != "pair" && name != "tuple" && name != "optional" && name != "variant") return false;
  const std::vector<std::string> arguments = TemplateArguments(type);
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& each) { return HasCallable(WithoutPointers(each)); });
}

bool IsArithmeticArray(std::string_view type) {
  std::string_view bare = Trimmed(type);
  DropSuffix(&bare, "[]");
  if (bare.starts_with("const ")) bare.remove_prefix(6);
  DropSuffix(&bare, "const");
  if (bare.starts_with("std::complex<") || bare == "std::byte" || bare == "_Float16" ||
      bare == "__int128") {
    return true;
  }
  constexpr std::array<std::string_view, 12> kWords = {
      "unsigned", "signed", "char", "short", "int",     "long",
      "float",    "double", "bool", "half",  "wchar_t", "std::byte"};
  bool any = false;
  while (!bare.empty()) {
    const std::size_t blank = bare.find(' ');
    const std::string_view word = bare.substr(0, blank);
    const bool sized = (word.ends_with("_t") && (Contains(word, "int") || Contains(word, "float") ||
                                                 Contains(word, "size") || Contains(word, "char")));
    if (!sized && !IsOneOf(word, kWords)) return false;
    any = true;
    bare = blank == std::string_view::npos ? std::string_view() : Trimmed(bare.substr(blank));
  }
  return any;
}

bool IsThreadType(std::string_view type) {
  const std::string bare = WithoutPointers(type);
  return bare == "std::thread" || bare == "std::jthread" || bare == "pthread_t" ||
         bare.starts_with("std::future<") || bare.starts_with("std::shared_future<") ||
         bare.starts_with("std::promise<") || bare == "boost::thread" ||
         bare.starts_with("std::thread::_State") || bare.starts_with("std::__future_base::");
}

}  // namespace memprof
