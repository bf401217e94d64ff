// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_LOST_PLACES_H_
#define MEMPROF_RUNNER_DIAGNOSE_LOST_PLACES_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/traced_match.h"

namespace memprof {

struct LostAmount {
  std::int64_t bytes_per_run = 0;
  std::int64_t blocks_per_run = 0;
  std::int64_t total_bytes = 0;
  std::int64_t total_blocks = 0;
  bool recurs = false;
  bool every_run = false;

  void Add(const LostAmount& other);
};

/// All sites at one place of the user's code that LeakSanitizer calls lost. The place is that of
/// the trace where a stack of the trace agrees, else LeakSanitizer's own.
struct LostPlace {
  Place place;  ///< that of its largest site
  bool outside_root = true;
  LostAmount amount;
  std::vector<const Stack*> stacks;    ///< LeakSanitizer's
  std::set<const TracedSite*> traced;  ///< the same calls in the trace
  bool same_line = true;               ///< of all `traced`
  bool unloaded = false;               ///< LeakSanitizer could not name what took the memory
  std::string lsan_text;               ///< LeakSanitizer's own line, where it is another
  /// Some of it recurs, and the trace does not say that all that does was freed, or made once.
  bool undisputed = false;
  bool freed_later = false;  ///< by the trace, all of it
  bool unseen = false;       ///< as LostSite has it, of any site

  /// Adds the sites of another place to those of this one, which keeps its own place.
  void TakeIn(const LostPlace& other);
};

/// Whether the loss comes back: by LeakSanitizer's two runs; or by the trace, where all that this
/// call keeps after as many runs is lost, and more than after the first run, so that at least two
/// runs made it. LeakSanitizer alone may miss that: stale stack slots hide some.
bool Recurs(const LostSite& site, const TracedMatch& match, int lsan_runs);

/// Sites by place, most first, whatever order they came in.
std::vector<LostPlace> LostPlaces(std::vector<const LostSite*> sites, const TracedMatcher& trace,
                                  const TestEvidence& evidence, const DiagnoseContext& context);

/// Most bytes first, as LostPlaces has them.
void SortPlaces(std::vector<LostPlace>* places);

/// "+33 B in 1 block per run, alive at the end of all 48 runs, made in 48 of 48 runs": what the
/// trace says of `traced`, which must not be empty.
std::string TracedText(const std::set<const TracedSite*>& traced, int warm_up);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_LOST_PLACES_H_
