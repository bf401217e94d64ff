// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "runner/diagnose/fix/bounded_container.h"
#include "runner/diagnose/fix/fix_template.h"

namespace memprof {
namespace {

/// The entries live as long as what holds them: end that with what they belong to.
Solution ClearWithOwner(const Finding& finding, const InsertionSite& site) {
  Solution clear;
  const std::string holder = finding.held_by ? finding.held_by->symbol : site.container.name;
  clear.summary =
      fmt::format("empty `{}` where the work ends that its entries belong to", site.container.name);
  clear.snippet =
      fmt::format("{}.clear();  // at the end of the request, session or test\n", site.expression);
  if (site.type.kind == ContainerKind::kQueue) {
    clear.snippet = fmt::format("{0} = {{}};  // at the end of the request, session or test\n",
                                site.expression);
  }
  clear.why_no_diff = "the code does not show where that work ends";
  clear.why = fmt::format("`{}` then starts empty with each piece of work", holder);
  clear.trade_off = "nothing of earlier work can be read any more";
  clear.effort = "minutes, once the place is known";
  return clear;
}

Solution OwnByTest(const Finding& finding, const InsertionSite& site) {
  Solution own;
  own.summary = fmt::format("let the test fixture own what holds `{}`", site.container.name);
  own.why =
      fmt::format("`{}` lives until the process ends; a member of the fixture ends with its test",
                  finding.held_by->symbol);
  own.trade_off =
      "the code under test takes the object as an argument, and in production it grows as before";
  own.effort = "an hour";
  own.why_no_diff = "it changes the interface of the code under test";
  return own;
}

}  // namespace

std::optional<Fix> BoundCollection(const Finding& finding, const Sources& sources) {
  const InsertionSearch found = FindInsertion(finding, sources);
  if (!found.site) return std::nullopt;
  const InsertionSite& site = *found.site;
  const BoundedContainer bound = BoundAt(finding, site, /*keeps_new=*/false);
  if (bound.eviction.empty()) return std::nullopt;
  const std::string& name = site.container.name;
  const bool is_text = site.type.kind == ContainerKind::kString;
  Fix fix;
  fix.summary = fmt::format("keep at most {} {} in `{}`: drop {} at each insertion", bound.limit,
                            is_text ? "characters" : "entries", name, bound.evicted);
  fix.diff = bound.diff;
  fix.snippet = bound.snippet;
  fix.why_no_diff = bound.diff.empty() ? bound.why_no_diff : "";
  fix.why = fmt::format(
      "`{}` stays at {}, so what a run adds takes the place of what earlier "
      "runs added",
      name, bound.constant);
  fix.trade_off =
      bound.before && bound.evicted != "the oldest entry"
          ? fmt::format(
                "{} goes, however new it is, and references to it dangle; choose {} so "
                "that nobody needs what goes",
                bound.evicted, bound.constant)
          : fmt::format(
                "what is older can no longer be read, and references to it dangle; choose "
                "{} by the oldest that readers of `{}` need",
                bound.constant, name);
  if (site.type.kind == ContainerKind::kVector && !bound.diff.empty()) {
    fix.trade_off += "; the vector moves the rest down each time, which a std::deque does not";
  }
  fix.effort = "minutes";
  if (const auto peak = PeakReduction(finding, bound); peak > 0) {
    fix.expected_peak_reduction_bytes = peak;
  }
  fix.alternatives.push_back(ClearWithOwner(finding, site));
  if (finding.held_by && !finding.held_by->is_foreign &&
      finding.held_by->kind != HolderKind::kLocalVariable) {
    fix.alternatives.push_back(OwnByTest(finding, site));
  }
  return fix;
}

}  // namespace memprof
