// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/process_text.h"

#include <fmt/format.h>

#include <cstddef>

#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"

namespace memprof {
namespace {

constexpr std::size_t kTargetsNamed = 3;
constexpr std::size_t kHandlesListed = 8;

std::string PlaceOf(const LineAmount& amount) {
  const std::string place = Place(amount.file, amount.line);
  if (amount.function.empty()) return place.empty() ? "a call that has no name" : place;
  return place.empty() ? amount.function : fmt::format("{} {}", amount.function, place);
}

/// `noun`: of what is counted, "block" or "call".
void AddAmounts(const char* label, std::string total, const std::vector<LineAmount>& amounts,
                const char* noun, std::vector<ProcessLine>* lines) {
  if (total.empty() && amounts.empty()) return;
  lines->push_back({label, total.empty() ? "by these lines" : std::move(total)});
  for (const LineAmount& amount : amounts) {
    const bool has_place = !amount.function.empty() || !amount.file.empty();
    lines->push_back(
        {"", fmt::format("  {} in {}  {}", HumanBytes(amount.bytes), Counted(amount.count, noun),
                         has_place ? PlaceOf(amount) : "not told one by one")});
  }
}

std::string HandlesText(const KeptHandles& handles) {
  std::string text = handles.kind == "mapping" ? HumanBytes(handles.bytes) + " mapped"
                                               : Counted(handles.count, handles.kind);
  const std::vector<std::string>& targets = handles.targets;
  for (std::size_t i = 0; i < targets.size() && i < kTargetsNamed; ++i) {
    text += (i == 0 ? ": " : ", ") + targets[i];
  }
  if (targets.size() > kTargetsNamed) {
    text += fmt::format(", +{} more", targets.size() - kTargetsNamed);
  }
  return fmt::format("{}, by {}", text, PlaceOf(handles.at));
}

}  // namespace

std::string ProcessHeadline(const ProcessUse& use) {
  return fmt::format("pid {} {} after {}", use.pid, use.end, HumanDuration(use.wall_ns));
}

std::vector<ProcessLine> ProcessLines(const ProcessUse& use) {
  std::vector<ProcessLine> lines;
  std::string alive, peak, allocated;
  if (use.live_bytes) {
    alive = HumanBytes(*use.live_bytes);
    if (use.live_blocks) alive += " in " + Counted(*use.live_blocks, "block");
  }
  if (use.peak_bytes) peak = HumanBytes(*use.peak_bytes);
  if (use.allocated_bytes) {
    allocated = HumanBytes(*use.allocated_bytes);
    if (use.allocations) allocated += " by " + Counted(*use.allocations, "call");
  }
  AddAmounts("alive", std::move(alive), use.alive, "block", &lines);
  AddAmounts("peak", std::move(peak), use.at_peak, "block", &lines);
  AddAmounts("allocated", std::move(allocated), use.allocated, "call", &lines);
  std::size_t listed = 0;
  for (const KeptHandles& handles : use.handles) {
    if (listed == kHandlesListed) {
      lines.push_back({"", fmt::format("+{} more", use.handles.size() - listed)});
      break;
    }
    lines.push_back({listed++ == 0 ? kLeftOpen : "", HandlesText(handles)});
  }
  if (use.paused_ns) {
    lines.push_back({"paused", HumanDuration(*use.paused_ns) + " for the heap snapshot"});
  }
  return lines;
}

}  // namespace memprof
