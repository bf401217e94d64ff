// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_profile.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "runner/report/json_frame.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

/// Powers of two: no size and no lifetime has more.
constexpr std::size_t kMostClasses = 65;

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

/// A type's index, or null.
Json TypeJson(std::uint32_t type) { return type == kUnknownType ? Json() : Json(type); }

std::uint32_t ReadType(const JsonNode& site, std::size_t at, std::size_t types) {
  if (site.size() <= at || site.At(at).IsNull()) return kUnknownType;
  return static_cast<std::uint32_t>(site.At(at).Index(types));
}

/// The number of the first class that has any, then those from it on; empty where none has.
Json ClassesJson(const std::vector<std::uint64_t>& classes) {
  Json json = Json::array();
  const auto first = std::find_if(classes.begin(), classes.end(),
                                  [](std::uint64_t allocations) { return allocations > 0; });
  if (first == classes.end()) return json;
  json.push_back(first - classes.begin());
  for (auto at = first; at != classes.end(); ++at) json.push_back(*at);
  return json;
}

std::vector<std::uint64_t> ReadClasses(const JsonNode& node) {
  const std::vector<std::uint64_t> read =
      node.Each([](const JsonNode& amount) { return amount.Amount(); });
  if (read.empty()) return {};
  std::vector<std::uint64_t> classes(node.At(0).Index(kMostClasses));
  classes.insert(classes.end(), read.begin() + 1, read.end());
  return classes;
}

Json ShapeJson(const BlockShape& shape) {
  return Json::array({shape.reallocs, shape.realloc_bytes, shape.longest_chain, shape.largest,
                      ClassesJson(shape.sizes), ClassesJson(shape.lifetimes)});
}

BlockShape ReadShape(const JsonNode& node) {
  return {node.At(0).Amount(), node.At(1).Amount(),     node.At(2).Amount(),
          node.At(3).Amount(), ReadClasses(node.At(4)), ReadClasses(node.At(5))};
}

/// `[stack, six figures]`, then the type and the shape as far as they are known.
Json SiteJson(const ProfileSite& site) {
  Json json = Json::array();
  json.push_back(site.stack);
  Append(site.figures, &json);
  if (site.type != kUnknownType || site.shape) json.push_back(TypeJson(site.type));
  if (site.shape) json.push_back(ShapeJson(*site.shape));
  return json;
}

ProfileSite ReadSite(const JsonNode& node, std::size_t frames, std::size_t types) {
  ProfileSite site;
  site.stack = ReadStack(node.At(0), frames);
  site.figures = ReadFigures(node, 1);
  site.type = ReadType(node, 7, types);
  if (node.size() > 8) site.shape = ReadShape(node.At(8));
  return site;
}

Json PeakJson(const PeakProfile& peak) {
  Json shares = Json::array();
  for (const PeakShare& share : peak.shares) {
    Json json = Json::array({share.stack, share.bytes, share.blocks});
    if (share.type != kUnknownType) json.push_back(share.type);
    shares.push_back(std::move(json));
  }
  return {{"test", peak.test},
          {"shares", std::move(shares)},
          {"other", Json::array({peak.other_bytes, peak.other_blocks})}};
}

PeakProfile ReadPeak(const JsonNode& node, std::size_t frames, std::size_t types) {
  PeakProfile peak;
  peak.test = node["test"].Text();
  peak.shares = node["shares"].Each([frames, types](const JsonNode& share) {
    return PeakShare{ReadStack(share.At(0), frames), share.At(1).Amount(), share.At(2).Amount(),
                     ReadType(share, 3, types)};
  });
  const JsonNode other = node["other"];
  peak.other_bytes = other.At(0).Amount();
  peak.other_blocks = other.At(1).Amount();
  return peak;
}

}  // namespace

Json ProfileJson(const Profile& profile) {
  Json sites = Json::array();
  for (const ProfileSite& site : profile.sites) sites.push_back(SiteJson(site));
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
  if (!profile.types.empty()) json["types"] = profile.types;
  if (profile.left_out) {
    Json left_out = Json::array();
    Append(*profile.left_out, &left_out);
    json["left_out"] = std::move(left_out);
  }
  if (profile.counted_in_tests) json["counted_in_tests"] = *profile.counted_in_tests;
  return json;
}

Profile ReadProfile(const JsonNode& node) {
  Profile profile;
  profile.name = node["name"].Text();
  profile.tests = node["tests"].Texts();
  profile.runs = node["runs"].Positive();
  profile.frames = node["frames"].Each(ReadFrame);
  const std::size_t frames = profile.frames.size();
  profile.types = node.Maybe("types", [](const JsonNode& types) { return types.Texts(); });
  const std::size_t types = profile.types.size();
  profile.sites = node["sites"].Each(
      [frames, types](const JsonNode& site) { return ReadSite(site, frames, types); });
  profile.other = ReadFigures(node["other"], 0);
  profile.live_bytes =
      node["live_bytes"].Each([](const JsonNode& bytes) { return bytes.Integer(); });
  profile.peaks = node["peaks"].Each(
      [frames, types](const JsonNode& peak) { return ReadPeak(peak, frames, types); });
  if (node.Has("left_out")) profile.left_out = ReadFigures(node["left_out"], 0);
  if (node.Has("counted_in_tests")) profile.counted_in_tests = node["counted_in_tests"].Amount();
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
