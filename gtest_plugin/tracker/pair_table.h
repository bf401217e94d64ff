// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_PAIR_TABLE_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_PAIR_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/record/writer.h"

namespace memprof {

constexpr uint32_t kMostPairFunctions = 1024;

/// A C function that makes an object or ends it, and where in a call of it the object is.
struct PairedFunction {
  enum Place : uint8_t {
    kReturned,
    kArgument,
    kPointedTo,  ///< read after a call that acquires, before one that releases
  };
  enum Counts : uint8_t { kAlways, kIfZero, kIfNonzero };  ///< by the result, as an int

  const char* name;
  uint32_t name_bytes;
  uint32_t kind;  ///< of objects: its gauge
  uint32_t role;  ///< record::PairRole
  Place place;
  uint8_t argument;  ///< from 0
  Counts counts;
  bool is_written;   ///< in the record
  uint32_t callers;  ///< modules whose calls go through us
  uint32_t written_callers;
};

/// The functions of the pair table, in no order. Grows only while it is read.
extern PairedFunction g_pair_functions[kMostPairFunctions];
extern uint32_t g_pair_function_count;

/// Reads the driver's file (MEMPROF_PAIRS), a line a function, fields with tabs between them:
///
///     KIND  acquire|release  FUNCTION  return|argN|*argN  [zero|nonzero]
///
/// with N from 1 to 6. Says on stderr what it cannot use. The text is kept for good; null where the
/// file cannot be read.
bool ReadPairTable(const char* path) noexcept;

/// Adds the functions of a table's text; it must stay. A line's number, from 1, that is none of the
/// above, or 0.
uint32_t AddPairFunctions(char* text, size_t bytes) noexcept;

/// The function with this name, or null.
PairedFunction* FindPairFunction(const char* name) noexcept;

/// Writes the functions whose number of callers is another than the record has, at first all.
void WritePairFunctions(record::Writer* record) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_PAIR_TABLE_H_
