// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/call_texts.h"
#include "runner/report/call_tree.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

/// massif's own default is 1 %, which hides small leaks; ms_print has a threshold of its own.
constexpr double kThresholdPercent = 0.1;
/// The deepest that massif goes with `--depth`.
constexpr std::size_t kDepth = 200;

/// ms_print takes what follows a `#` for a comment, so "lambda#1" is "lambda.1" here.
std::string WithoutHash(std::string text) {
  std::replace(text.begin(), text.end(), '#', '.');
  return text;
}

std::string MassifText(const Frame& frame) { return WithoutHash(CallWithPlace(frame)); }

std::uint64_t KeptBytes(const Profile& profile) {
  return std::accumulate(
      profile.sites.begin(), profile.sites.end(), profile.other.kept_bytes,
      [](std::uint64_t sum, const ProfileSite& site) { return sum + site.figures.kept_bytes; });
}

std::uint64_t PeakBytes(const PeakProfile& peak) {
  return std::accumulate(
      peak.shares.begin(), peak.shares.end(), peak.other_bytes,
      [](std::uint64_t sum, const PeakShare& share) { return sum + share.bytes; });
}

const PeakProfile* HighestPeak(const Profile& profile) {
  const auto highest = std::max_element(
      profile.peaks.begin(), profile.peaks.end(),
      [](const PeakProfile& a, const PeakProfile& b) { return PeakBytes(a) < PeakBytes(b); });
  return highest == profile.peaks.end() ? nullptr : &*highest;
}

/// The profile that keeps most, then the one with the highest peak; null without profiles.
const Profile* Chosen(const Report& report) {
  const auto rank = [](const Profile& profile) {
    const PeakProfile* const peak = HighestPeak(profile);
    return std::pair(KeptBytes(profile), peak != nullptr ? PeakBytes(*peak) : 0);
  };
  const auto chosen =
      std::max_element(report.profiles.begin(), report.profiles.end(),
                       [&](const Profile& a, const Profile& b) { return rank(a) < rank(b); });
  return chosen == report.profiles.end() ? nullptr : &*chosen;
}

/// A heap tree as massif writes it, one space of indentation a level.
class TreeWriter {
 public:
  TreeWriter(const CallTexts& texts, std::uint64_t total, std::string* out)
      : texts_(texts), least_(static_cast<double>(total) * kThresholdPercent / 100), out_(out) {}

  /// `other` are bytes of calls that are not told one by one.
  void WriteRoot(const CallNode& root, std::uint64_t other) {
    WriteLine(0, LinesBelow(root) + (other > 0 ? 1 : 0), root.bytes + other,
              "(heap allocation functions) malloc, new and the like");
    if (other > 0) WriteLine(1, 0, other, "(calls that memprof does not tell one by one)");
    WriteCallers(root, 1);
  }

 private:
  bool IsTold(const CallNode& node) const { return static_cast<double>(node.bytes) >= least_; }

  /// How many of `node`'s callers are told; they come first.
  std::size_t Told(const CallNode& node) const {
    const auto end = std::find_if(node.callers.begin(), node.callers.end(),
                                  [this](const CallNode& caller) { return !IsTold(caller); });
    return static_cast<std::size_t>(end - node.callers.begin());
  }

  std::size_t LinesBelow(const CallNode& node) const {
    return std::min(Told(node) + 1, node.callers.size());
  }

  void WriteLine(int depth, std::size_t children, std::uint64_t bytes, std::string_view text) {
    fmt::format_to(std::back_inserter(*out_), "{:{}}n{}: {} {}\n", "", depth, children, bytes,
                   text);
  }

  void WriteCallers(const CallNode& node, int depth) {
    const std::size_t told = Told(node);
    for (std::size_t i = 0; i < told; ++i) {
      const CallNode& caller = node.callers[i];
      const CallTexts::Text& text = texts_[caller.call];
      WriteLine(depth, LinesBelow(caller), caller.bytes,
                fmt::format("0x{:X}: {}", text.module_offset, text.text));
      WriteCallers(caller, depth + 1);
    }
    const std::size_t places = node.callers.size() - told;
    if (places == 0) return;
    std::uint64_t bytes = 0;
    for (std::size_t i = told; i < node.callers.size(); ++i) bytes += node.callers[i].bytes;
    WriteLine(depth, 0, bytes,
              fmt::format("in {} place{}, {}below massif's threshold ({:.2f}%)", places,
                          places == 1 ? "" : "s", places == 1 ? "" : "all ", kThresholdPercent));
  }

  const CallTexts& texts_;
  double least_;
  std::string* out_;
};

/// Snapshots of one profile.
class SnapshotWriter {
 public:
  SnapshotWriter(const Profile& profile, std::string* out)
      : profile_(profile), texts_(&MassifText), out_(out) {
    texts_.Open(profile);
  }

  void WritePeak(const PeakProfile& peak) {
    BytesByStack stacks;
    for (const PeakShare& share : peak.shares) {
      stacks[texts_.Of(share.stack, kDepth)] += share.bytes;
    }
    WriteTree(0, "peak", stacks, peak.other_bytes);
  }

  /// One for the end of each run, with what is kept in the last.
  void WriteRuns() {
    const auto& live = profile_.live_bytes;
    for (std::size_t i = 0; i + 1 < live.size(); ++i) {
      WriteHead(static_cast<std::int64_t>(i) + 1,
                static_cast<std::uint64_t>(std::max<std::int64_t>(live[i], 0)), "empty");
    }
    BytesByStack stacks;
    for (const ProfileSite& site : profile_.sites) {
      stacks[texts_.Of(site.stack, kDepth)] += site.figures.kept_bytes;
    }
    std::uint64_t other = profile_.other.kept_bytes;
    // What is alive beyond what calls are known to keep is of calls that are not told.
    const std::uint64_t kept = KeptBytes(profile_);
    const auto last =
        static_cast<std::uint64_t>(std::max<std::int64_t>(live.empty() ? 0 : live.back(), 0));
    if (last > kept) other += last - kept;
    WriteTree(live.empty() ? std::max(profile_.runs, 1) : static_cast<std::int64_t>(live.size()),
              "detailed", stacks, other);
  }

 private:
  void WriteHead(std::int64_t time, std::uint64_t bytes, std::string_view tree) {
    fmt::format_to(std::back_inserter(*out_),
                   "#-----------\nsnapshot={}\n#-----------\ntime={}\nmem_heap_B={}\n"
                   "mem_heap_extra_B=0\nmem_stacks_B=0\nheap_tree={}\n",
                   number_++, time, bytes, tree);
  }

  void WriteTree(std::int64_t time, std::string_view kind, const BytesByStack& stacks,
                 std::uint64_t other) {
    const CallNode root = CallTree(stacks);
    WriteHead(time, root.bytes + other, kind);
    TreeWriter(texts_, root.bytes + other, out_).WriteRoot(root, other);
  }

  const Profile& profile_;
  CallTexts texts_;
  std::string* out_;
  int number_ = 0;
};

/// What the file shows and what it leaves out: the only text that ms_print and massif-visualizer
/// show as it is.
std::string Description(const Report& report, const Profile& profile, const PeakProfile* peak) {
  std::string text = fmt::format(
      "memprof, traced process \"{}\": what was alive at the end of each "
      "run (time i: runs ended); the last snapshot tells by which calls.",
      OneLine(profile.name));
  if (peak != nullptr) {
    text += fmt::format(
        " The peak snapshot is the highest peak of one test, {}, above what was there before it; "
        "it stands at 0, for which run it was in is not known.",
        OneLine(peak->test));
  }
  if (const auto others = static_cast<std::int64_t>(report.profiles.size()) - 1; others > 0) {
    text += fmt::format(" Left out: {}.",
                        Counted(others, "other traced process", "other traced processes"));
  }
  return text + " Extra heap and stacks were not measured: their zeros say nothing.";
}

}  // namespace

std::string RenderMassif(const Report& report, const RenderOptions& /*options*/) {
  const Profile* const profile = Chosen(report);
  const PeakProfile* const peak = profile != nullptr ? HighestPeak(*profile) : nullptr;
  const std::string description =
      profile != nullptr
          ? Description(report, *profile, peak)
          : "memprof: no test was traced, so nothing was measured; the one snapshot is "
            "there for its reader, and its zeros say nothing.";
  std::string out = fmt::format("desc: {}\ncmd: {}\ntime_unit: i\n", WithoutHash(description),
                                WithoutHash(OneLine(report.binary)));
  if (profile == nullptr) {
    return out +
           "#-----------\nsnapshot=0\n#-----------\ntime=0\nmem_heap_B=0\n"
           "mem_heap_extra_B=0\nmem_stacks_B=0\nheap_tree=empty\n";
  }
  SnapshotWriter writer(*profile, &out);
  if (peak != nullptr) writer.WritePeak(*peak);
  writer.WriteRuns();
  return out;
}

}  // namespace memprof
