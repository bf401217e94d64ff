// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/text_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "runner/report/finding_words.h"
#include "runner/report/headline.h"
#include "runner/report/holder_text.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/sparkline.h"
#include "runner/report/text_fix.h"

namespace memprof {
namespace {

constexpr std::size_t kCallersShown = 3;
constexpr std::size_t kOtherTestsShown = 5;
constexpr std::size_t kSourceColumns = 76;

void WriteTest(const Finding& finding, std::string_view name, std::span<const TestReport> tests,
               TextPage* page) {
  if (name.empty()) {
    if (!finding.scope_label.empty()) page->Item("scope", finding.scope_label);
    return;
  }
  const auto is_test = [&](const TestReport& each) {  // no FullName(): there may be 10,000 tests
    return each.suite.size() + 1 + each.name.size() == name.size() &&
           name.starts_with(each.suite) && name[each.suite.size()] == '.' &&
           name.ends_with(each.name);
  };
  const auto test = std::find_if(tests.begin(), tests.end(), is_test);
  page->Pair("test", name, test == tests.end() ? "" : Place(test->file, test->line));
}

/// "foo_test+0x1b2c", which `addr2line -e` and the like turn into a line where there is one to
/// find.
std::string ModulePlace(const Frame& frame) {
  const std::string_view module = frame.module;
  return fmt::format("{}+{:#x}", module.substr(module.rfind('/') + 1), frame.module_offset);
}

/// Where no frame has a line to go to: the innermost ones up to GoogleTest, by module and offset.
void WriteModules(const Stack& stack, TextPage* page) {
  std::size_t shown = 0;
  for (const Frame& frame : stack) {
    if (shown == kCallersShown || frame.function.starts_with("testing::")) return;
    if (frame.module_offset == 0 || !frame.file.empty()) continue;
    const std::string place = ModulePlace(frame);
    const std::string called = frame.function.empty() ? place : frame.function;
    page->Pair(shown == 0 ? "code" : "", shown == 0 ? called : "← " + called,
               frame.function.empty() ? "" : place);
    ++shown;
  }
}

// The callers within the source root (their paths are relative) tell how the place was reached;
// the frames of the test framework and of libraries say nothing that the reader could change.
void WriteWhere(const Finding& finding, TextPage* page) {
  const Location& location = finding.location;
  const std::string place = Place(location.file, location.line);
  const bool has_place = !place.empty() || !location.function.empty();
  if (has_place) page->Pair("where", location.function, place);
  if (const std::string text = OneLine(location.text); !text.empty() && location.line > 0) {
    const std::string lead = fmt::format("  {} | ", location.line);
    const std::size_t room = std::min(kSourceColumns, page->item_columns() - lead.size());
    page->Verbatim({}, lead + Shortened(text, room));
  }

  const auto is_location = [&](const Frame& frame) {
    return frame.file == location.file && frame.line == location.line;
  };
  auto frame = has_place ? std::find_if(finding.stack.begin(), finding.stack.end(), is_location)
                         : finding.stack.end();
  if (frame == finding.stack.end()) return WriteModules(finding.stack, page);
  std::size_t shown = 0;
  for (++frame; frame != finding.stack.end() && shown < kCallersShown; ++frame) {
    if (frame->file.empty() || frame->file.front() == '/' || is_location(*frame)) continue;
    page->Pair({}, "← " + frame->function, Place(frame->file, frame->line));
    ++shown;
  }
}

void WriteGrowth(const Finding& finding, TextPage* page) {
  if (!finding.growth) return;
  const std::vector<std::int64_t>& series = finding.growth->series;
  std::string curve;
  if (!series.empty()) {
    curve = fmt::format("  {} {} {}", AmountWords(finding.kind, series.front()), Sparkline(series),
                        AmountWords(finding.kind, series.back()));
  }
  page->Pair("growth", finding.growth->growth_class + curve, SlopeText(finding));
}

void WriteAmount(const Finding& finding, TextPage* page) {
  if (const std::string text = AmountText(finding); !text.empty()) page->Item("amount", text);
}

void WriteWaste(const Finding& finding, TextPage* page) {
  if (finding.waste) page->Item("waste", WasteText(*finding.waste));
}

void WriteHolder(const Finding& finding, TextPage* page) {
  std::string_view label = "held by";
  if (finding.held_by) {
    const HeldBy& holder = *finding.held_by;
    page->Pair(label, HolderText(holder), Place(holder.file, holder.line));
    label = {};
  }
  for (const RetentionStep& step : finding.retention_path) {
    page->Pair(label, "↓ " + StepText(step), StepCount(step));
    label = {};
  }
  if (!finding.held_by) return;
  const std::string retained = RetainedText(*finding.held_by);
  if (!retained.empty()) page->Item({}, "retains " + retained);
}

void WriteCycle(const Finding& finding, TextPage* page) {
  if (!finding.cycle.empty()) {
    const bool many = finding.cycle_count > 1;
    page->Item("cycle",
               CycleText(finding.cycle) + (many ? "   ×" + HumanCount(finding.cycle_count) : ""));
  }
  if (!finding.weaken) return;
  const Weaken& weaken = *finding.weaken;
  const std::string type = weaken.type.empty() ? "" : fmt::format(" ({})", weaken.type);
  page->Pair("weaken", fmt::format("{}{} → {}", weaken.member, type, WeakenedType(weaken)),
             Place(weaken.file, weaken.line));
}

void WriteEvidence(const Finding& finding, TextPage* page) {
  std::string_view label = "evidence";
  for (const Evidence& evidence : finding.evidence) {
    page->Item(label, evidence.source + ": " + evidence.text);
    label = {};
  }
}

/// The pattern with its confidence and what decided it: the strongest clause, and the next where it
/// fits into the line; all with `verbose`.
void WritePattern(const Finding& finding, bool verbose, TextPage* page) {
  if (finding.decided_by.empty()) return;
  std::string text = PatternWords(finding.pattern);
  if (finding.pattern != Pattern::kUnknown) {
    if (!finding.sub_cause.empty()) text += ", " + finding.sub_cause;
    text += fmt::format(" ({} confidence)", Name(finding.pattern_confidence));
  }
  text += ": " + finding.decided_by[0];
  for (std::size_t i = 1; i < finding.decided_by.size(); ++i) {
    const std::string more = "; " + finding.decided_by[i];
    const bool fits = i == 1 && DisplayWidth(OneLine(text + more)) <= page->item_columns();
    if (!verbose && !fits) break;
    text += more;
  }
  page->Item("pattern", text);
}

void WriteOtherTests(const Finding& finding, std::string_view test, TextPage* page) {
  if (finding.tests.size() < 2) return;
  std::vector<std::string_view> shown;
  for (const std::string& other : finding.tests) {
    if (shown.size() == kOtherTestsShown) break;
    if (other != test) shown.push_back(other);
  }
  std::string text = fmt::format("{}", fmt::join(shown, ", "));
  const std::size_t others = finding.tests.size() - 1;
  if (shown.size() < others) text += fmt::format(", +{} more", others - shown.size());
  page->Item("also in", text);
}

}  // namespace

std::string Place(const std::string& file, int line) {
  if (file.empty() || line <= 0) return file;
  return fmt::format("{}:{}", file, line);
}

const char* Heading(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "CRITICAL";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kOptimization:
      return "OPTIMIZATION";
  }
  return "";
}

Paint PaintOf(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return Paint::kRed;
    case Severity::kWarning:
      return Paint::kYellow;
    case Severity::kOptimization:
      return Paint::kCyan;
  }
  return Paint::kPlain;
}

std::string FindingTail(const Finding& finding) {
  std::string tail = OneLine(finding.fingerprint).substr(0, 8);
  if (!tail.empty()) tail = "[" + tail + "]";
  if (finding.baseline == BaselineState::kNoBaseline) return tail;
  return fmt::format("{}{}{}", Name(finding.baseline), tail.empty() ? "" : " ", tail);
}

void WriteFinding(const Finding& finding, int number, std::span<const TestReport> tests,
                  const RenderOptions& options, TextPage* page) {
  page->Heading(fmt::format("{} {}", Heading(finding.severity), number), PaintOf(finding.severity),
                Headline(finding), FindingTail(finding));
  WriteFindingItems(finding, finding.tests.empty() ? "" : finding.tests.front(), tests, page,
                    options);
}

void WriteFindingBriefly(const Finding& finding, int number, std::span<const TestReport> tests,
                         TextPage* page) {
  page->Heading(fmt::format("{} {}", Heading(finding.severity), number), PaintOf(finding.severity),
                Headline(finding), FindingTail(finding));
  const std::string test = finding.tests.empty() ? "" : finding.tests.front();
  WriteTest(finding, test, tests, page);
  const std::string place = Place(finding.location.file, finding.location.line);
  if (!place.empty()) page->Pair("where", finding.location.function, place);
  WriteOtherTests(finding, test, page);
}

void WriteFindingItems(const Finding& finding, std::string_view test,
                       std::span<const TestReport> tests, TextPage* page,
                       const RenderOptions& options) {
  WriteTest(finding, test, tests, page);
  WriteWhere(finding, page);
  WriteAmount(finding, page);
  WriteWaste(finding, page);
  WriteGrowth(finding, page);
  WriteHolder(finding, page);
  WriteCycle(finding, page);
  WritePattern(finding, options.verbose, page);
  WriteEvidence(finding, page);
  if (!finding.cause.empty()) page->Item("cause", finding.cause);
  WriteFix(finding, options, page);
  WriteOtherTests(finding, test, page);
  // Never wrapped, so that it can be copied.
  if (!finding.rerun.empty()) page->Verbatim("rerun", OneLine(finding.rerun));
}

}  // namespace memprof
