// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/dhat_points.h"

#include <algorithm>
#include <map>
#include <utility>

#include "runner/report/plain_text.h"
#include "runner/report/profile_sums.h"

namespace memprof {
namespace {

using Points = std::map<TextStack, ExportedPoint>;

std::uint64_t PeakBytes(const PeakProfile& peak) {
  std::uint64_t bytes = peak.other_bytes;
  for (const PeakShare& share : peak.shares) bytes += share.bytes;
  return bytes;
}

void AddFigures(const ProfileFigures& figures, ExportedPoint* point) {
  point->total_bytes += figures.allocated_bytes;
  point->total_blocks += figures.allocations;
  point->end_bytes += figures.kept_bytes;
  point->end_blocks += figures.kept_blocks;
}

void AddPoint(const ExportedPoint& from, ExportedPoint* point) {
  point->total_bytes += from.total_bytes;
  point->total_blocks += from.total_blocks;
  point->peak_bytes += from.peak_bytes;
  point->peak_blocks += from.peak_blocks;
  point->end_bytes += from.end_bytes;
  point->end_blocks += from.end_blocks;
}

bool IsEmpty(const ExportedPoint& point) {
  return point.total_bytes == 0 && point.total_blocks == 0 && point.peak_bytes == 0 &&
         point.peak_blocks == 0 && point.end_bytes == 0 && point.end_blocks == 0;
}

/// Adds `peak` to the points. A call that has no point has its allocations in `other`, so what it
/// had alive goes there too.
void AddPeak(const Profile& profile, const PeakProfile& peak, CallTexts* texts, Points* points,
             ExportedPoint* other) {
  texts->Open(profile);
  for (const PeakShare& share : peak.shares) {
    const auto at = points->find(texts->Of(share.stack));
    ExportedPoint* const point = at != points->end() ? &at->second : other;
    point->peak_bytes += share.bytes;
    point->peak_blocks += share.blocks;
  }
  other->peak_bytes += peak.other_bytes;
  other->peak_blocks += peak.other_blocks;
}

/// Most allocated first; a stack is in one point only, so this is an order of all.
bool IsBefore(const ExportedPoint& a, const ExportedPoint& b) {
  if (a.total_bytes != b.total_bytes) return a.total_bytes > b.total_bytes;
  return a.stack < b.stack;
}

/// What a point may not be left out for.
std::uint64_t Weight(const ExportedPoint& point) {
  return std::max({point.total_bytes, point.peak_bytes, point.end_bytes});
}

}  // namespace

ExportedPoints PointsOf(const Report& report, std::size_t most) {
  ExportedPoints exported;
  Points points;
  ExportedPoint other;
  const Profile* highest_in = nullptr;
  const PeakProfile* highest = nullptr;
  for (const Profile* profile : DistinctProfiles(report)) {
    ++exported.processes;
    const int runs = std::max(profile->runs, 1);
    exported.runs_of_each = exported.runs == 0 || exported.runs_of_each == runs ? runs : 0;
    exported.runs += runs;
    exported.tests += static_cast<std::int64_t>(profile->tests.size());
    exported.texts.Open(*profile);
    for (const ProfileSite& site : profile->sites) {
      AddFigures(site.figures, &points[exported.texts.Of(site.stack)]);
    }
    AddFigures(profile->other, &other);
    for (const PeakProfile& peak : profile->peaks) {
      if (highest != nullptr && PeakBytes(peak) <= PeakBytes(*highest)) continue;
      highest_in = profile;
      highest = &peak;
    }
  }
  if (highest != nullptr) {
    exported.peak_test = OneLine(highest->test);
    exported.peak_bytes = PeakBytes(*highest);
    AddPeak(*highest_in, *highest, &exported.texts, &points, &other);
  }

  for (auto& [stack, point] : points) {
    if (IsEmpty(point)) continue;
    point.stack = stack;
    exported.points.push_back(std::move(point));
  }
  const std::size_t room = most - 1;  // and one for the others
  if (exported.points.size() > room) {
    std::stable_sort(exported.points.begin(), exported.points.end(),
                     [](const auto& a, const auto& b) { return Weight(a) > Weight(b); });
    exported.left_out = exported.points.size() - room;
    for (std::size_t i = room; i < exported.points.size(); ++i) {
      AddPoint(exported.points[i], &other);
    }
    exported.points.resize(room);
  }
  if (!IsEmpty(other)) {
    other.stack = {exported.texts.Add("[calls that memprof does not tell one by one]")};
    exported.points.push_back(std::move(other));
  }
  std::sort(exported.points.begin(), exported.points.end(), IsBefore);
  return exported;
}

}  // namespace memprof
