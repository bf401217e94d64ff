// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_MEMBER_USES_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_MEMBER_USES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// One place where a data member is used.
struct MemberUse {
  const SourceFile* file = nullptr;
  std::size_t token = 0;
  bool is_initializer = false;  ///< in a constructor's list: "session(std::move(s))"
};

struct MemberUses {
  std::vector<MemberUse> uses;
  /// Why they are not known: "whose `next` is meant in list.cc:12 is not clear"; else empty.
  std::string unclear;
};

/// Every use of data member `member` of class `owner` in the files that were read, without its
/// declaration. `owner` is a last name, "Connection". By names and declared types alone: a name
/// that may be another class's makes it unclear.
MemberUses UsesOfMember(const Sources& sources, std::string_view owner, std::string_view member);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_MEMBER_USES_H_
