// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/growth_reach.h"

#include <fmt/format.h>

#include "runner/diagnose/lost_cycle.h"
#include "runner/diagnose/retention_text.h"
#include "runner/diagnose/snapshot_reach.h"
#include "runner/report/holder_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

bool IsMostlyLost(const Reach& reach) {
  return reach.whole() && 2 * reach.lost_blocks > reach.blocks;
}

/// ": in the snapshot too, the stack of thread worker refers to 3 of them"; empty where no block is
/// held by a stack alone.
std::string StackOnlyText(const std::vector<const TracedSite*>& sites, const Reach& reach,
                          const DiagnoseContext& context) {
  if (reach.stack_only_blocks == 0) return "";
  for (const TracedSite* site : sites) {
    for (const RetentionPath& path : site->retention.paths) {
      const Holder::Kind kind = path.holder.kind;
      if (kind != Holder::Kind::kStack && kind != Holder::Kind::kRegister) continue;
      return fmt::format(": in the snapshot too, {} refers to {} of them",
                         HolderName(ReportedHolder(path, site->retention, context)),
                         HumanCount(reach.stack_only_blocks));
    }
  }
  return fmt::format(": in the snapshot too, nothing but stacks and registers refers to {} of them",
                     HumanCount(reach.stack_only_blocks));
}

}  // namespace

std::string TellWhyAlive(const std::vector<const TracedSite*>& sites,
                         const DiagnoseContext& context, int warm_up, Finding* finding) {
  const Reach reach = ReachOf(sites);
  const TracedSite* const site = ToldSite(sites);
  if (site == nullptr) return "";
  const bool lost = IsMostlyLost(reach);
  if (!lost) TellHolder(*site, context, warm_up, finding);
  const bool told_partial = finding->held_by && !reach.whole();
  if (const std::string text = LostText(reach); !text.empty() && !told_partial) {
    finding->evidence.push_back({"trace", text});
  }
  if (!lost) {
    const RetentionPath* const main = MainPath(site->retention);
    return main == nullptr ? "" : HeldCause(*finding, *main);
  }
  if (const OwnershipCycle* cycle = CycleOf(*site)) {
    TellCycle(*cycle, context, finding);
    return CycleCause(*cycle);
  }
  return "In the heap snapshots nothing refers to this memory any more, so it is probably lost: "
         "its last owner went away without freeing it.";
}

std::string LsanFoundNothing(const std::vector<const TracedSite*>& sites,
                             const DiagnoseContext& context) {
  const Reach reach = ReachOf(sites);
  if (!reach.whole() || reach.lost_blocks == 0) {
    return "nothing unreachable: something still refers to it";
  }
  return "disagrees, nothing unreachable: a stale stack slot or register of its own process may "
         "hide it" +
         StackOnlyText(sites, reach, context);
}

}  // namespace memprof
