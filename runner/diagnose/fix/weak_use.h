// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_WEAK_USE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_WEAK_USE_H_

#include <string>

#include "runner/diagnose/fix/member_uses.h"
#include "runner/source/source_edit.h"

namespace memprof {

/// What becomes of a use of a std::shared_ptr when it is made a std::weak_ptr.
struct WeakUse {
  std::string why_not;        ///< a clause; empty when `edit` was given the change
  bool dereferences = false;  ///< it reaches through lock() without a test
};

/// Changes one use: `x.m->y` to `x.m.lock()->y`, `if (x.m)` to `if (!x.m.expired())`, `x.m =
/// nullptr` to `x.m.reset()`; what a std::weak_ptr can do as well stays.
WeakUse ToWeakUse(const MemberUse& use, const Sources& sources, SourceEdit* edit);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_WEAK_USE_H_
