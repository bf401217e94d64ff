// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_TRACED_MATCH_H_
#define MEMPROF_RUNNER_DIAGNOSE_TRACED_MATCH_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/place.h"

namespace memprof {

/// How well a stack of LeakSanitizer's and one of the trace agree.
enum class Agreement {
  kNone,
  kSameFunction,  ///< the innermost function of the user's code: too little to take its place
  kSameCaller,    ///< the callers of an unloaded module, which LeakSanitizer cannot name any more,
                  ///< and the block size
  kSameStack,     ///< the user's functions, or a library's where there are none, and the block size
  kSameLine,      ///< function and line of the user's code
};

struct TracedMatch {
  Agreement agreement = Agreement::kNone;
  std::vector<const TracedSite*> sites;  ///< of that agreement; they point into the evidence
};

/// Finds in the trace what LeakSanitizer calls lost. Both took the stack of the same call, in
/// different processes: LeakSanitizer's ran the test alone, the trace among the other suspects.
/// `evidence` must outlive it. Finds nothing where there is no trace.
class TracedMatcher {
 public:
  TracedMatcher(const TestEvidence& evidence, const DiagnoseContext& context);

  TracedMatch Find(const LostSite& site) const;

  /// Whether the trace contradicts that a site is lost: all that its call made was freed again, by
  /// whomever, so a pointer to it was there that LeakSanitizer could not see, or the loss depends
  /// on which tests run. Claimed only where nothing in the trace may be that memory: no survivor of
  /// the same function, none whose stack is unknown, and live blocks that do not rise by half of
  /// what LeakSanitizer says. Of other scopes than the evidence's the trace does not tell.
  bool IsFreedLater(const LostSite& site) const;

 private:
  TracedMatch FindUnloaded(const LostSite& site, const Stack& reported) const;

  using Index = std::map<std::string, std::vector<const TracedSite*>>;

  const TestEvidence& evidence_;
  const DiagnoseContext& context_;
  Index by_line_, by_stack_, by_function_;
  bool has_unknown_stacks_ = false;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_TRACED_MATCH_H_
