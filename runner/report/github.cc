// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/comparison_figures.h"
#include "runner/report/finding_order.h"
#include "runner/report/finding_place.h"
#include "runner/report/hang_text.h"
#include "runner/report/headline.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"
#include "runner/report/text_finding.h"

namespace memprof {
namespace {

// GitHub keeps ten of a type in each step, and drops the rest without a word. The tenth is ours, to
// say how many there are.
constexpr std::size_t kShown = 9;
constexpr std::size_t kTitleColumns = 160;
constexpr std::size_t kLineColumns = 600;
constexpr std::size_t kTestsShown = 3;
constexpr std::string_view kTool = "memprof";

std::string Replaced(std::string_view text, std::string_view escaped) {
  std::string out;
  for (const char c : text) {
    if (escaped.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string Data(std::string_view text) { return Replaced(text, "%\r\n"); }
std::string Property(std::string_view text) { return Replaced(text, "%\r\n:,"); }

std::string Cut(std::string_view text) { return Shortened(OneLine(text), kLineColumns); }

/// `place` empty: GitHub shows it with the run, and not in a file.
std::string Command(std::string_view type, const std::optional<SourcePlace>& place,
                    std::string_view title, std::string_view text) {
  std::string properties;
  if (place) {
    properties = fmt::format("file={},line={},", Property(OneLine(place->file)), place->line);
  }
  return fmt::format("::{} {}title={}::{}\n", type, properties,
                     Property(Shortened(OneLine(title), kTitleColumns)), Data(text));
}

/// What the box at the line says; each part on a line of its own.
std::string TextOf(const Finding& finding, const std::optional<SourcePlace>& place) {
  std::vector<std::string> lines;
  const auto add = [&](std::string_view what, std::string_view text) {
    if (const std::string plain = Cut(text); !plain.empty()) {
      lines.push_back(fmt::format("{}{}", what, plain));
    }
  };
  add("", Headline(finding));
  add("in ", OwnersOf(finding, kTestsShown));
  add("cause: ", finding.cause);
  if (finding.fix) add("fix: ", finding.fix->summary);
  add("rerun: ", finding.rerun);
  if (place) add("", WhyThere(place->of));
  if (place && place->of != SourcePlace::Of::kSite && !finding.location.file.empty()) {
    add("it is at ", PlaceOf(finding));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

/// Commands of one type, worst first.
struct Commands {
  std::string_view type;
  std::vector<std::string> lines = {};
  std::vector<std::string> aside = {};  ///< what only the last command says

  std::string Finish() const {
    std::string text;
    for (std::size_t i = 0; i < lines.size() && i < kShown; ++i) text += lines[i];
    std::vector<std::string> rest;
    if (lines.size() > kShown) {
      rest.push_back(fmt::format("+{} more, see the summary",
                                 HumanCount(static_cast<std::int64_t>(lines.size() - kShown))));
    }
    rest.insert(rest.end(), aside.begin(), aside.end());
    if (rest.empty()) return text;
    return text + Command(type, {}, kTool, fmt::format("{}", fmt::join(rest, "\n")));
  }
};

std::string KnownOf(const Report& report) {
  std::int64_t known = 0;
  for (const Finding& finding : report.findings) {
    if (finding.baseline == BaselineState::kKnown) ++known;
  }
  if (known == 0) return "";
  return fmt::format("{} that the baseline knows {} not annotated, see the summary",
                     Counted(known, "finding"), known == 1 ? "is" : "are");
}

std::string NotMeasuredOf(const Report& report) {
  if (report.not_measured.empty()) return "";
  const NotMeasured& first = report.not_measured.front();
  std::string text = fmt::format("not everything was measured: {}{}{}: {}", first.tool,
                                 first.test.empty() ? "" : " of ", first.test, first.why);
  const std::size_t more = report.not_measured.size() - 1;
  if (more > 0) {
    text = fmt::format("{}; +{} more, see the summary", Cut(text),
                       HumanCount(static_cast<std::int64_t>(more)));
  }
  return Cut(text);
}

}  // namespace

std::string RenderGithub(const Report& report, const RenderOptions&) {
  const FindingPlaces places(report);
  // In the order of Severity.
  std::array<Commands, 3> commands = {Commands{"notice"}, Commands{"warning"}, Commands{"error"}};
  std::vector<std::string>& errors = commands[2].lines;
  if (!report.crash.empty()) {
    errors.push_back(Command("error", {}, "memprof: the test binary ended early",
                             Cut(report.crash) + "\nOnly what it did before is judged."));
  }
  if (report.interrupted) {
    errors.push_back(Command("error", {}, "memprof: the run was interrupted" + InStage(report),
                             "What is not listed is unknown."));
  }
  for (const std::string& conflict : report.conflicts) {
    commands[1].lines.push_back(
        Command("warning", {}, "memprof: the merged reports contradict each other", Cut(conflict)));
  }
  for (const auto& [finding, number] : FindingOrder(report)) {
    if (finding->baseline == BaselineState::kKnown) continue;
    Commands& type = commands[static_cast<std::size_t>(finding->severity)];
    const std::optional<SourcePlace> place = places.Of(*finding);
    const std::string title =
        fmt::format("memprof {}: {}", Name(finding->kind), Headline(*finding));
    type.lines.push_back(Command(type.type, place, title, TextOf(*finding, place)));
  }
  for (std::string aside : {KnownOf(report), NotMeasuredOf(report)}) {
    if (!aside.empty()) commands[0].aside.push_back(std::move(aside));
  }
  return commands[2].Finish() + commands[1].Finish() + commands[0].Finish();
}

}  // namespace memprof
