// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/duplicate_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "runner/analyze/function_name.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/waste/content_waste.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

struct Duplicates {
  Place place;
  std::uint64_t spare_bytes = 0;
  std::uint64_t spare_blocks = 0;
  std::uint64_t blocks = 0;
  std::uint64_t contents = 0;  ///< different ones
  const DuplicateGroup* largest = nullptr;
};

std::uint64_t SpareBytes(const DuplicateGroup& group) {
  return group.blocks < 2 ? 0 : (group.blocks - 1) * group.block_bytes;
}

/// Not `new Object`, which a buffer's allocation goes through as well, but further within.
bool IsObject(const Stack& stack, const Place& place) {
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const std::string name = ShortFunctionName(stack[i].function);
    if (name == "malloc") continue;  // what operator new calls
    if (name != "operator new") return false;
    const Location& at = place.finding.location;
    return i + 1 < stack.size() && stack[i + 1].line == at.line &&
           stack[i + 1].file.ends_with(at.file.substr(at.file.rfind('/') + 1));
  }
  return false;
}

Finding Tell(const Duplicates& duplicates, const WasteEvidence& evidence,
             const DiagnoseContext& context) {
  Finding finding = StartWaste(duplicates.place, Pattern::kDuplicateData, duplicates.spare_bytes,
                               duplicates.spare_blocks, evidence, context);
  const auto blocks = static_cast<std::int64_t>(duplicates.blocks);
  const auto contents = static_cast<std::int64_t>(duplicates.contents);
  const auto spare = static_cast<std::int64_t>(duplicates.spare_bytes);
  finding.title = fmt::format(
      "duplicate data: {} at the peak hold {}, {} more than once", Counted(blocks, "block"),
      contents == 1 ? "the same" : Counted(contents, "content"), HumanBytes(spare));
  finding.fix->expected_peak_reduction_bytes = spare;
  finding.impact.peak_bytes = spare;
  finding.decided_by.push_back(fmt::format(
      "near the peak {} had {} contents, by the hash of all their bytes", Counted(blocks, "block"),
      contents == 1 ? "one and the same" : HumanCount(contents) + " different"));
  finding.cause =
      "Equal contents are stored again for each user of them, where all could share one block that "
      "nobody changes.";
  std::string text =
      fmt::format("{} in blocks whose contents another live block has too", HumanBytes(spare));
  if (duplicates.largest != nullptr) {
    const DuplicateGroup& group = *duplicates.largest;
    text +=
        fmt::format("; {} of {} each", Counted(static_cast<std::int64_t>(group.blocks), "block"),
                    HumanBytes(static_cast<std::int64_t>(group.block_bytes)));
    if (!group.contents.empty()) text += fmt::format(" begin \"{}\"", group.contents);
  }
  finding.evidence.push_back({"trace", text});
  return finding;
}

}  // namespace

std::vector<Finding> DuplicateFindings(const WasteEvidence& evidence,
                                       const DiagnoseContext& context,
                                       const Thresholds& thresholds) {
  std::vector<Finding> findings;
  if (!evidence.duplicates) return findings;
  std::map<PlaceKey, Duplicates> places;
  for (const DuplicateGroup& group : *evidence.duplicates) {
    Place place = PlaceOf(group.stack, Scope::kTest, evidence.test, context);
    if (SpareBytes(group) == 0 || !place.located) continue;
    if (!IsCallersBuffer(group.stack, place) || IsObject(group.stack, place)) continue;
    Duplicates& duplicates = places[KeyOf(place)];
    if (duplicates.contents == 0) duplicates.place = std::move(place);
    duplicates.spare_bytes += SpareBytes(group);
    duplicates.spare_blocks += group.blocks - 1;
    duplicates.blocks += group.blocks;
    duplicates.contents += 1;
    if (duplicates.largest == nullptr || SpareBytes(group) > SpareBytes(*duplicates.largest)) {
      duplicates.largest = &group;
    }
  }
  const WasteTotals totals = TotalsOf(evidence);
  for (const auto& [key, duplicates] : places) {
    if (!PassesRule(duplicates.spare_bytes, duplicates.spare_blocks, totals, thresholds.waste)) {
      continue;
    }
    findings.push_back(Tell(duplicates, evidence, context));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.waste->bytes > b.waste->bytes;
  });
  return findings;
}

}  // namespace memprof
