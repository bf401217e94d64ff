// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_OUTLIVING_VIEW_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_OUTLIVING_VIEW_H_

#include <string>

#include "runner/diagnose/pattern/raw_owner.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Whether something that points to the object, or into it, may be used after its owner's scope:
/// "return m->name.c_str();", "best = Smaller(m, best);", a callee that keeps what it is given. A
/// leak keeps such pointers valid, an owner does not. A clause that says which line does it; empty
/// when no line does.
std::string OutlivingView(const SourceFile& file, const RawOwner& owner);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_OUTLIVING_VIEW_H_
