// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/comparison_text.h"

#include <fmt/format.h>

#include <cctype>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

#include "runner/report/comparison_figures.h"
#include "runner/report/headline.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_page.h"

namespace memprof {
namespace {

constexpr std::size_t kTestsShown = 3;

Paint PaintOf(Change change) {
  switch (change) {
    case Change::kNew:
    case Change::kWorse:
      return Paint::kRed;
    case Change::kNotMeasured:
      return Paint::kYellow;
    case Change::kFixed:
    case Change::kBetter:
      return Paint::kGreen;
    case Change::kKnown:
      return Paint::kDim;
  }
  return Paint::kPlain;
}

std::string Capitals(std::string_view text) {
  std::string capitals;
  for (const char c : text) {
    capitals += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return capitals;
}

void WriteSide(std::string_view label, const Finding& finding, TextPage* page) {
  page->Pair(label, FigureOf(finding), SeriesOf(finding));
}

/// What a reader must know to recognise it, and the figures of both sides.
void WriteCompared(const ComparedFinding& compared, TextPage* page) {
  const Finding& shown = ShownOf(compared);
  page->Item(shown.tests.empty() ? "scope" : "test", OwnersOf(shown, kTestsShown));
  page->Pair("where", shown.location.function, Place(shown.location.file, shown.location.line));
  if (compared.before) WriteSide("before", *compared.before, page);
  if (compared.after) WriteSide("after", *compared.after, page);
  if (compared.change == Change::kFixed) page->Item("after", "not seen any more");
  if (std::string difference = DifferenceOf(compared); !difference.empty()) {
    page->Item("change", difference);
  }
  if (!compared.why_not_measured.empty()) page->Item("unknown", compared.why_not_measured);
}

void WriteOne(const ComparedFinding& compared, int number, const Report& now, TextPage* page) {
  const Finding& shown = ShownOf(compared);
  std::string tail = OneLine(shown.fingerprint).substr(0, 8);
  if (!tail.empty()) tail = "[" + tail + "]";
  page->Heading(fmt::format("{} {}", Capitals(Name(compared.change)), number),
                PaintOf(compared.change),
                fmt::format("{}: {}", Name(shown.severity), Headline(shown)), tail);
  // Whoever made it wants all that is known of it.
  if (compared.change == Change::kNew) {
    WriteFindingItems(shown, shown.tests.empty() ? "" : shown.tests.front(), now.tests, page);
  } else {
    WriteCompared(compared, page);
  }
}

std::string TestsOf(int tests) {
  return tests == 0 ? std::string("no tests") : Counted(tests, "test");
}

}  // namespace

std::string RenderComparisonText(const Comparison& comparison, const Report& now,
                                 const RenderOptions& options) {
  TextPage page(options.color);
  page.Line(fmt::format("memprof diff: {} before, {} after", TestsOf(comparison.base_tests),
                        TestsOf(comparison.new_tests)),
            Paint::kBold);
  std::map<Change, int> numbers;
  int left_out = 0;
  for (const ComparedFinding& compared : comparison.findings) {
    if (compared.change == Change::kKnown && !options.verbose) {
      ++left_out;
      continue;
    }
    page.Blank();
    WriteOne(compared, ++numbers[compared.change], now, &page);
  }
  page.Blank();
  const bool more = comparison.Count(Change::kNew) + comparison.Count(Change::kWorse) > 0;
  const std::string verdict = VerdictOf(comparison, now);
  const bool clean = verdict.starts_with("No leaks");
  page.Line(verdict, more ? Paint::kRed : clean ? Paint::kGreen : Paint::kYellow);
  std::string counts = CountsOf(comparison);
  if (left_out > 0) counts += "; -v lists the known";
  page.Line(counts);
  return std::move(page).Finish();
}

}  // namespace memprof
