// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_VIRTUAL_DESTRUCTOR_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_VIRTUAL_DESTRUCTOR_H_

#include <string>

#include "runner/diagnose/pattern/missing_virtual_destructor.h"
#include "runner/source/source_file.h"

namespace memprof {

/// The diff that makes the base's destructor virtual; else why there is none.
struct VirtualDestructor {
  std::string diff;
  std::string reason;
};

VirtualDestructor MakeDestructorVirtual(const MissingVirtualDestructor& missing,
                                        const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_VIRTUAL_DESTRUCTOR_H_
