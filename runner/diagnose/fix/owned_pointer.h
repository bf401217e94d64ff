// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_OWNED_POINTER_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_OWNED_POINTER_H_

#include <string>

#include "runner/diagnose/pattern/raw_owner.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A raw local made a std::unique_ptr.
struct OwnedPointer {
  std::string declaration;  ///< "const auto message = std::make_unique<Message>();"
  std::string diff;         ///< empty where a reason is given
  std::string reason;       ///< a clause: "`plot` is returned, so its owner is elsewhere"
};

OwnedPointer OwnPointer(const SourceFile& file, const RawOwner& owner);

/// A clause that tells why a use stands against an owner on the stack; empty when it does not.
/// `name`: of the variable.
std::string ReasonAgainst(const SourceFile& file, const VariableUse& use, const std::string& name);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_OWNED_POINTER_H_
