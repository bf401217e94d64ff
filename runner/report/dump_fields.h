// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_DUMP_FIELDS_H_
#define MEMPROF_RUNNER_REPORT_DUMP_FIELDS_H_

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "runner/parse/record_cursor.h"

namespace memprof {

/// Adds the fields of one record's payload to `line`. False when the payload is too short; `line`
/// is then worth nothing.
using DumpFunction = bool (*)(RecordCursor& payload, nlohmann::ordered_json* line);

/// How the records of one type are written.
struct DumpedType {
  std::uint16_t type;  ///< a record::Type
  const char* name;
  DumpFunction fields;
};

/// The types of the full trace: 12 to 21.
std::span<const DumpedType> DumpedTraceTypes();

/// The types of heap snapshots, 23 and later, those in a file of their own among them.
std::span<const DumpedType> DumpedSnapshotTypes();

/// The types of what a test's author says: 38 to 43.
std::span<const DumpedType> DumpedAuthoredTypes();

/// As a string, for a double cannot hold it: "0x7f00".
std::string DumpAddress(std::uint64_t address);

/// The enumerator's name, `names` being those of 0, 1, 2 …, null where there is none; the number of
/// one that is not among them.
nlohmann::ordered_json DumpName(std::uint32_t value, std::initializer_list<const char*> names);

/// A test's number; null for kNoTest.
nlohmann::ordered_json DumpTest(std::uint32_t test);

/// The names of the bits that are set, and the rest of them as a number; names[i] is of bit i.
nlohmann::ordered_json DumpBits(std::uint32_t bits, std::initializer_list<const char*> names);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_DUMP_FIELDS_H_
