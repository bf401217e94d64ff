// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/gaps_text.h"
#include "runner/report/json_null.h"
#include "runner/report/process_text.h"
#include "runner/report/quantity.h"
#include "runner/views/finding_view.h"
#include "runner/views/view_json.h"
#include "runner/views/view_page.h"
#include "runner/views/view_table.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

/// What each iteration of a test kept of one thing; empty where it was not measured.
using Series = std::vector<std::optional<std::int64_t>>;

struct Resource {
  const char* name;
  bool is_bytes;
  std::optional<std::int64_t> IterationStats::*change;
};

constexpr std::array kResources = {
    Resource{"descriptors", false, &IterationStats::fds},
    Resource{"threads", false, &IterationStats::threads},
    Resource{"mapped", true, &IterationStats::mapped_bytes},
};

Series SeriesOf(const TestReport& test, const Resource& resource) {
  Series series;
  for (const IterationStats& stats : test.iterations) series.push_back(stats.*resource.change);
  return series;
}

/// By gauge, or kind of object. One that an iteration does not name did not change in it.
std::map<std::string, Series> GaugesOf(const TestReport& test) {
  std::map<std::string, Series> gauges;
  for (std::size_t run = 0; run < test.iterations.size(); ++run) {
    for (const GaugeReading& reading : test.iterations[run].gauges) {
      Series& series = gauges[reading.name];
      series.resize(test.iterations.size(), 0);
      series[run] = reading.change;
    }
  }
  return gauges;
}

bool AnyChange(const Series& series) {
  return std::any_of(series.begin(), series.end(),
                     [](const auto& each) { return each && *each != 0; });
}

bool KeepsAnything(const TestReport& test) {
  return std::any_of(test.iterations.begin(), test.iterations.end(),
                     [](const IterationStats& stats) { return !stats.gauges.empty(); }) ||
         std::any_of(kResources.begin(), kResources.end(),
                     [&](const Resource& resource) { return AnyChange(SeriesOf(test, resource)); });
}

/// Whether nothing of it was measured in any iteration.
bool IsUnknown(const TestReport& test) {
  return std::all_of(kResources.begin(), kResources.end(), [&](const Resource& resource) {
    const Series series = SeriesOf(test, resource);
    return std::none_of(series.begin(), series.end(),
                        [](const auto& each) { return each.has_value(); });
  });
}

std::string Signed(std::int64_t value, bool is_bytes) {
  const std::string text = is_bytes ? HumanBytes(value) : HumanCount(value);
  return value > 0 ? "+" + text : text;
}

/// "0", "+1 each run", "+3, then 0", "0 to +4", "?": the whole series in a cell.
std::string SeriesText(const Series& series, bool is_bytes) {
  std::vector<std::int64_t> known;
  for (const auto& each : series) {
    if (each) known.push_back(*each);
  }
  if (known.empty()) return "?";
  const std::string gap = known.size() < series.size() ? ", some ?" : "";
  const auto [least, most] = std::minmax_element(known.begin(), known.end());
  if (*least == *most) {
    const bool each_run = known.size() > 1 && *least != 0;
    return Signed(*least, is_bytes) + (each_run ? " each run" : "") + gap;
  }
  const bool rest_is_equal = std::all_of(known.begin() + 1, known.end(),
                                         [&](std::int64_t value) { return value == known[1]; });
  if (rest_is_equal) {
    return fmt::format("{}, then {}{}", Signed(known[0], is_bytes), Signed(known[1], is_bytes),
                       gap);
  }
  return fmt::format("{} to {}{}", Signed(*least, is_bytes), Signed(*most, is_bytes), gap);
}

std::string GaugesText(const std::map<std::string, Series>& gauges) {
  std::vector<std::string> parts;
  for (const auto& [name, series] : gauges) {
    parts.push_back(fmt::format("{} {}", name, SeriesText(series, false)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

bool IsHandle(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kFdLeak:
    case FindingKind::kThreadLeak:
    case FindingKind::kMappingLeak:
    case FindingKind::kGaugeGrowth:
      return true;
    case FindingKind::kOptimization:
      return false;
    default:
      return finding.pattern == Pattern::kHandleNotClosed ||
             finding.pattern == Pattern::kThreadNotJoined ||
             finding.pattern == Pattern::kObjectNotReleased;
  }
}

bool ConcernsHandles(const std::string& tool) {
  static const std::set<std::string> kTools = {"descriptors", "valgrind-fds", "gauge", "pairs",
                                               "screen",      "triage",       "exec",  "threads"};
  return kTools.contains(tool);
}

struct Handles {
  std::vector<const TestReport*> tests;
  std::vector<NumberedFinding> findings;
  std::vector<NotMeasured> gaps;
};

/// How many tests there are of which a resource is known in no iteration.
std::int64_t Unmeasured(const Handles& handles, const Resource& resource) {
  return std::count_if(handles.tests.begin(), handles.tests.end(), [&](const TestReport* test) {
    const Series series = SeriesOf(*test, resource);
    return std::none_of(series.begin(), series.end(),
                        [](const auto& each) { return each.has_value(); });
  });
}

Result<Handles> Collect(const Report& report, const ViewRequest& request) {
  Result<std::vector<const TestReport*>> tests = TestsOf(report, request);
  if (!tests) return tests.error();
  Handles handles;
  handles.tests = std::move(tests).value();
  handles.findings = WorstFirst(report, [&](const Finding& finding) {
    return IsHandle(finding) && IsOfTests(finding, request.test_filter);
  });
  handles.gaps = GapsOf(report, request.test_filter, ConcernsHandles);
  return handles;
}

void WriteAnswer(const Report& report, const Handles& handles, TextPage* page) {
  const auto tests = static_cast<std::int64_t>(handles.tests.size());
  std::vector<std::string> known;
  std::vector<std::string> gaps;
  for (const Resource& resource : kResources) {
    const char* name = resource.is_bytes ? "mappings" : resource.name;
    const std::int64_t unmeasured = Unmeasured(handles, resource);
    if (unmeasured < tests) known.push_back(name);
    if (unmeasured > 0) gaps.push_back(fmt::format("{} in {}", name, Counted(unmeasured, "test")));
  }
  if (!handles.findings.empty()) {
    page->Line(Counted(static_cast<std::int64_t>(handles.findings.size()), "finding") +
                   " of what is opened or acquired, and not given back.",
               Paint::kRed);
  } else if (!known.empty()) {
    const bool whole = gaps.empty() && report.crash.empty() && !report.interrupted;
    page->Line(fmt::format("Nothing of this grows from run to run: {}.", fmt::join(known, ", ")),
               whole ? Paint::kGreen : Paint::kYellow);
  }
  if (!gaps.empty() && tests > 0) {
    page->Line(fmt::format("Not measured: {}.", fmt::join(gaps, ", ")), Paint::kYellow);
  }
  if (tests == 0 && !report.process)
    page->Line("No test ran, so nothing is known.", Paint::kYellow);
}

std::vector<std::string> RowOf(const TestReport& test) {
  std::vector<std::string> row = {test.FullName(),
                                  HumanCount(static_cast<std::int64_t>(test.iterations.size()))};
  for (const Resource& resource : kResources) {
    row.push_back(SeriesText(SeriesOf(test, resource), resource.is_bytes));
  }
  row.push_back(GaugesText(GaugesOf(test)));
  return row;
}

void AddIterations(const TestReport& test, std::vector<std::vector<std::string>>* rows) {
  for (std::size_t run = 0; run < test.iterations.size(); ++run) {
    const IterationStats& stats = test.iterations[run];
    std::vector<std::string> row = {run == 0 ? test.FullName() : "", std::to_string(run + 1)};
    for (const Resource& resource : kResources) {
      row.push_back(SeriesText({stats.*resource.change}, resource.is_bytes));
    }
    std::vector<std::string> gauges;
    for (const GaugeReading& reading : stats.gauges) {
      gauges.push_back(fmt::format("{} {}", reading.name, Signed(reading.change, false)));
    }
    row.push_back(fmt::format("{}", fmt::join(gauges, "; ")));
    rows->push_back(std::move(row));
  }
}

void WriteTests(const Handles& handles, bool all, TextPage* page) {
  std::vector<std::vector<std::string>> rows;
  std::int64_t nothing_kept = 0;
  std::int64_t unknown = 0;
  for (const TestReport* test : handles.tests) {
    if (all && !test->iterations.empty()) {
      AddIterations(*test, &rows);
    } else if (all || KeepsAnything(*test)) {
      rows.push_back(RowOf(*test));
    } else {
      ++(IsUnknown(*test) ? unknown : nothing_kept);
    }
  }
  page->Blank();
  page->Line(all ? "EACH ITERATION (change from its start to its end; ? = not measured)"
                 : "WHAT TESTS KEPT (change over an iteration; ? = not measured)",
             Paint::kBold);
  page->Blank();
  const bool has_rows = !rows.empty();
  if (has_rows) {
    const std::array<TableColumn, 6> columns = {{{"test"},
                                                 {all ? "run" : "runs", true},
                                                 {"descriptors", true},
                                                 {"threads", true},
                                                 {"mapped", true},
                                                 {"objects and gauges"}}};
    WriteTable(columns, std::move(rows), page);
  }
  std::vector<std::string> others;
  if (nothing_kept > 0) {
    others.push_back(Counted(nothing_kept, "test", "tests") + " kept none of these");
  }
  if (unknown > 0) others.push_back(Counted(unknown, "test") + " not measured");
  if (others.empty()) return;
  page->Row(
      fmt::format("{}{} (--all lists all tests)", has_rows ? "… " : "", fmt::join(others, ", ")),
      Paint::kDim);
}

/// One process has no iterations to compare: what it has open is all there is to tell.
void WriteLeftOpen(const Report& report, TextPage* page) {
  const ProcessUse& process = *report.process;
  page->Line(process.end == "is running" ? "OPEN NOW" : "LEFT OPEN", Paint::kBold);
  page->Blank();
  bool is_any = false;
  for (const ProcessLine& line : ProcessLines(process)) {
    if (!line.label.empty()) is_any = line.label == kLeftOpen;
    if (is_any) page->Row(line.text);
  }
  if (!process.handles.empty()) return;
  page->Row(report.profiles.empty() ? "not measured" : "nothing but its standard streams");
}

std::string Text(const Report& report, const ViewRequest& request, const Handles& handles) {
  TextPage page(request.color, request.columns);
  WriteViewHead(report, &page);
  WriteAnswer(report, handles, &page);
  for (const NumberedFinding& each : handles.findings) {
    page.Blank();
    WriteFindingInShort(each, request, &page);
  }
  if (report.process) {
    page.Blank();
    WriteLeftOpen(report, &page);
  }
  if (!handles.tests.empty()) WriteTests(handles, request.all, &page);
  WriteNotMeasured(handles.gaps, &page);
  return std::move(page).Finish();
}

nlohmann::ordered_json IterationJson(const IterationStats& stats) {
  nlohmann::ordered_json gauges = nlohmann::ordered_json::array();
  for (const GaugeReading& reading : stats.gauges) {
    gauges.push_back({{"name", reading.name}, {"change", reading.change}});
  }
  return {{"fds", OrNull(stats.fds)},
          {"threads", OrNull(stats.threads)},
          {"mapped_bytes", OrNull(stats.mapped_bytes)},
          {"gauges", std::move(gauges)}};
}

std::string Json(const Report& report, const ViewRequest& request, const Handles& handles) {
  JsonWriter writer;
  WriteViewHeadJson(report, View::kHandles, &writer);
  writer.OpenArray("findings");
  for (const NumberedFinding& each : handles.findings) {
    writer.TallElement(FindingInShortJson(*each.finding, request));
  }
  writer.CloseArray();
  writer.OpenArray("tests");
  for (const TestReport* test : handles.tests) {
    nlohmann::ordered_json iterations = nlohmann::ordered_json::array();
    for (const IterationStats& stats : test->iterations) iterations.push_back(IterationJson(stats));
    writer.Element({{"test", test->FullName()},
                    {"binary", OrNull(test->binary)},
                    {"keeps_anything", KeepsAnything(*test)},
                    {"iterations", std::move(iterations)}});
  }
  writer.CloseArray();
  WriteGapsJson(handles.gaps, &writer);
  return std::move(writer).Finish();
}

}  // namespace

Result<std::string> RenderHandlesView(const Report& report, const ViewRequest& request) {
  const Result<Handles> handles = Collect(report, request);
  if (!handles) return handles.error();
  return request.WantsJson() ? Json(report, request, *handles) : Text(report, request, *handles);
}

}  // namespace memprof
