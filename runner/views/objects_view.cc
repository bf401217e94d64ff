// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/objects_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include "runner/report/quantity.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

struct PlaceKey {
  std::string file, function, module;
  int line = 0;

  auto operator<=>(const PlaceKey&) const = default;
};

PlaceKey KeyOf(const Profile& profile, const std::vector<std::uint32_t>& stack) {
  const Frame* frame = ShownFrame(profile, stack);
  if (frame == nullptr) return {};
  // Two calls of one library's unknown code read the same.
  return {frame->file, frame->function, frame->module, frame->line};
}

/// Sums of one time, by type and place.
class Gathering {
 public:
  explicit Gathering(bool by_count) : by_count_(by_count) {}

  void Add(const Profile& profile, const std::vector<std::uint32_t>& stack, std::uint32_t type,
           std::uint64_t bytes, std::uint64_t blocks) {
    heap_.bytes += bytes;
    heap_.blocks += blocks;
    if (blocks == 0) return;
    LiveObjects& site =
        sites_[{type < profile.types.size() ? profile.types[type] : "", KeyOf(profile, stack)}];
    site.bytes += bytes;
    site.blocks += blocks;
  }

  void AddOther(std::uint64_t bytes, std::uint64_t blocks) {
    heap_.bytes += bytes;
    heap_.blocks += blocks;
    heap_.other_bytes += bytes;
    heap_.other_blocks += blocks;
  }

  LiveHeap Finish() && {
    for (auto& [key, site] : sites_) {
      const auto& [type, place] = key;
      site.type = type;
      site.location = {place.file, place.line, place.function};
      site.module = place.module;
      site.calls = 1;
      heap_.sites.push_back(std::move(site));
    }
    Order(&heap_.sites);
    // The largest call of a type comes first, and so is the one that is named.
    std::map<std::string, std::size_t> known;
    for (const LiveObjects& site : heap_.sites) {
      const bool is_known = !site.type.empty() && known.contains(site.type);
      if (!is_known) {
        known[site.type] = heap_.types.size();
        heap_.types.push_back(site);
        continue;
      }
      LiveObjects& type = heap_.types[known[site.type]];
      type.bytes += site.bytes;
      type.blocks += site.blocks;
      ++type.calls;
    }
    Order(&heap_.types);
    return std::move(heap_);
  }

 private:
  void Order(std::vector<LiveObjects>* objects) const {
    std::stable_sort(
        objects->begin(), objects->end(), [this](const LiveObjects& a, const LiveObjects& b) {
          return by_count_ ? std::pair(a.blocks, a.bytes) > std::pair(b.blocks, b.bytes)
                           : std::pair(a.bytes, a.blocks) > std::pair(b.bytes, b.blocks);
        });
  }

  const bool by_count_;
  LiveHeap heap_;
  std::map<std::pair<std::string, PlaceKey>, LiveObjects> sites_;
};

LiveHeap AtEnd(const ProfileChoice& choice, bool by_count) {
  Gathering gathering(by_count);
  for (const Profile* profile : choice.profiles) {
    for (const ProfileSite& site : profile->sites) {
      gathering.Add(*profile, site.stack, site.type, site.figures.kept_bytes,
                    site.figures.kept_blocks);
    }
    gathering.AddOther(profile->other.kept_bytes, profile->other.kept_blocks);
  }
  return std::move(gathering).Finish();
}

LiveHeap AtPeak(const PeakProfile& peak, const Profile& profile, bool by_count) {
  Gathering gathering(by_count);
  for (const PeakShare& share : peak.shares) {
    gathering.Add(profile, share.stack, share.type, share.bytes, share.blocks);
  }
  gathering.AddOther(peak.other_bytes, peak.other_blocks);
  LiveHeap heap = std::move(gathering).Finish();
  heap.test = peak.test;
  return heap;
}

}  // namespace

ObjectsView BuildObjects(const Report& report, const ProfileChoice& choice,
                         const ViewRequest& request) {
  ObjectsView view;
  view.processes = NamesOf(choice);
  view.notes = choice.notes;
  if (choice.profiles.empty()) {
    view.not_measured.push_back({"trace", "", choice.why_none});
    return view;
  }
  const bool by_count = request.by == "count";
  if (request.at != "peak") view.at_end = AtEnd(choice, by_count);
  if (request.at == "end") return view;
  const Profile* owner = nullptr;
  const PeakProfile* peak = HighestPeak(report, choice, &owner);
  if (peak != nullptr) {
    view.at_peak = AtPeak(*peak, *owner, by_count);
    // What is alive is counted as memory grows: the last count may be from before the most.
    const std::uint64_t now = AtEnd(choice, by_count).bytes;
    if (report.process && view.at_peak->bytes < now) {
      view.not_measured.push_back(
          {"peak", "",
           fmt::format("it was last taken apart at {}, and {} is alive {}",
                       HumanBytes(static_cast<std::int64_t>(view.at_peak->bytes)),
                       HumanBytes(static_cast<std::int64_t>(now)),
                       report.process->end == "is running" ? "now" : "at the end")});
      view.at_peak.reset();
    }
  } else if (report.process) {
    view.not_measured.push_back(
        {"peak", "", "no peak was taken apart; of a program below 1 MiB none is"});
  } else {
    view.not_measured.push_back({"peak", choice.tests.size() == 1 ? choice.tests[0] : "",
                                 "no peak was taken apart in the traced runs"});
  }
  return view;
}

Result<std::string> RenderObjectsView(const Report& report, const ViewRequest& request) {
  const Result<ProfileChoice> choice = ChooseProfiles(report, request);
  if (!choice) return choice.error();
  const ObjectsView view = BuildObjects(report, *choice, request);
  return request.WantsJson() ? ObjectsJson(report, view, request)
                             : ObjectsText(report, view, request);
}

}  // namespace memprof
