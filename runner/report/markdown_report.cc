// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/markdown_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "runner/report/finding_order.h"
#include "runner/report/hang_text.h"
#include "runner/report/markdown_finding.h"
#include "runner/report/markdown_text.h"
#include "runner/report/plain_text.h"
#include "runner/report/process_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_summary.h"

namespace memprof {
namespace {

constexpr std::size_t kReserve = 400;  // for the lines that say what was left out
constexpr std::size_t kLineColumns = 160;
constexpr std::size_t kHangColumns = 120;
constexpr std::size_t kListed = 5;
constexpr std::size_t kConfigurationColumns = 100;

/// A line of a list; nothing where `text` is empty.
void AddItem(std::string_view what, std::string_view text, std::string* out) {
  if (const std::string plain = MarkdownText(text, kLineColumns); !plain.empty()) {
    *out += fmt::format("- {}{}\n", what, plain);
  }
}

/// The first few of a list, and how many more there are.
void AddList(std::string_view what, const std::vector<std::string>& lines, std::string* out) {
  for (std::size_t i = 0; i < lines.size() && i < kListed; ++i) AddItem(what, lines[i], out);
  if (lines.size() > kListed) {
    *out += fmt::format("- {}+{} more in the report\n", what,
                        HumanCount(static_cast<std::int64_t>(lines.size() - kListed)));
  }
}

/// One line for what many tests share; tests that were left out are worth a name.
std::vector<std::string> NotMeasuredLines(const Report& report) {
  std::vector<std::string> lines;
  std::map<std::string, std::size_t> index;
  std::vector<std::vector<std::string_view>> tests;
  for (const NotMeasured& missing : report.not_measured) {
    std::string what = fmt::format("{}: {}", missing.tool, missing.why);
    const auto [found, added] = index.emplace(what, lines.size());
    if (added) {
      lines.push_back(std::move(what));
      tests.emplace_back();
    }
    if (!missing.test.empty()) tests[found->second].push_back(missing.test);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (tests[i].empty()) continue;
    const std::size_t more = tests[i].size() - 1;
    lines[i] +=
        fmt::format(" ({}{})", tests[i].front(),
                    more > 0 ? fmt::format(", +{} more", HumanCount(std::int64_t(more))) : "");
  }
  return lines;
}

std::vector<std::string> SuppressionLines(const Report& report) {
  std::vector<std::string> lines;
  for (const SuppressionUse& use : report.suppressions) {
    const std::string place = Place(use.file, use.line);
    if (use.expired) lines.push_back(fmt::format("{} expired: {}", place, use.text));
    if (use.stale) lines.push_back(fmt::format("{} matches nothing any more: {}", place, use.text));
    for (const std::string& exceeded : use.exceeded) {
      lines.push_back(fmt::format("{} does not cover {}", place, exceeded));
    }
  }
  return lines;
}

std::string Baseline(const Report& report) {
  if (!report.baseline) return "";
  std::string text = CountsByBaseline(report);
  if (text.empty()) text = "nothing known, nothing new";
  if (report.baseline->gone > 0) {
    text += fmt::format("; {} of its {} gone", HumanCount(report.baseline->gone),
                        Counted(report.baseline->findings, "finding"));
  }
  return fmt::format("{} ({})", text, report.baseline->file);
}

/// Folded, for it is long, and of one test. Indented, it goes on with the item before it.
void AddHang(const Report& report, std::string* text) {
  const std::vector<std::string> lines = HangLines(report);
  if (lines.empty()) return;
  *text += "  <details><summary>where it was when its time was up</summary>\n\n";
  for (const std::string& line : lines) {
    *text += fmt::format("  - {}\n", MarkdownText(line, kHangColumns));
  }
  *text += "\n  </details>\n";
}

/// What stands above the table.
std::string Head(const Report& report, std::string_view configuration) {
  std::string text = fmt::format("### {}", MarkdownHeadline(report));
  if (!configuration.empty()) {
    text += fmt::format(" ({})", MarkdownText(configuration, kConfigurationColumns));
  }
  text += "\n\n";
  AddItem(fmt::format("**The {} ended early**, only what it did before is judged: ",
                      report.process ? "program" : "test binary"),
          report.crash, &text);
  AddHang(report, &text);
  if (report.interrupted) {
    text += fmt::format("- **The run was interrupted{}**: what is not listed is unknown\n",
                        InStage(report));
  }
  AddList("**contradiction** between the merged reports: ", report.conflicts, &text);
  AddItem("of ", report.binary, &text);
  if (report.process) {
    AddItem("", ProcessHeadline(*report.process), &text);
    for (const ProcessLine& line : ProcessLines(*report.process)) {
      if (!line.label.empty()) AddItem(line.label + ": ", line.text, &text);
    }
  }
  const Summary& summary = report.summary;
  if (summary.reduction_possible_bytes && !report.findings.empty()) {
    AddItem("",
            HumanBytes(*summary.reduction_possible_bytes) +
                " less kept per run when all of it is mended",
            &text);
  }
  if (summary.waste_possible_bytes && !report.findings.empty()) {
    AddItem("",
            HumanBytes(*summary.waste_possible_bytes) +
                " less allocated per run without what is wasteful",
            &text);
  }
  AddItem("against the baseline: ", Baseline(report), &text);
  if (summary.suppressed > 0)
    AddItem("suppressed: ", Counted(summary.suppressed, "finding"), &text);
  AddList("suppression ", SuppressionLines(report), &text);
  for (std::size_t i = 0; i < summary.systemic.size() && i < kListed; ++i) {
    AddItem("in common: ", summary.systemic[i].text, &text);
  }
  AddList("not measured: ", NotMeasuredLines(report), &text);
  return text;
}

}  // namespace

std::string MarkdownHeadline(const Report& report) {
  const std::string tests = report.process ? "one process"
                            : report.scan
                                ? Counted(report.scan->files, "file")
                                : Counted(static_cast<std::int64_t>(report.tests.size()), "test");
  if (const std::string counts = CountsBySeverity(report.summary); !counts.empty()) {
    const std::string compared = report.baseline ? CountsByBaseline(report) : "";
    return fmt::format("memprof: {} in {}{}{}", counts, tests, compared.empty() ? "" : ": ",
                       compared);
  }
  const bool has_subject = report.process || report.scan || !report.tests.empty();
  const bool whole = report.crash.empty() && !report.interrupted && has_subject;
  if (whole && report.not_measured.empty()) {
    return fmt::format("memprof: no {} in {}", report.scan ? "risks found" : "leaks detected",
                       tests);
  }
  return fmt::format("memprof: nothing found in {}, of which not everything was measured", tests);
}

std::string MarkdownReport(const Report& report, const MarkdownRoom& room,
                           std::string_view configuration) {
  std::string text = Head(report, configuration);
  const std::vector<NumberedFinding> order = FindingOrder(report);
  const std::size_t table_limit = std::min(room.bytes, text.size() + room.table_bytes);
  std::size_t rows = 0;
  for (; rows < order.size(); ++rows) {
    std::string row = MarkdownRow(order[rows]);
    if (rows == 0) row.insert(0, fmt::format("\n{}", kMarkdownTableHead));
    if (text.size() + row.size() + kReserve > table_limit) break;
    text += row;
  }
  const auto count = [](std::size_t number) { return static_cast<std::int64_t>(number); };
  if (rows < order.size()) {
    text += fmt::format("\n+{} more, left out here for want of room: the report has them.\n",
                        HumanCount(count(order.size() - rows)));
  }
  std::size_t detailed = 0;
  for (; detailed < rows; ++detailed) {
    // What is known to the baseline is not what the reader came for.
    const bool open = detailed == 0 && order[detailed].finding->baseline != BaselineState::kKnown;
    const std::string details =
        MarkdownDetails(order[detailed], report.tests, room.code_bytes, open);
    if (text.size() + details.size() + kReserve > room.bytes) break;
    text += details;
  }
  if (detailed < rows) {
    text += fmt::format("\nWithout details here, for want of room: {} of the table.\n",
                        Counted(count(rows - detailed), "finding"));
  }
  return text;
}

}  // namespace memprof
