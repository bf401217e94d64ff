// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/lost_structure.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "runner/analyze/function_name.h"
#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

// Functions and headers of libstdc++, libc++ and Boost. What a template allocates is named in it
// too: "std::__new_allocator<std::_Sp_counted_ptr_inplace<Node, …> >::allocate".
constexpr std::array<std::string_view, 8> kSharedPointers = {
    "_Sp_counted",          "__shared_count",       "make_shared",          "allocate_shared",
    "__shared_ptr_emplace", "__shared_ptr_pointer", "detail::shared_count", "sp_counted_impl"};
// Nodes, or tables of nodes, that hold the address of the container itself.
constexpr std::array<std::string_view, 11> kContainers = {
    "_Rb_tree",        "_List_node",      "_Hash_node",    "_Hashtable",
    "__tree<",         "__list_node",     "__hash_node",   "__hash_table",
    "bits/stl_tree.h", "bits/stl_list.h", "bits/hashtable"};

enum class Allocated {
  kPlainly,  ///< by the user's code itself
  kByContainer,
  kBySharedPointer,
  kOtherwise,  ///< by a std::vector, a library, …
  kUnknown,    ///< without lines the compiler may have inlined what would tell
};

bool NamesAny(const Frame& frame, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return frame.function.find(name) != std::string::npos ||
           frame.file.find(name) != std::string::npos;
  });
}

/// Templates that allocate on behalf of the user's code. Where a template's argument is a type
/// without linkage, LeakSanitizer names the function without its namespace: then the file tells.
bool IsLibraryTemplate(const Frame& frame, std::string_view short_name) {
  return short_name.starts_with("std::") || short_name.starts_with("__gnu_cxx::") ||
         short_name.starts_with("boost::") || frame.file.find("/c++/") != std::string::npos ||
         frame.file.find("/include/boost/") != std::string::npos;
}

Allocated HowAllocated(const Stack& stack) {
  bool in_template = false;
  for (const Frame& frame : stack) {
    const std::string name = ShortFunctionName(frame.function);
    if (!in_template && IsAllocator(name)) continue;
    // Outside the templates, a shared pointer or a map is but an argument of the user's function.
    if (!IsLibraryTemplate(frame, name)) {
      if (!in_template && !frame.file.empty()) return Allocated::kPlainly;
      break;
    }
    in_template = true;
    // The innermost that tells is right: a map of shared pointers allocates nodes.
    if (NamesAny(frame, kContainers)) return Allocated::kByContainer;
    if (NamesAny(frame, kSharedPointers) || name.ends_with("::shared_ptr")) {
      return Allocated::kBySharedPointer;
    }
  }
  const bool has_lines = std::any_of(
      stack.begin(), stack.end(), [](const Frame& frame) { return frame.file.starts_with('/'); });
  return has_lines ? Allocated::kOtherwise : Allocated::kUnknown;
}

}  // namespace

LostStructure StructureOf(const std::vector<const Stack*>& stacks) {
  bool plain = false, containers = false, shared = false, unknown = false;
  for (const Stack* stack : stacks) {
    const Allocated how = HowAllocated(*stack);
    plain = plain || how == Allocated::kPlainly;
    containers = containers || how == Allocated::kByContainer;
    shared = shared || how == Allocated::kBySharedPointer;
    unknown = unknown || how == Allocated::kUnknown;
  }
  // A container that was lost whole may hold shared pointers, but has a block of its own: it lies
  // in what plain `new` made.
  if (shared) return containers && plain ? LostStructure::kUnknown : LostStructure::kSharedCycle;
  if (containers) return LostStructure::kContainer;
  return plain && !unknown ? LostStructure::kOwnNodes : LostStructure::kUnknown;
}

bool IsPlainAllocation(const Stack& stack) { return HowAllocated(stack) == Allocated::kPlainly; }

}  // namespace memprof
