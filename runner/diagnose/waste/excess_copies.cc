// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/excess_copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "runner/diagnose/place.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/waste/content_waste.h"
#include "runner/diagnose/waste/copying_function.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

// If one of them is needed after all, four fifths of what is promised are still spared.
constexpr std::uint64_t kLeastCopies = 5;
constexpr std::uint64_t kMostAtPeak = 2;

/// A call within another, by their lines. Valgrind gives inlined functions their bare names, so
/// that `vector` may be any constructor; the trace knows which, and the lines are the same.
using Call = std::pair<std::string, std::string>;

std::string LineOf(const Frame& frame) {
  return fmt::format("{}:{}", std::string_view(frame.file).substr(frame.file.rfind('/') + 1),
                     frame.line);
}

std::optional<Call> CallAt(const Stack& stack, std::size_t i) {
  if (i + 1 >= stack.size() || stack[i].line == 0 || stack[i + 1].line == 0) return std::nullopt;
  return Call(LineOf(stack[i]), LineOf(stack[i + 1]));
}

/// Finds copies in stacks of DHAT, with the help of the trace's.
class CopyFinder {
 public:
  explicit CopyFinder(const WasteEvidence& evidence) {
    for (const WasteSite& site : evidence.sites) {
      const std::optional<std::size_t> copy = OutermostCopy(site.stack);
      if (!copy) continue;
      if (const std::optional<Call> call = CallAt(site.stack, *copy)) {
        classes_[*call] = CopiedClass(site.stack[*copy].function);
      }
    }
  }

  struct Copy {
    std::size_t frame;
    std::string of_class;
  };
  std::optional<Copy> Find(const Stack& stack) const {
    if (const std::optional<std::size_t> copy = OutermostCopy(stack)) {
      return Copy{*copy, CopiedClass(stack[*copy].function)};
    }
    for (std::size_t i = stack.size(); i-- > 0;) {
      const std::optional<Call> call = CallAt(stack, i);
      const auto found = call ? classes_.find(*call) : classes_.end();
      if (found != classes_.end()) return Copy{i, found->second};
    }
    return std::nullopt;
  }

 private:
  std::map<Call, std::string> classes_;
};

struct Copies {
  Place place;  ///< of whoever asked for them
  std::string of_class;
  std::vector<const DhatPoint*> points;
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t number = 0;  ///< of copies: each has a block of every point, and maybe more
};

/// The line that asks for a copy, with the whole stack.
Place CallerOf(const Stack& stack, std::size_t copy, const WasteEvidence& evidence,
               const DiagnoseContext& context) {
  const Stack callers(stack.begin() + static_cast<std::ptrdiff_t>(copy) + 1, stack.end());
  Place place = PlaceOf(callers, Scope::kTest, evidence.test, context);
  place.finding.stack = ReportedStack(stack, context.source_root);
  return place;
}

std::map<PlaceKey, Copies> FindCopies(const WasteEvidence& evidence,
                                      const DiagnoseContext& context) {
  const CopyFinder finder(evidence);
  std::map<PlaceKey, Copies> places;
  for (const DhatPoint& point : evidence.dhat->points) {
    if (!point.of_test || point.total_blocks == 0) continue;
    const std::optional<CopyFinder::Copy> copy = finder.Find(point.stack);
    if (!copy) continue;
    Place place = CallerOf(point.stack, copy->frame, evidence, context);
    if (!place.located) continue;
    Copies& copies = places[KeyOf(place)];
    const bool is_larger =
        copies.points.empty() || point.total_bytes > copies.points.front()->total_bytes;
    if (copies.points.empty()) copies.number = point.total_blocks;
    if (is_larger) copies.place = std::move(place);
    if (is_larger) copies.of_class = copy->of_class;
    copies.points.insert(is_larger ? copies.points.begin() : copies.points.end(), &point);
    copies.bytes += point.total_bytes;
    copies.blocks += point.total_blocks;
    copies.number = std::min(copies.number, point.total_blocks);
  }
  return places;
}

/// Whether on average no more than one copy was alive, and few when the heap was largest.
bool AreShortLived(const Copies& copies, std::uint64_t test_span) {
  if (test_span == 0) return false;
  return std::all_of(copies.points.begin(), copies.points.end(), [&](const DhatPoint* point) {
    const double per_copy =
        static_cast<double>(point->total_blocks) / static_cast<double>(copies.number);
    const double alive = static_cast<double>(point->lifetime) / static_cast<double>(test_span);
    return alive <= per_copy &&
           static_cast<double>(point->at_peak_blocks) <= per_copy * kMostAtPeak;
  });
}

bool IsWrittenOnce(const DhatPoint& point) { return point.written_bytes <= point.total_bytes; }

/// Whether all that the blocks of `point` may be copied from kept what was put in when it was made.
/// It must have been read as often as they were made, and be as large as one of them.
bool ComesFromUnchanged(const DhatPoint& point, const Copies& copies, const DhatFile& dhat) {
  const std::uint64_t size = point.total_bytes / point.total_blocks;
  bool any = false;
  for (const DhatPoint& other : dhat.points) {
    if (std::find(copies.points.begin(), copies.points.end(), &other) != copies.points.end()) {
      continue;
    }
    if (other.total_bytes < size || other.read_bytes < point.total_bytes - point.total_bytes / 10) {
      continue;
    }
    if (!IsWrittenOnce(other)) return false;
    any = true;
  }
  return any;
}

bool AreExcess(const Copies& copies, const DhatFile& dhat) {
  if (copies.number < kLeastCopies || !AreShortLived(copies, dhat.test_span)) return false;
  return std::all_of(copies.points.begin(), copies.points.end(), [&](const DhatPoint* point) {
    return IsWrittenOnce(*point) && ComesFromUnchanged(*point, copies, dhat);
  });
}

/// What DHAT's copy mode saw copied for copies that this line asks for.
std::uint64_t BytesCopiedAt(const Place& place, const WasteEvidence& evidence,
                            const DiagnoseContext& context) {
  if (!evidence.copies) return 0;
  const CopyFinder finder(evidence);
  std::uint64_t bytes = 0;
  for (const DhatPoint& point : evidence.copies->points) {
    if (!point.of_test) continue;
    // Inlined, it is another line of the constructor than that which allocates.
    const std::optional<CopyFinder::Copy> copy = finder.Find(point.stack);
    const Place caller = copy ? CallerOf(point.stack, copy->frame, evidence, context)
                              : PlaceOf(point.stack, Scope::kTest, evidence.test, context);
    if (KeyOf(caller) == KeyOf(place)) bytes += point.total_bytes;
  }
  return bytes;
}

Finding Tell(const Copies& copies, const WasteEvidence& evidence, const DiagnoseContext& context) {
  Finding finding =
      StartWaste(copies.place, Pattern::kCopy, copies.bytes, copies.blocks, evidence, context);
  const auto number = static_cast<std::int64_t>(copies.number);
  const std::string what = copies.of_class.empty() ? "an object" : "`" + copies.of_class + "`";
  finding.title =
      fmt::format("{} of {} that nobody changes: {} a run", Counted(number, "copy", "copies"), what,
                  HumanBytes(static_cast<std::int64_t>(copies.bytes)));
  finding.decided_by.push_back("the blocks are made by a copy constructor or a copy assignment");
  finding.decided_by.push_back(
      "DHAT counted as many bytes written to them as they have, so none was changed afterwards");
  finding.decided_by.push_back("each was freed before the next was made");
  finding.cause = fmt::format(
      "{} is copied and the copy only read, then freed, while what it was copied from stays as it "
      "is: a `const` reference or a view of it would do, or a move where it is not needed any "
      "more.",
      copies.of_class.empty() ? "An object" : "A " + what);
  std::uint64_t written = 0;
  std::uint64_t read = 0;
  for (const DhatPoint* point : copies.points) {
    written += point->written_bytes;
    read += point->read_bytes;
  }
  finding.evidence.push_back(
      {"dhat", fmt::format("{} in {}: {} written, {} read",
                           HumanBytes(static_cast<std::int64_t>(copies.bytes)),
                           Counted(static_cast<std::int64_t>(copies.blocks), "block"),
                           HumanBytes(static_cast<std::int64_t>(written)),
                           HumanBytes(static_cast<std::int64_t>(read)))});
  if (const std::uint64_t copied = BytesCopiedAt(copies.place, evidence, context); copied > 0) {
    finding.evidence.push_back(
        {"dhat", fmt::format("{} copied by memcpy and its like for them",
                             HumanBytes(static_cast<std::int64_t>(copied)))});
  }
  return finding;
}

}  // namespace

std::vector<Finding> CopyFindings(const WasteEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds) {
  std::vector<Finding> findings;
  if (!evidence.dhat) return findings;
  const WasteTotals totals = TotalsOf(evidence);
  for (const auto& [key, copies] : FindCopies(evidence, context)) {
    if (!PassesRule(copies.bytes, copies.blocks, totals, thresholds.waste)) continue;
    if (!AreExcess(copies, *evidence.dhat)) continue;
    findings.push_back(Tell(copies, evidence, context));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.waste->bytes > b.waste->bytes;
  });
  return findings;
}

}  // namespace memprof
