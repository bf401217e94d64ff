// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_profile.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "runner/report/json_frame.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

void Append(const ProfileFigures& figures, Json* array) {
  for (const std::uint64_t figure :
       {figures.allocated_bytes, figures.allocations, figures.temporary_bytes, figures.temporaries,
        figures.kept_bytes, figures.kept_blocks}) {
    array->push_back(figure);
  }
}

/// Figures from the `first` element of an array on.
ProfileFigures ReadFigures(const JsonNode& node, std::size_t first) {
  return {node.At(first).Amount(),     node.At(first + 1).Amount(), node.At(first + 2).Amount(),
          node.At(first + 3).Amount(), node.At(first + 4).Amount(), node.At(first + 5).Amount()};
}

std::vector<std::uint32_t> ReadStack(const JsonNode& node, std::size_t frames) {
  return node.Each(
      [frames](const JsonNode& index) { return static_cast<std::uint32_t>(index.Index(frames)); });
}

Json PeakJson(const PeakProfile& peak) {
  Json shares = Json::array();
  for (const PeakShare& share : peak.shares) {
    shares.push_back(Json::array({share.stack, share.bytes, share.blocks}));
  }
  return {{"test", peak.test},
          {"shares", std::move(shares)},
          {"other", Json::array({peak.other_bytes, peak.other_blocks})}};
}

PeakProfile ReadPeak(const JsonNode& node, std::size_t frames) {
  PeakProfile peak;
  peak.test = node["test"].Text();
  peak.shares = node["shares"].Each([frames](const JsonNode& share) {
    return PeakShare{ReadStack(share.At(0), frames), share.At(1).Amount(), share.At(2).Amount()};
  });
  const JsonNode other = node["other"];
  peak.other_bytes = other.At(0).Amount();
  peak.other_blocks = other.At(1).Amount();
  return peak;
}

}  // namespace

Json ProfileJson(const Profile& profile) {
  Json sites = Json::array();
  for (const ProfileSite& site : profile.sites) {
    Json item = Json::array();
    item.push_back(site.stack);
    Append(site.figures, &item);
    sites.push_back(std::move(item));
  }
  Json other = Json::array();
  Append(profile.other, &other);
  Json peaks = Json::array();
  for (const PeakProfile& peak : profile.peaks) peaks.push_back(PeakJson(peak));
  Json json = Json::object();
  json["name"] = profile.name;
  json["tests"] = profile.tests;
  json["runs"] = profile.runs;
  json["frames"] = FramesJson(profile.frames);
  json["sites"] = std::move(sites);
  json["other"] = std::move(other);
  json["live_bytes"] = profile.live_bytes;
  json["peaks"] = std::move(peaks);
  return json;
}

Profile ReadProfile(const JsonNode& node) {
  Profile profile;
  profile.name = node["name"].Text();
  profile.tests = node["tests"].Texts();
  profile.runs = node["runs"].Positive();
  profile.frames = node["frames"].Each(ReadFrame);
  const std::size_t frames = profile.frames.size();
  profile.sites = node["sites"].Each([frames](const JsonNode& site) {
    return ProfileSite{ReadStack(site.At(0), frames), ReadFigures(site, 1)};
  });
  profile.other = ReadFigures(node["other"], 0);
  profile.live_bytes =
      node["live_bytes"].Each([](const JsonNode& bytes) { return bytes.Integer(); });
  profile.peaks =
      node["peaks"].Each([frames](const JsonNode& peak) { return ReadPeak(peak, frames); });
  return profile;
}

Json SourceExcerptJson(const SourceExcerpt& excerpt) {
  return {{"file", excerpt.file}, {"first_line", excerpt.first_line}, {"lines", excerpt.lines}};
}

SourceExcerpt ReadSourceExcerpt(const JsonNode& node) {
  SourceExcerpt excerpt{node["file"].Text(), node["first_line"].Positive(), node["lines"].Texts()};
  // What follows the last line has a number too.
  const auto room = static_cast<std::size_t>(std::numeric_limits<int>::max() - excerpt.first_line);
  if (excerpt.lines.size() > room) throw JsonMismatch{"an excerpt ends beyond what lines count"};
  return excerpt;
}

}  // namespace memprof
