// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_PAIR_TABLE_H_
#define MEMPROF_RUNNER_PARSE_PAIR_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace memprof {

/// A C function that makes an object or ends it, and how its calls are read.
struct PairFunction {
  enum class Handle {
    kReturned,   ///< the object is what the call returns
    kArgument,   ///< it is an argument
    kPointedTo,  ///< it is what an argument points to: after a call that acquires, before a release
  };
  enum class Counts { kAlways, kIfZero, kIfNonzero };  ///< by what the call returns, as an int

  std::string name;
  Handle handle = Handle::kReturned;
  int argument = 0;  ///< from 1; 0 with kReturned
  Counts counts = Counts::kAlways;

  bool operator==(const PairFunction&) const = default;
};

/// One kind of object: acquired by some functions, and released by others. A null handle is none.
struct PairKind {
  std::string name;  ///< "sqlite3 database"
  std::vector<PairFunction> acquires;
  std::vector<PairFunction> releases;
};

/// The C functions whose calls `--pairs` has the plugin watch.
using PairTable = std::vector<PairKind>;

/// Arguments that a table may name: those that x86-64 and AArch64 both pass in registers.
inline constexpr int kMostPairArguments = 6;

/// Reads a table as people write it, a line a pair:
///
///     # what acquires, what releases
///     figure_new figure_free
///     sqlite3_open(*2)|sqlite3_open_v2(*2)  sqlite3_close==0|sqlite3_close_v2==0
///     drawing: cairo_create|cairo_reference(1)  cairo_destroy
///
/// `(2)`: the handle is the second argument, `(*2)`: what that points to, `(return)`: the result.
/// Without, it is the result of what acquires, and the first argument of what releases. `==0` or
/// `!=0`: only such a result counts. The kind is named before a colon, or after the first function
/// that acquires; lines of one kind add up. Errors: kUsage, with `file` and the line.
Result<PairTable> ParsePairTable(std::string_view text, const std::string& file);

/// The table that comes with memprof: `--pairs known`.
PairTable KnownPairs();

/// Both. A function that both have is the first one's. Pairs that then have nothing that acquires
/// or nothing that releases are left out.
PairTable JoinPairs(PairTable first, const PairTable& second);

/// The table for the plugin (MEMPROF_PAIRS names a file of it). A line a function, its fields with
/// tabs between them:
///
///     KIND  acquire|release  FUNCTION  return|argN|*argN  [zero|nonzero]
///
/// N counts from 1. The fifth field is there where not every call counts.
std::string PairsForPlugin(const PairTable& table);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_PAIR_TABLE_H_
