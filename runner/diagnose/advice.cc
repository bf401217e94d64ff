// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/advice.h"

#include <fmt/format.h>

#include <cstddef>
#include <string>

namespace memprof {
namespace {

Fix Make(const char* summary, const char* why, const char* trade_off, const char* effort) {
  Fix fix;
  fix.summary = summary;
  fix.why = why;
  fix.trade_off = trade_off;
  fix.effort = effort;
  return fix;
}

/// "`session`" of "the capture `session` of the closure at chat.cc:31".
std::string Captured(const std::string& weaken) {
  const std::size_t begin = weaken.find('`');
  const std::size_t end = begin == std::string::npos ? begin : weaken.find('`', begin + 1);
  return end == std::string::npos ? "the owner" : weaken.substr(begin, end + 1 - begin);
}

}  // namespace

std::optional<Fix> FixFor(FindingKind kind, Pattern pattern) {
  switch (pattern) {
    case Pattern::kHandleNotClosed:
      if (kind == FindingKind::kMappingLeak) {
        return Make(
            "unmap it on every path: give the mapping an owner whose destructor calls munmap",
            "the destructor runs on every way out, early returns and exceptions included",
            "none: the owner is an address and a length", "minutes");
      }
      return Make(
          "close it on every path: wrap it in a RAII owner (unique_fd, std::fstream, "
          "std::unique_ptr with fclose)",
          "the destructor runs on every way out, early returns and exceptions included",
          "none: the owner is as small as the handle", "minutes");
    case Pattern::kThreadNotJoined:
      return Make("ask the thread to stop and join it, or make it a std::jthread",
                  "std::jthread requests the stop and joins in its destructor",
                  "the owner's destructor waits until the thread has ended",
                  "minutes, more where the thread has no way to be told to stop");
    default:
      return std::nullopt;
  }
}

Fix FixForNotReleased(const std::vector<std::string>& releases) {
  Fix fix;
  fix.why = "the destructor runs on every way out, early returns and exceptions included";
  fix.trade_off = "none: the owner is as small as the handle";
  fix.effort = "minutes";
  if (releases.empty()) {
    fix.summary = "release it on every path, in the destructor of an owner";
    return fix;
  }
  const std::string& release = releases.front();
  fix.summary = fmt::format(
      "release it with {} on every path: own it with a std::unique_ptr that "
      "has this function as its deleter",
      release);
  fix.snippet = fmt::format(
      "std::unique_ptr<T, decltype(&{0})> owner(handle, &{0});  // handle is a T*", release);
  fix.why_no_diff = "how long it must live is not known";
  return fix;
}

Fix FixForLost(LostStructure structure) {
  switch (structure) {
    case LostStructure::kSingle:
    case LostStructure::kLostWhole:
      break;
    case LostStructure::kSharedCycle:
      return Make("make one of the pointers around the cycle a std::weak_ptr",
                  "a std::weak_ptr does not keep its object alive, so the counts reach zero",
                  "its users call lock() and must deal with an object that is gone",
                  "minutes, once it is clear which object owns which");
    case LostStructure::kContainer:
      return Make(
          "hold the container, or the object that it is a member of, by value or in a "
          "std::unique_ptr",
          "its destructor then runs on every way out, and destroys every node",
          "none: a std::unique_ptr is as small as the pointer", "minutes");
    case LostStructure::kOwnNodes:
      return Make(
          "let each node own the next ones with std::unique_ptr, and a std::unique_ptr the first; "
          "pointers back stay plain",
          "destroying the first node destroys all of them; a plain pointer back owns nothing",
          "destructors call each other, so a very long chain needs a loop in their place",
          "minutes, more where nodes change their owner");
    case LostStructure::kUnknown:
      return Make(
          "if objects own each other with std::shared_ptr, make one of the pointers a "
          "std::weak_ptr; if a container was lost, hold it by value or in a std::unique_ptr",
          "a std::weak_ptr does not keep its object alive, so the counts reach zero; a "
          "std::unique_ptr's destructor runs on every way out",
          "users of a std::weak_ptr call lock() and must deal with an object that is gone",
          "minutes, once it is clear which object owns which");
  }
  return Make("own it with std::unique_ptr, or keep it in a std::vector or std::string",
              "the owner frees it on every way out, early returns and exceptions included",
              "none: a std::unique_ptr is as small as the pointer", "minutes");
}

Fix FixForCycle(const OwnershipCycle& cycle) {
  Fix fix = FixForLost(LostStructure::kSharedCycle);
  if (cycle.weaken.empty()) return fix;
  if (cycle.is_closure) {
    fix.summary = fmt::format("capture a std::weak_ptr instead of {}", Captured(cycle.weaken));
    fix.trade_off = "the closure calls lock() and returns where its object is gone";
    return fix;
  }
  fix.summary = fmt::format("make {} a std::weak_ptr", cycle.weaken);
  fix.effort = "minutes";
  return fix;
}

}  // namespace memprof
