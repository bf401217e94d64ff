// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/retention_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/series_text.h"
#include "runner/report/holder_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

HolderKind KindOf(Holder::Kind kind) {
  switch (kind) {
    case Holder::Kind::kGlobal:
      return HolderKind::kGlobal;
    case Holder::Kind::kClassStatic:
      return HolderKind::kStatic;
    case Holder::Kind::kFunctionStatic:
      return HolderKind::kFunctionStatic;
    case Holder::Kind::kThreadLocal:
      return HolderKind::kThreadLocal;
    case Holder::Kind::kStack:
      return HolderKind::kLocalVariable;
    case Holder::Kind::kRegister:
      return HolderKind::kRegister;
    case Holder::Kind::kMapping:
      return HolderKind::kMapping;
    case Holder::Kind::kData:
      return HolderKind::kData;
  }
  return HolderKind::kData;
}

/// Blocks a run of a site whose number rises evenly after warm-up: no step is off the mean by more
/// than a quarter of it. 0 where it does not.
double EvenRise(const std::vector<std::int64_t>& blocks, int warm_up) {
  const double mean = SlopeAfterWarmUp(blocks, warm_up);
  if (mean <= 0) return 0;
  for (auto i = static_cast<std::size_t>(warm_up) + 1; i < blocks.size(); ++i) {
    const auto step = static_cast<double>(blocks[i] - blocks[i - 1]);
    if (std::abs(step - mean) > mean / 4) return 0;
  }
  return mean;
}

/// How many of the step's blocks come with a run. What grows with the site does so by its share of
/// the blocks; a fraction means that the step's blocks are there once and for all, as the buckets
/// of a table are.
std::int64_t CountPerRun(const PathStep& step, const TracedSite& site, double rise) {
  if (rise <= 0 || site.retention.blocks <= 0) return 0;
  const double count =
      static_cast<double>(step.blocks) * rise / static_cast<double>(site.retention.blocks);
  const double whole = std::round(count);
  if (whole < 1 || std::abs(count - whole) > 0.05 * whole) return 0;
  return static_cast<std::int64_t>(whole);
}

std::vector<RetentionStep> ReportedPath(const RetentionPath& path, const TracedSite& site,
                                        int warm_up) {
  const double rise = EvenRise(site.blocks, warm_up);
  std::vector<RetentionStep> steps;
  for (const PathStep& step : path.steps) {
    steps.push_back({step.through, step.type, step.bytes, step.blocks,
                     CountPerRun(step, site, rise), step.made_at});
  }
  return steps;
}

std::int64_t Gain(const RetentionPath& path) {
  return path.bytes_at.empty() ? path.bytes : path.bytes_at.back() - path.bytes_at.front();
}

/// "heap snapshots after runs 4, 8 and 12".
std::string SnapshotsText(const SiteRetention& retention) {
  std::vector<int> runs;
  for (const int iteration : retention.iterations) runs.push_back(iteration + 1);
  return fmt::format("heap snapshot{}{}{}", runs.size() == 1 ? "" : "s",
                     runs.empty() ? "" : " after ", runs.empty() ? "" : RunsText(runs));
}

std::string Capitalised(std::string text) {
  if (!text.empty()) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

bool IsNodeOfLibrary(const RetentionStep& step) { return step.type.starts_with("std::_"); }

}  // namespace

HeldBy ReportedHolder(const RetentionPath& path, const SiteRetention& retention,
                      const DiagnoseContext& context) {
  const Holder& holder = path.holder;
  HeldBy held;
  held.symbol = holder.symbol;
  held.type = holder.type;
  // A relative file is of some build directory, and a reader would take it for the user's.
  if (holder.file.starts_with('/')) {
    held.file = PathBelowRoot(holder.file, context.source_root);
    held.line = holder.line;
  }
  held.kind = KindOf(holder.kind);
  held.function = holder.function;
  held.thread = holder.thread;
  held.module = holder.module;
  held.is_foreign = holder.is_foreign;
  held.retained_bytes = holder.retained_bytes;
  for (const int iteration : retention.iterations) held.runs.push_back(iteration + 1);
  return held;
}

const RetentionPath* MainPath(const SiteRetention& retention) {
  const auto most =
      std::max_element(retention.paths.begin(), retention.paths.end(),
                       [](const auto& a, const auto& b) { return Gain(a) < Gain(b); });
  return most == retention.paths.end() ? nullptr : &*most;
}

void TellHolder(const TracedSite& site, const DiagnoseContext& context, int warm_up,
                Finding* finding) {
  const SiteRetention& retention = site.retention;
  const RetentionPath* const main = MainPath(retention);
  if (!retention.measured() || main == nullptr) return;
  finding->held_by = ReportedHolder(*main, retention, context);
  finding->retention_path = ReportedPath(*main, site, warm_up);
  finding->evidence.push_back(
      {"trace", fmt::format("{}: {} of {} of this call {} held so", SnapshotsText(retention),
                            HumanCount(main->blocks), Counted(retention.blocks, "block"),
                            main->blocks == 1 ? "is" : "are")});
  for (const RetentionPath& path : retention.paths) {
    if (&path == main) continue;
    const HeldBy other = ReportedHolder(path, retention, context);
    const std::string place =
        other.file.empty() ? "" : fmt::format(" {}:{}", other.file, other.line);
    const std::int64_t more =
        retention.other_paths + static_cast<std::int64_t>(retention.paths.size()) - 2;
    finding->evidence.push_back(
        {"trace", fmt::format("also held by {}{}: {} in {}{}", HolderText(other), place,
                              HumanBytes(path.bytes), Counted(path.blocks, "block"),
                              more > 0 ? fmt::format(" (+{} more)", HumanCount(more)) : "")});
    break;
  }
  if (!retention.why_partial.empty()) {
    finding->evidence.push_back({"trace", "heap snapshot partial: " + retention.why_partial});
  }
}

std::string ChildText(const std::vector<RetentionStep>& path) {
  if (path.empty()) return "";
  const auto grows = std::find_if(path.begin(), path.end(), [](const RetentionStep& step) {
    return step.count_per_run > 0 && !IsNodeOfLibrary(step);
  });
  const RetentionStep& child = grows == path.end() ? path.back() : *grows;
  if (child.count_per_run > 0) {
    return fmt::format("{}, {} a run", child.type, Counted(child.count_per_run, "block"));
  }
  return fmt::format("{}, {} by now", child.type, Counted(child.count, "block"));
}

std::string HeldCause(const Finding& finding, const RetentionPath& main) {
  if (!finding.held_by) return "";
  const HeldBy& holder = *finding.held_by;
  const std::string child = ChildText(finding.retention_path);
  const std::string name = HolderName(holder);
  const std::string quoted = holder.symbol.empty() || name != holder.symbol
                                 ? Capitalised(name)
                                 : fmt::format("`{}`", name);
  if (main.is_weak) {
    return fmt::format(
        "Only {} refers to what grows ({}), in {}. That may be no pointer at all: whether the "
        "memory is in use or lost is not certain, and a later free would prove that it is in use.",
        main.weak_how.empty() ? "a word that looks like a pointer" : main.weak_how, child, name);
  }
  if (holder.is_foreign) {
    return fmt::format(
        "{} is not the program's own, but a library's, and the program hands it more each run "
        "that it does not give back: {}.",
        quoted, child);
  }
  return fmt::format("{} takes more each run and gives nothing back: {}.", quoted, child);
}

std::string LostText(const Reach& reach) {
  if (!reach.measured) return "";
  if (!reach.why_partial.empty()) {
    return fmt::format("heap snapshot partial: {}; so it calls nothing lost", reach.why_partial);
  }
  if (reach.lost_blocks == 0) return "";
  return fmt::format("heap snapshot after run {}: nothing refers to {} of {}",
                     HumanCount(reach.runs), HumanCount(reach.lost_blocks),
                     Counted(reach.blocks, "block"));
}

}  // namespace memprof
