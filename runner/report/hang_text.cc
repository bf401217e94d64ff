// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/hang_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "runner/report/call_texts.h"
#include "runner/report/finding_place.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"

namespace memprof {
namespace {

constexpr std::size_t kKindsShown = 8;

std::string NameAt(const Frame& frame) {
  const std::string place = OneLine(Place(frame.file, frame.line));
  return CallName(frame) + (place.empty() ? "" : " at " + place);
}

bool HasName(const Frame& frame) { return !frame.function.empty(); }

bool IsUsers(const Frame& frame) { return IsBelowRoot(frame.file); }

}  // namespace

std::string WhereItWas(const Stack& stack) {
  if (stack.empty()) return "";
  const auto users = std::find_if(stack.begin(), stack.end(), IsUsers);
  // The innermost are often local functions of the C library that have no name.
  auto inner = std::find_if(stack.begin(), users, HasName);
  if (inner == stack.end()) inner = stack.begin();
  if (inner == users) return "in " + NameAt(*users);
  std::string text = "in " + CallName(*inner);
  const auto caller = users != stack.end() ? users : std::find_if(inner + 1, stack.end(), HasName);
  if (caller != stack.end()) text += ", called from " + NameAt(*caller);
  return text;
}

std::vector<std::string> HangLines(const Report& report) {
  std::vector<std::string> lines;
  for (const Frame& frame : report.hang_stack) lines.push_back(CallWithPlace(frame));
  // Workers of a pool all wait at the same place.
  std::vector<std::pair<const HungThread*, std::int64_t>> kinds;
  for (const HungThread& thread : report.hang_threads) {
    const auto known = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const auto& kind) { return *kind.first == thread; });
    if (known != kinds.end()) {
      ++known->second;
    } else {
      kinds.emplace_back(&thread, 1);
    }
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (i == kKindsShown) {
      lines.push_back(fmt::format("and threads at {} more places: report.json has all",
                                  kinds.size() - kKindsShown));
      break;
    }
    const auto& [thread, count] = kinds[i];
    lines.push_back(
        fmt::format("beside it, {} \"{}\":", Counted(count, "thread"), OneLine(thread->name)));
    for (const Frame& frame : thread->stack) lines.push_back("  " + CallWithPlace(frame));
  }
  return lines;
}

std::string InStage(const Report& report) {
  return report.interrupted_in.empty() ? "" : " in stage " + report.interrupted_in;
}

}  // namespace memprof
