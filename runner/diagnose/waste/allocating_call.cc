// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/allocating_call.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

/// The library's functions between the user's line and the allocator, innermost first.
class LibraryFrames {
 public:
  LibraryFrames(const Stack& reported, std::size_t user)
      : begin_(reported.data()), end_(reported.data() + std::min(user, reported.size())) {}

  bool empty() const { return begin_ == end_; }

  /// Whether a function has one of the names in it.
  bool Have(std::initializer_list<std::string_view> names) const {
    return std::any_of(begin_, end_, [&](const Frame& frame) {
      return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return frame.function.find(name) != std::string::npos;
      });
    });
  }

  /// Whether all of them are the standard library's, and say what they are for.
  bool AreStandard() const {
    const bool standard = std::all_of(begin_, end_, [](const Frame& frame) {
      const std::string_view function = frame.function;
      // An inlined template may have its name without the namespace.
      return function.starts_with("std::") || function.starts_with("__gnu_cxx::") ||
             IsAllocator(function) || frame.file.find("/include/c++/") != std::string::npos;
    });
    // A line of the user's cannot change what these allocate within.
    return standard && !Have({"regex", "stringbuf", "stream", "locale", "filesystem", "std::thread",
                              "temporary_buffer", "Temporary_buffer", "std::format", "promise",
                              "future", "exception"});
  }

 private:
  const Frame* begin_;
  const Frame* end_;
};

}  // namespace

AllocatingCall AllocatingCallOf(const Stack& reported, std::size_t user) {
  const LibraryFrames frames(reported, user);
  if (frames.empty()) return AllocatingCall::kDirect;
  if (!frames.AreStandard()) return AllocatingCall::kForeign;
  if (frames.Have({"::reserve", "::rehash", "::shrink_to_fit"})) return AllocatingCall::kReserve;
  if (frames.Have({"_M_rehash", "__rehash", "__do_rehash"})) return AllocatingCall::kRehash;
  if (frames.Have({"_M_allocate_node", "_M_get_node", "_M_create_node", "__construct_node",
                   "make_unique", "make_shared", "allocate_shared"})) {
    return AllocatingCall::kObject;
  }
  if (IsString(reported, user)) {
    if (frames.Have({"operator+<", "std::operator+"}) && !frames.Have({"operator+="})) {
      return AllocatingCall::kConcatenation;
    }
    if (frames.Have({"::push_back"})) return AllocatingCall::kPushBack;
    if (frames.Have({"::append", "::operator+=", "_M_append", "::__grow_by", "::insert"})) {
      return AllocatingCall::kAppend;
    }
    return AllocatingCall::kStandard;
  }
  if (frames.Have({"_M_realloc_insert", "_M_realloc_append", "__push_back_slow_path",
                   "__emplace_back_slow_path"})) {
    return AllocatingCall::kPushBack;
  }
  if (frames.Have({"_M_default_append", "_M_range_insert", "_M_fill_insert", "vector::__append"})) {
    return AllocatingCall::kAppend;
  }
  return AllocatingCall::kStandard;
}

bool IsString(const Stack& reported, std::size_t user) {
  // Elements of a vector may be strings; whose method allocates is at the beginning of a name.
  const std::size_t frames = std::min(user, reported.size());
  for (std::size_t i = 0; i < frames; ++i) {
    std::string_view function = reported[i].function;
    for (const std::string_view prefix : {"std::__cxx11::", "std::__1::", "std::"}) {
      if (!function.starts_with(prefix)) continue;
      function.remove_prefix(prefix.size());
      break;
    }
    if (function.starts_with("vector")) return false;
    for (const std::string_view name :
         {"string::", "wstring::", "u8string::", "u16string::", "u32string::", "basic_string<"}) {
      if (function.starts_with(name)) return true;
    }
  }
  return false;
}

}  // namespace memprof
