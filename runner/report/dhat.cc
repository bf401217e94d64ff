// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/dhat_points.h"
#include "runner/report/json_writer.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

/// What dh_view.html shows within seconds; it makes elements of the page from each point.
constexpr std::size_t kMostPoints = 10000;

/// The viewer gives rates for each million of its time units (`Mtu`). Time is counted in millionths
/// of a run, so that these are rates for each run.
constexpr std::int64_t kTimeOfRun = 1'000'000;

/// The command, and under it what the viewer's words stand for: the only place that it shows text
/// in.
std::string Command(const Report& report, const ExportedPoints& exported) {
  std::vector<std::string> lines = {OneLine(report.binary)};
  if (exported.processes == 0) {
    lines.push_back("memprof: no test was traced, so nothing was measured.");
  } else {
    lines.push_back(fmt::format("Total:      what {} allocated in {} of {}",
                                Counted(exported.tests, "test"), Counted(exported.runs, "run"),
                                Counted(exported.processes, "traced process", "traced processes")));
    lines.push_back("Max:        at least this; the largest that is known");
    lines.push_back(exported.peak_test.empty()
                        ? "At t-gmax:  not measured; its zeros say nothing"
                        : fmt::format("At t-gmax:  the highest peak of one test, {}: {} above what "
                                      "was there before it",
                                      exported.peak_test,
                                      HumanBytes(static_cast<std::int64_t>(exported.peak_bytes))));
    lines.push_back("At t-end:   what was alive after the last run");
    lines.push_back(
        "Not measured, and so NaN: lifetimes, when t-gmax was (1,000,000 µruns: a run)");
    if (exported.left_out > 0) {
      lines.push_back(
          fmt::format("{} are one point, for want of room",
                      Counted(static_cast<std::int64_t>(exported.left_out), "smaller call")));
    }
  }
  std::string text;
  for (const std::string& line : lines) {
    if (!text.empty()) text += "\n           ";
    text += line;
  }
  return text;
}

Json ToJson(const ExportedPoint& point, const std::vector<std::size_t>& frame_of_text) {
  // `tl`, the sum of lifetimes, is left out: the viewer shows NaN then, and 0 would be wrong. Of a
  // call's own maximum only this is known.
  Json json = {{"tb", point.total_bytes},
               {"tbk", point.total_blocks},
               {"mb", std::max(point.peak_bytes, point.end_bytes)},
               {"mbk", std::max(point.peak_blocks, point.end_blocks)},
               {"gb", point.peak_bytes},
               {"gbk", point.peak_blocks},
               {"eb", point.end_bytes},
               {"ebk", point.end_blocks}};
  Json& frames = json["fs"] = Json::array();
  for (const std::uint32_t text : point.stack) frames.push_back(frame_of_text[text]);
  return json;
}

}  // namespace

std::string RenderDhat(const Report& report, const RenderOptions& /*options*/) {
  const ExportedPoints exported = PointsOf(report, kMostPoints);
  // The viewer's first frame is its root; others are numbered as points use them.
  std::vector<std::size_t> frame_of_text(exported.texts.size(), 0);
  std::vector<std::uint32_t> frames;
  for (const ExportedPoint& point : exported.points) {
    for (const std::uint32_t text : point.stack) {
      if (frame_of_text[text] != 0) continue;
      frames.push_back(text);
      frame_of_text[text] = frames.size();
    }
  }

  // With processes of unlike numbers of runs there is no one rate for each run of a test.
  const bool same_runs = exported.runs_of_each > 0;
  JsonWriter writer;
  writer.Member("dhatFileVersion", 2);
  writer.Member("mode", "heap");
  writer.Member("verb", "Allocated");
  // With block lifetimes come t-gmax and t-end in the viewer; there is no having one without.
  writer.Member("bklt", exported.processes > 0);
  writer.Member("bkacc", false);
  writer.Member("tu", "µruns");
  writer.Member("Mtu", same_runs ? "run" : "mean run");
  writer.Member("tuth", 0);
  writer.Member("cmd", Command(report, exported));
  writer.Member("pid", exported.processes == 1
                           ? "of one process"
                           : fmt::format("of {} processes", exported.processes));
  writer.Member("te", (same_runs ? exported.runs_of_each : exported.runs) * kTimeOfRun);
  writer.Member("tg", "not measured");
  writer.OpenArray("pps");
  for (const ExportedPoint& point : exported.points) {
    writer.Element(ToJson(point, frame_of_text));
  }
  writer.CloseArray();
  writer.OpenArray("ftbl");
  writer.Element("[root]");
  for (const std::uint32_t number : frames) {
    const CallTexts::Text& text = exported.texts[number];
    writer.Element(text.module_offset == 0
                       ? text.text
                       : fmt::format("0x{:X}: {}", text.module_offset, text.text));
  }
  writer.CloseArray();
  return std::move(writer).Finish();
}

}  // namespace memprof
