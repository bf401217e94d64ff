// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_MASKED_GROWTH_H_
#define MEMPROF_RUNNER_ANALYZE_MASKED_GROWTH_H_

#include "runner/analyze/growth.h"
#include "runner/analyze/traced_owner.h"

namespace memprof {

/// Where the bytes of an owner do not grow by the rule although some of its sites do, makes bytes
/// and blocks of its series the sums of these sites. What else it keeps may come and go and hide
/// them: a container that several tests fill belongs to the one that enlarged it last, so each
/// loses it to the next. A site that grows for ever is growth of its owner, for no other can fall
/// for ever.
///
/// But where all that grew is given back by the last iteration, a site that doubled is taken for
/// the array of the container that held it, which keeps its room when it is emptied. That hides
/// another container that doubles in the same test.
void UnmaskGrowth(const GrowthRule& rule, TracedOwner* owner);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_MASKED_GROWTH_H_
