// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/html/html_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/report/finding_order.h"
#include "runner/report/html/html_frame.h"
#include "runner/report/profile_sums.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

/// Texts, each once, by number.
class TextTable {
 public:
  /// Null for the empty text.
  Json Number(const std::string& text) {
    if (text.empty()) return nullptr;
    const auto [entry, is_new] = numbers_.try_emplace(text, texts_.size());
    if (is_new) texts_.push_back(text);
    return entry->second;
  }
  Json Texts() && { return std::move(texts_); }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::string> texts_;
};

/// Null, one number, or a number for each iteration.
template <class Figure>
Json Series(const TestReport& test, Figure figure) {
  if (test.iterations.empty()) return nullptr;
  const auto as_json = [](const std::optional<std::int64_t>& value) {
    return value ? Json(*value) : Json(nullptr);
  };
  const std::optional<std::int64_t> first = figure(test.iterations.front());
  const bool is_one =
      std::all_of(test.iterations.begin(), test.iterations.end(),
                  [&](const IterationStats& stats) { return figure(stats) == first; });
  if (is_one) return as_json(first);
  Json::array_t all;
  all.reserve(test.iterations.size());
  for (const IterationStats& stats : test.iterations) all.push_back(as_json(figure(stats)));
  return all;
}

Json Figures(const TestReport& test) {
  using Optional = std::optional<std::int64_t>;
  Json figures = Json::array();
  for (const auto figure :
       {&IterationStats::kept_bytes, &IterationStats::kept_blocks, &IterationStats::allocations,
        &IterationStats::allocated_bytes, &IterationStats::peak_bytes, &IterationStats::fds,
        &IterationStats::threads, &IterationStats::mapped_bytes}) {
    figures.push_back(Series(test, [&](const IterationStats& stats) { return stats.*figure; }));
  }
  figures.push_back(Series(test, [](const IterationStats& stats) {
    return stats.wall_ns == 0 ? Optional() : Optional(stats.wall_ns);
  }));
  return figures;
}

/// What stands for a function that has no name.
std::string FunctionOf(const Frame& frame) {
  if (!frame.function.empty()) return frame.function;
  if (frame.module.empty()) return "unknown function";
  const std::string module = frame.module.substr(frame.module.rfind('/') + 1);
  return fmt::format("{}+{:#x}", module, frame.module_offset);
}

Json ToJson(const ProfileFigures& figures) {
  return Json::array({figures.allocated_bytes, figures.allocations, figures.temporary_bytes,
                      figures.temporaries, figures.kept_bytes, figures.kept_blocks});
}

Json ToJson(const PeakProfile& peak) {
  Json shares = Json::array();
  for (const PeakShare& share : peak.shares) {
    shares.push_back(Json::array({share.stack, share.bytes, share.blocks}));
  }
  return Json::array({peak.test, std::move(shares), peak.other_bytes, peak.other_blocks});
}

Json ToJson(const Profile& profile, TextTable* files) {
  Json frames = Json::array();
  for (const Frame& frame : profile.frames) {
    frames.push_back(Json::array({FunctionOf(frame), files->Number(frame.file), frame.line,
                                  static_cast<int>(KindForHtml(frame))}));
  }
  Json sites = Json::array();
  for (const ProfileSite& site : profile.sites) {
    sites.push_back(Json::array({site.stack, ToJson(site.figures)}));
  }
  Json peaks = Json::array();
  for (const PeakProfile& peak : profile.peaks) peaks.push_back(ToJson(peak));
  return Json::array({profile.name, profile.tests, profile.runs, std::move(frames),
                      std::move(sites), ToJson(profile.other), profile.live_bytes,
                      std::move(peaks)});
}

/// A mean with the digits that a reader can use.
Json Rounded(double mean) {
  const double rounded = std::round(mean * 100) / 100;
  if (rounded == std::trunc(rounded) && std::abs(rounded) < 1e15) {
    return static_cast<std::int64_t>(rounded);
  }
  return rounded;
}

}  // namespace

Json TestsData(const Report& report) {
  std::unordered_map<std::string, std::vector<std::size_t>> findings;
  const std::vector<NumberedFinding> order = FindingOrder(report);
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const std::string& test : order[i].finding->tests) findings[test].push_back(i);
  }
  std::unordered_map<std::string, std::vector<Json>> gaps;
  for (const NotMeasured& missing : report.not_measured) {
    gaps[missing.test].push_back(Json::array({missing.tool, missing.why}));
  }
  TextTable files;
  TextTable binaries;
  Json names = Json::array();
  Json rows = Json::array();
  for (const TestReport& test : report.tests) {
    const std::string name = test.FullName();
    rows.push_back(
        Json::array({files.Number(test.file), test.line, Name(test.status), Name(test.verdict),
                     binaries.Number(test.binary), test.iterations.size(), Figures(test),
                     findings[name], gaps[name]}));
    names.push_back(name);
  }
  Json json = Json::object();
  json["names"] = std::move(names);
  json["files"] = std::move(files).Texts();
  json["binaries"] = std::move(binaries).Texts();
  json["gaps"] = gaps[""];
  json["rows"] = std::move(rows);
  return json;
}

Json ProfilesData(const Report& report) {
  TextTable files;
  Json rows = Json::array();
  for (const Profile& profile : report.profiles) rows.push_back(ToJson(profile, &files));
  Json distinct = Json::array();
  for (const Profile* profile : DistinctProfiles(report)) {
    distinct.push_back(profile - report.profiles.data());
  }
  Json json = Json::object();
  json["files"] = std::move(files).Texts();
  json["distinct"] = std::move(distinct);
  json["rows"] = std::move(rows);
  return json;
}

Json SourcesData(const Report& report) {
  Json json = Json::array();
  for (const SourceExcerpt& source : report.sources) {
    json.push_back(
        {{"file", source.file}, {"first_line", source.first_line}, {"lines", source.lines}});
  }
  return json;
}

Json LinesData(const Report& report) {
  Json json = Json::array();
  for (const auto& [file, lines] : FiguresByLine(report)) {
    Json rows = Json::array();
    for (const auto& [line, figures] : lines) {
      rows.push_back(Json::array({line, Rounded(figures.allocated_bytes),
                                  Rounded(figures.allocations), Rounded(figures.temporary_bytes),
                                  Rounded(figures.kept_bytes), Rounded(figures.kept_blocks)}));
    }
    json.push_back({{"file", file}, {"rows", std::move(rows)}});
  }
  return json;
}

}  // namespace memprof
