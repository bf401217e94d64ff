// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/allocating_function.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <iterator>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// A name split at its last `::`, each part without its template arguments.
struct FunctionParts {
  std::string_view class_name;  ///< the innermost scope's
  std::string_view class_arguments;
  std::string_view name;
  std::string_view arguments;
};

/// Splits "name<arguments>".
void SplitArguments(std::string_view text, std::string_view* name, std::string_view* arguments) {
  *name = text;
  if (AfterOperatorName(text, 0) != 0) return;
  const auto open = text.find('<');
  if (open == kNone || open == 0) return;
  const std::size_t after = AfterBracket(text, open);
  *name = text.substr(0, open);
  *arguments = Trim(text.substr(open + 1, after - open - 2));
}

/// Reads past a return type to the parameters: "T* std::f<int>(int) const" is of scope std.
FunctionParts Split(std::string_view text) {
  std::size_t scope = 0, name = 0, i = 0;
  bool has_scope = false;
  while (i < text.size()) {
    const std::string_view rest = text.substr(i);
    if (const auto after = AfterOperatorName(text, i); after != i) {
      i = after;
    } else if (rest.starts_with("(anonymous namespace)") || text[i] == '<' || text[i] == '{' ||
               text[i] == '[') {
      i = AfterBracket(text, i);
    } else if (text[i] == '(') {
      // An enclosing function's parameters, or the function's own.
      const std::size_t closed = AfterBracket(text, i);
      if (!text.substr(closed).starts_with("::") || i == name) break;
      i = closed;
    } else if (rest.starts_with("::")) {
      scope = name;
      name = i += 2;
      has_scope = true;
    } else if (text[i] == ' ') {
      scope = name = ++i;
      has_scope = false;
    } else {
      ++i;
    }
  }
  FunctionParts parts;
  SplitArguments(text.substr(name, i - name), &parts.name, &parts.arguments);
  if (has_scope) {
    SplitArguments(text.substr(scope, name - 2 - scope), &parts.class_name, &parts.class_arguments);
  }
  return parts;
}

/// Argument `index` of a list; empty when there is none.
std::string_view Argument(std::string_view list, int index) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= list.size();) {
    if (i == list.size() || list[i] == ',') {
      if (index-- == 0) return Trim(list.substr(begin, i - begin));
      begin = ++i;
    } else if (list[i] == '<' || list[i] == '(' || list[i] == '{' || list[i] == '[') {
      i = AfterBracket(list, i);
    } else {
      ++i;
    }
  }
  return {};
}

/// Whether a template argument is a type, as far as its beginning tells: "16ul" and "(Mode)1" are
/// values.
bool IsType(std::string_view argument) {
  if (argument.starts_with("(anonymous namespace)") || argument.starts_with("(lambda")) return true;
  return !argument.empty() && argument[0] != '(' && argument[0] != '-' &&
         !std::isdigit(static_cast<unsigned char>(argument[0]));
}

/// T of a parameter `T const&`.
std::string_view WithoutReference(std::string_view type) {
  while (type.ends_with('&') || type.ends_with(' ')) type.remove_suffix(1);
  if (type.ends_with(" const")) type.remove_suffix(6);
  if (type.starts_with("const ")) type.remove_prefix(6);
  return type;
}

bool HasAlloc(std::string_view name) {
  // Without its first letter, which may be a capital.
  return name.find("lloc") != kNone && name.find("ealloc") == kNone;
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

using Tells = AllocatingFunction::Tells;

AllocatingFunction OfAllocator(std::string_view type) {
  return {Tells::kClassArgument, std::string(type), !IsSingleBlockType(type)};
}

/// Of what has no scope: the C library.
AllocatingFunction OfPlainFunction(std::string_view name) {
  if (IsOneOf(name, {"strdup", "__strdup", "strndup", "__strndup", "asprintf", "vasprintf",
                     "__vasprintf_internal", "getline", "getdelim", "__getdelim", "realpath",
                     "getcwd", "get_current_dir_name", "_IO_file_doallocate"})) {
    return {Tells::kName, "char", true};
  }
  // A thread's table of where its thread-local variables are, in the dynamic linker's words.
  if (IsOneOf(name, {"_dl_allocate_tls", "_dl_allocate_tls_init"})) {
    return {Tells::kName, "dtv_t", true};
  }
  const bool passes =
      HasAlloc(name) || name == "realloc" || name.starts_with("operator new") ||
      IsOneOf(name, {"posix_memalign", "memalign", "valloc", "pvalloc", "__libc_memalign"});
  return {passes ? Tells::kPassesOn : Tells::kNothing, {}, false};
}

/// A container's own functions: where the allocator's are inlined and nothing says so.
AllocatingFunction OfContainer(const FunctionParts& parts) {
  const std::string first(Argument(parts.class_arguments, 0));
  if (first.empty() || parts.name.starts_with('~')) return {};
  if (IsOneOf(parts.class_name, {"basic_string", "vector", "_Vector_base"})) {
    return {Tells::kClassArgument, first, true};
  }
  std::string node;
  if (parts.class_name == "_Rb_tree") {
    node = "std::_Rb_tree_node<" + std::string(Argument(parts.class_arguments, 1)) + ">";
  } else if (IsOneOf(parts.class_name, {"list", "_List_base"})) {
    node = "std::_List_node<" + first + ">";
  } else if (IsOneOf(parts.class_name, {"forward_list", "_Fwd_list_base"})) {
    node = "std::_Fwd_list_node<" + first + ">";
  }
  return {node.empty() ? Tells::kNothing : Tells::kName, node, false};
}

}  // namespace

bool IsSingleBlockType(std::string_view type) {
  if (type.ends_with('*')) return false;
  const std::string_view whole = type.substr(0, type.find('<'));
  const auto scope = whole.rfind("::");
  const std::string_view name = scope == kNone ? whole : whole.substr(scope + 2);
  return name.starts_with("_Sp_counted_") ||
         IsOneOf(name, {"_Rb_tree_node", "_List_node", "_Hash_node", "_Fwd_list_node",
                        "__tree_node", "__list_node", "__hash_node", "__forward_list_node",
                        "_ListNode", "__shared_ptr_emplace", "__shared_ptr_pointer"});
}

AllocatingFunction ReadAllocatingFunction(std::string_view demangled) {
  const FunctionParts parts = Split(demangled);
  if (parts.class_name.empty() && parts.arguments.empty()) return OfPlainFunction(parts.name);
  std::string_view of_class = Argument(parts.class_arguments, 0);
  if (!IsType(of_class)) of_class = {};
  if (parts.class_name == "allocator_traits" && HasAlloc(parts.name)) {
    std::string_view allocator, value;
    SplitArguments(of_class, &allocator, &value);
    AllocatingFunction found = OfAllocator(Argument(value, 0));
    found.tells = found.type.empty() ? Tells::kPassesOn : Tells::kName;
    return found;
  }
  if (HasAlloc(parts.class_name) && HasAlloc(parts.name) && !of_class.empty()) {
    return OfAllocator(of_class);
  }
  if (IsOneOf(parts.name, {"make_unique", "make_unique_for_overwrite"})) {
    std::string_view type = Argument(parts.arguments, 0);
    const bool array = type.ends_with("[]");
    if (array) type.remove_suffix(2);
    return {Tells::kFunctionArgument, std::string(Trim(type)), array};
  }
  if ((parts.class_name == "_Base_manager" &&
       IsOneOf(parts.name, {"_M_create", "_M_init_functor", "_M_clone"})) ||
      (parts.class_name == "_Manager_external" &&
       IsOneOf(parts.name, {"_S_create", "_S_manage"}))) {
    return {Tells::kClassArgument, std::string(of_class), false};
  }
  if (parts.class_name.starts_with("__shared_count") && parts.name == "__shared_count") {
    const std::string_view pointer = WithoutReference(Argument(parts.arguments, 0));
    if (pointer.ends_with('*')) {
      return {Tells::kName,
              "std::_Sp_counted_ptr<" + std::string(pointer) + ", (__gnu_cxx::_Lock_policy)2>",
              false};
    }
  }
  if (parts.name.starts_with("operator new") || HasAlloc(parts.name))
    return {Tells::kPassesOn, {}, false};
  return OfContainer(parts);
}

}  // namespace memprof
