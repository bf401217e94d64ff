// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_ACQUIRE_TABLE_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_ACQUIRE_TABLE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/parse/pair_table.h"
#include "runner/scan/facts/resource_facts.h"

namespace memprof::scan {

/// A C function that acquires, and how to know what.
struct Acquire {
  ResourceKind kind = ResourceKind::kHandle;
  std::vector<std::string> releases;  ///< the usual one first
  int argument = 0;                   ///< from 1, of what it acquires through; 0: the result
  bool succeeds_with_zero = false;    ///< what it returns tells whether it acquired
  int elements = 0;                   ///< 2: the argument is an array of so many
};

/// The C functions that acquire and release: memprof's own, and the pairs of a table.
class AcquireTable {
 public:
  explicit AcquireTable(const PairTable& pairs);

  const Acquire* Find(std::string_view function) const;
  /// Whether it releases one of its arguments, whatever acquired that.
  bool IsRelease(std::string_view function) const;

 private:
  std::map<std::string, Acquire, std::less<>> acquires_;
  std::set<std::string, std::less<>> releases_;
};

/// The table with the pairs that come with memprof.
const AcquireTable& KnownAcquires();

/// Whether a C function of the system takes what it is given over: fdopen the descriptor.
bool TakesOver(std::string_view function);

/// Whether a call of it never comes back.
bool NeverReturns(std::string_view qualified);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_ACQUIRE_TABLE_H_
