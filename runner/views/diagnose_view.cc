// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/function_name.h"
#include "runner/report/gaps_text.h"
#include "runner/report/hang_text.h"
#include "runner/report/headline.h"
#include "runner/report/json_finding.h"
#include "runner/report/json_null.h"
#include "runner/report/json_test.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/shell_word.h"
#include "runner/report/text_finding.h"
#include "runner/views/name_match.h"
#include "runner/views/test_profile.h"
#include "runner/views/view_json.h"
#include "runner/views/view_page.h"
#include "runner/views/view_table.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

constexpr std::size_t kIterationsShown = 16;
constexpr std::size_t kPlacesShown = 10;

/// Everything that is known of one test.
struct Diagnosis {
  const TestReport* test = nullptr;
  std::vector<NumberedFinding> findings;
  std::vector<const Finding*> risks;  ///< of a static look, on code that it runs
  std::optional<TestProfile> profile;
  std::vector<PeakPlace> peak;
  std::vector<NotMeasured> gaps;
  std::string rerun;
};

bool Shows(const Finding& finding, const std::string& test) {
  return std::find(finding.tests.begin(), finding.tests.end(), test) != finding.tests.end();
}

/// Whether a static risk is in a function that the test runs; one on a declaration, in a file.
bool Concerns(const Finding& risk, const CodeOfTest& code) {
  const Location& at = risk.location;
  if (at.function.empty()) return code.files.contains(at.file);
  return code.functions.contains(ShortFunctionName(at.function));
}

std::string RerunOf(const Report& report, const TestReport& test, const Diagnosis& diagnosis) {
  for (const NumberedFinding& each : diagnosis.findings) {
    const Finding& finding = *each.finding;
    // That of several tests is for the first of them.
    if (!finding.rerun.empty() && finding.tests.front() == test.FullName()) return finding.rerun;
  }
  const std::string& binary = test.binary.empty() ? report.binary : test.binary;
  return fmt::format("memprof run --filter {} -- {}", ShellWord(test.FullName()),
                     binary.empty() ? "TEST_BINARY" : ShellWord(binary));
}

Diagnosis Diagnose(const Report& report, const TestReport& test) {
  Diagnosis diagnosis;
  diagnosis.test = &test;
  const std::string name = test.FullName();
  diagnosis.findings =
      WorstFirst(report, [&](const Finding& finding) { return Shows(finding, name); });
  const CodeOfTest code = CodeThatRuns(report, test);
  for (const Finding& finding : report.findings) {
    const bool is_risk = finding.kind == FindingKind::kStaticRisk && !Shows(finding, name);
    if (is_risk && Concerns(finding, code)) diagnosis.risks.push_back(&finding);
  }
  diagnosis.profile = ProfileOfTest(report, test);
  diagnosis.peak = PeakOfTest(report, name);
  for (const NotMeasured& gap : report.not_measured) {
    if (gap.test.empty() || gap.test == name) diagnosis.gaps.push_back(gap);
  }
  diagnosis.rerun = RerunOf(report, test, diagnosis);
  return diagnosis;
}

std::string Spaced(const char* name) {
  std::string text = name;
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string Bytes(const std::optional<std::int64_t>& bytes) {
  return bytes ? HumanBytes(*bytes) : "?";
}

std::string Count(const std::optional<std::int64_t>& count) {
  return count ? HumanCount(*count) : "?";
}

std::string Rounded(double bytes) { return HumanBytes(static_cast<std::int64_t>(bytes + 0.5)); }

std::vector<std::string> RowOf(std::size_t run, const IterationStats& stats) {
  return {HumanCount(static_cast<std::int64_t>(run)),
          Bytes(stats.kept_bytes),
          Count(stats.kept_blocks),
          Count(stats.allocations),
          Bytes(stats.allocated_bytes),
          Bytes(stats.peak_bytes),
          Count(stats.fds),
          Count(stats.threads),
          Bytes(stats.mapped_bytes),
          HumanDuration(stats.wall_ns)};
}

void Section(const std::string& heading, TextPage* page, Paint paint = Paint::kBold) {
  page->Blank();
  page->Line(heading, paint);
  page->Blank();
}

void WriteIterations(const TestReport& test, TextPage* page) {
  if (test.iterations.empty()) {
    page->Item("figures", "not measured: no iteration of it ran to its end");
    return;
  }
  Section("EACH ITERATION (? = not measured)", page);
  std::vector<std::vector<std::string>> rows;
  const std::size_t count = test.iterations.size();
  for (std::size_t run = 0; run < count; ++run) {
    const bool is_left_out = count > kIterationsShown && run >= kIterationsShown / 2 &&
                             run < count - kIterationsShown / 2;
    if (!is_left_out) rows.push_back(RowOf(run + 1, test.iterations[run]));
  }
  const std::array<TableColumn, 10> columns = {{{"run", true},
                                                {"kept", true},
                                                {"blocks", true},
                                                {"allocations", true},
                                                {"allocated", true},
                                                {"peak", true},
                                                {"fds", true},
                                                {"threads", true},
                                                {"mapped", true},
                                                {"time", true}}};
  WriteTable(columns, std::move(rows), page);
  if (count > kIterationsShown) {
    page->Row(fmt::format("… {} between them are in --format json",
                          HumanCount(static_cast<std::int64_t>(count - kIterationsShown))),
              Paint::kDim);
  }
}

void WriteProfile(const Diagnosis& diagnosis, TextPage* page) {
  if (!diagnosis.profile) return;
  const TestProfile& profile = *diagnosis.profile;
  Section(fmt::format("ALLOCATES MOST (in one run; {}{})",
                      profile.is_alone ? "" : "its own stacks of ", OneLine(profile.of)),
          page);
  std::vector<std::vector<std::string>> rows;
  for (const PlaceFigures& place : profile.places) {
    if (rows.size() == kPlacesShown) break;
    rows.push_back({Rounded(place.allocated_bytes),
                    HumanCount(static_cast<std::int64_t>(place.allocations + 0.5)),
                    Rounded(place.temporary_bytes), Rounded(place.kept_bytes), place.function,
                    Place(place.file, place.line)});
  }
  const std::array<TableColumn, 6> columns = {{{"allocated", true},
                                               {"calls", true},
                                               {"temporary", true},
                                               {"kept in all", true},
                                               {"by"},
                                               {"at"}}};
  WriteTable(columns, std::move(rows), page);
  if (profile.places.size() > kPlacesShown) {
    page->Row(
        fmt::format("… {}", Counted(static_cast<std::int64_t>(profile.places.size() - kPlacesShown),
                                    "more place")),
        Paint::kDim);
  }
}

void WritePeak(const Diagnosis& diagnosis, TextPage* page) {
  if (diagnosis.peak.empty()) return;
  std::uint64_t all = 0;
  for (const PeakPlace& place : diagnosis.peak) all += place.bytes;
  Section(fmt::format("AT ITS PEAK ({} above what was there before it)",
                      HumanBytes(static_cast<std::int64_t>(all))),
          page);
  std::vector<std::vector<std::string>> rows;
  PeakPlace rest;
  for (const PeakPlace& place : diagnosis.peak) {
    if (rows.size() >= kPlacesShown || place.function.empty()) {
      rest.bytes += place.bytes;
      rest.blocks += place.blocks;
      continue;
    }
    const double share = all == 0 ? 0 : static_cast<double>(place.bytes) / static_cast<double>(all);
    rows.push_back({HumanBytes(static_cast<std::int64_t>(place.bytes)),
                    fmt::format("{:.0f} %", 100 * share),
                    HumanCount(static_cast<std::int64_t>(place.blocks)), place.function,
                    Place(place.file, place.line)});
  }
  if (rest.blocks > 0) {
    const double share = all == 0 ? 0 : static_cast<double>(rest.bytes) / static_cast<double>(all);
    rows.push_back({HumanBytes(static_cast<std::int64_t>(rest.bytes)),
                    fmt::format("{:.0f} %", 100 * share),
                    HumanCount(static_cast<std::int64_t>(rest.blocks)), "(elsewhere)", ""});
  }
  const std::array<TableColumn, 5> columns = {
      {{"alive", true}, {"share", true}, {"blocks", true}, {"by"}, {"at"}}};
  WriteTable(columns, std::move(rows), page);
}

void WriteTest(const Report& report, const Diagnosis& diagnosis, const ViewRequest& request,
               TextPage* page) {
  const TestReport& test = *diagnosis.test;
  page->Blank();
  page->Heading(OneLine(test.FullName()), Paint::kBold, Place(test.file, test.line), "");
  page->Item("status", Spaced(Name(test.status)));
  const bool is_clean = test.verdict == TestVerdict::kClean;
  page->Item("verdict", Spaced(Name(test.verdict)), is_clean ? Paint::kGreen : Paint::kYellow);
  if (!test.binary.empty()) page->Item("in", test.binary);
  for (const DeclaredKeeps& keeps : test.keeps) {
    page->Pair("declared",
               fmt::format("it may keep {} a run: {}", HumanBytes(keeps.bytes), keeps.why),
               Place(keeps.file, keeps.line));
  }
  if (test.status == TestStatus::kTimedOut) {
    std::string_view label = "stack";
    for (const std::string& line : HangLines(report)) page->Item(std::exchange(label, ""), line);
  }
  page->Verbatim("rerun", OneLine(diagnosis.rerun));
  WriteIterations(test, page);
  const RenderOptions options = RenderOptionsOf(request);
  Section(diagnosis.findings.empty() ? "FINDINGS: none" : "FINDINGS", page);
  for (const NumberedFinding& each : diagnosis.findings) {
    if (&each != &diagnosis.findings.front()) page->Blank();
    const Finding& finding = *each.finding;
    page->Heading(fmt::format("{} {}", Heading(finding.severity), each.number),
                  PaintOf(finding.severity), Headline(finding), FindingTail(finding));
    WriteFindingItems(finding, test.FullName(), report.tests, page, options);
  }
  WriteProfile(diagnosis, page);
  WritePeak(diagnosis, page);
  if (!diagnosis.risks.empty()) Section("RISKS IN CODE THAT IT RUNS (a look at the source)", page);
  for (const Finding* risk : diagnosis.risks) {
    page->Pair("risk", Headline(*risk), Place(risk->location.file, risk->location.line));
  }
  WriteNotMeasured(diagnosis.gaps, page);
}

nlohmann::ordered_json PlaceJson(const std::string& function, const std::string& file, int line) {
  return LocationJson({file, line, function});
}

nlohmann::ordered_json DiagnosisJson(const Diagnosis& diagnosis) {
  using Json = nlohmann::ordered_json;
  Json findings = Json::array();
  for (const NumberedFinding& each : diagnosis.findings) {
    findings.push_back(FindingJson(*each.finding));
  }
  Json risks = Json::array();
  for (const Finding* risk : diagnosis.risks) risks.push_back(FindingJson(*risk));
  Json profile = nullptr;
  if (diagnosis.profile) {
    Json places = Json::array();
    for (const PlaceFigures& place : diagnosis.profile->places) {
      places.push_back({{"place", PlaceJson(place.function, place.file, place.line)},
                        {"allocated_bytes", place.allocated_bytes},
                        {"allocations", place.allocations},
                        {"temporary_bytes", place.temporary_bytes},
                        {"kept_bytes", place.kept_bytes}});
    }
    profile = {{"of", diagnosis.profile->of},
               {"is_alone", diagnosis.profile->is_alone},
               {"places", std::move(places)}};
  }
  Json peak = Json::array();
  for (const PeakPlace& place : diagnosis.peak) {
    peak.push_back({{"place", PlaceJson(place.function, place.file, place.line)},
                    {"bytes", place.bytes},
                    {"blocks", place.blocks}});
  }
  Json gaps = Json::array();
  for (const NotMeasured& gap : diagnosis.gaps) {
    gaps.push_back({{"tool", gap.tool}, {"test", OrNull(gap.test)}, {"why", gap.why}});
  }
  Json json = Json::object();
  json["test"] = TestJson(*diagnosis.test);
  json["findings"] = std::move(findings);
  json["risks"] = std::move(risks);
  json["profile"] = std::move(profile);
  json["peak"] = diagnosis.peak.empty() ? Json(nullptr) : std::move(peak);
  json["rerun"] = diagnosis.rerun;
  json["not_measured"] = std::move(gaps);
  return json;
}

}  // namespace

Result<std::string> RenderDiagnoseView(const Report& report, const ViewRequest& request) {
  ViewRequest chosen = request;
  chosen.test_filter = request.selector;
  Result<std::vector<const TestReport*>> tests = TestsOf(report, chosen);
  if (!tests) return tests.error();
  if (request.selector.empty()) {
    std::vector<std::string> names;
    for (const TestReport* test : *tests) names.push_back(test->FullName());
    return NoSuchName(NameKind::kTest, "", names);
  }
  if (request.WantsJson()) {
    JsonWriter writer;
    WriteViewHeadJson(report, View::kDiagnose, &writer);
    writer.OpenArray("tests");
    for (const TestReport* test : *tests)
      writer.TallElement(DiagnosisJson(Diagnose(report, *test)));
    writer.CloseArray();
    return std::move(writer).Finish();
  }
  TextPage page(request.color, request.columns);
  WriteViewHead(report, &page);
  for (const TestReport* test : *tests) WriteTest(report, Diagnose(report, *test), request, &page);
  return std::move(page).Finish();
}

}  // namespace memprof
