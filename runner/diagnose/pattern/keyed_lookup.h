// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_KEYED_LOOKUP_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_KEYED_LOOKUP_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/inserting_code.h"

namespace memprof {

/// What makes a container a cache: it is asked for a key, and only what is missing is put in.
struct KeyedLookup {
  std::string clause;  ///< "`Get` looks `thumbnails_` up by key before it inserts (gallery.cc:22)"
  /// What was found is given to the caller: a cache's hit. Else the lookup may only be a check for
  /// duplicates.
  bool is_hit = false;
};

/// In the function that inserts, in one that it or its callers ask before, or in the insertion
/// itself (try_emplace whose result is looked at). A heuristic on text.
std::optional<KeyedLookup> FindKeyedLookup(const std::vector<FrameCode>& frames,
                                           const InsertingCode& inserting,
                                           const std::vector<ContainerFunction>& users,
                                           const HeldShape& shape);

/// Whether the key is a number that the code counts up itself, so that it never comes twice.
bool HasCountedKey(const InsertingCode& inserting);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_KEYED_LOOKUP_H_
