// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/pair_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/tracker/gauges.h"
#include "gtest_plugin/tracker/pairs.h"

namespace memprof {

PairedFunction g_pair_functions[kMostPairFunctions];
uint32_t g_pair_function_count = 0;

namespace {

constexpr size_t kMostBytes = size_t{1} << 20;

// By hash of the name: a number and one more; 0 is free. Twice as many as there are functions.
constexpr uint32_t kHashed = 2 * kMostPairFunctions;
uint16_t g_by_name[kHashed];

// FNV-1a, 32 bits (Fowler, Noll, Vo).
uint32_t Hash(const char* name) {
  uint32_t hash = 2166136261u;
  for (; *name != '\0'; ++name) hash = (hash ^ static_cast<unsigned char>(*name)) * 16777619u;
  return hash;
}

uint16_t* PlaceOf(const char* name) {
  for (uint32_t at = Hash(name);; ++at) {
    uint16_t& place = g_by_name[at % kHashed];
    if (place == 0 || strcmp(g_pair_functions[place - 1].name, name) == 0) return &place;
  }
}

bool ParsePlace(const char* text, PairedFunction* function) {
  if (strcmp(text, "return") == 0) {
    function->place = PairedFunction::kReturned;
    return function->role == record::kAcquires;
  }
  function->place = PairedFunction::kArgument;
  if (*text == '*') {
    function->place = PairedFunction::kPointedTo;
    ++text;
  }
  if (strncmp(text, "arg", 3) != 0 || text[3] < '1' || text[3] > '6' || text[4] != '\0') {
    return false;
  }
  function->argument = static_cast<uint8_t>(text[3] - '1');
  return true;
}

bool ParseCounts(const char* text, PairedFunction* function) {
  if (strcmp(text, "zero") == 0) {
    function->counts = PairedFunction::kIfZero;
  } else if (strcmp(text, "nonzero") == 0) {
    function->counts = PairedFunction::kIfNonzero;
  } else {
    return false;
  }
  return function->place != PairedFunction::kReturned;
}

// `line` ends with a zero.
bool AddLine(char* line) {
  char* fields[5] = {};
  int count = 0;
  for (char* at = line; at != nullptr; ++count) {
    if (count == 5) return false;
    fields[count] = at;
    at = strchr(at, '\t');
    if (at != nullptr) *at++ = '\0';
  }
  if (count < 4 || fields[0][0] == '\0' || fields[2][0] == '\0') return false;
  PairedFunction function = {};
  if (strcmp(fields[1], "acquire") == 0) {
    function.role = record::kAcquires;
  } else if (strcmp(fields[1], "release") == 0) {
    function.role = record::kReleases;
  } else {
    return false;
  }
  function.name = fields[2];
  function.name_bytes = static_cast<uint32_t>(strlen(fields[2]));
  if (!ParsePlace(fields[3], &function)) return false;
  if (count == 5 && !ParseCounts(fields[4], &function)) return false;
  if (g_pair_function_count == kMostPairFunctions) return false;
  uint16_t* const place = PlaceOf(function.name);
  if (*place != 0) return false;  // one name would be two things
  function.kind = GaugeNumber(fields[0], record::kPairGauge);
  if (function.kind == kNoGauge) return false;
  ExpectObjects(function.kind, false);
  g_pair_functions[g_pair_function_count] = function;
  *place = static_cast<uint16_t>(++g_pair_function_count);
  return true;
}

// Plain system calls: the libc functions of these names are our own hooks, and would count.
size_t ReadWhole(const char* path, char* text, size_t room) {
  const long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return 0;
  size_t bytes = 0;
  for (;;) {
    const long got = syscall(SYS_read, fd, text + bytes, room - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes += static_cast<size_t>(got);
  }
  syscall(SYS_close, fd);
  return bytes;
}

}  // namespace

uint32_t AddPairFunctions(char* text, size_t bytes) noexcept {
  char* const end = text + bytes;
  uint32_t number = 0;
  uint32_t wrong = 0;
  while (text < end) {
    ++number;
    auto* const line_end = static_cast<char*>(memchr(text, '\n', static_cast<size_t>(end - text)));
    if (line_end == nullptr) {
      // Cut: the driver ends each line.
      return wrong != 0 ? wrong : number;
    }
    *line_end = '\0';
    if (!AddLine(text) && wrong == 0) wrong = number;
    text = line_end + 1;
  }
  return wrong;
}

bool ReadPairTable(const char* path) noexcept {
  auto* const text = static_cast<char*>(ReserveMemory(kMostBytes));
  const size_t bytes = text != nullptr ? ReadWhole(path, text, kMostBytes) : 0;
  if (bytes == 0) {
    fprintf(stderr, "memprof: cannot read the pair table %s: no pairs are measured\n", path);
    return false;
  }
  if (const uint32_t line = AddPairFunctions(text, bytes); line != 0) {
    fprintf(stderr, "memprof: %s:%u: no line of a pair table, or one too many: left out\n", path,
            line);
  }
  return g_pair_function_count > 0;
}

PairedFunction* FindPairFunction(const char* name) noexcept {
  const uint16_t place = *PlaceOf(name);
  return place != 0 ? &g_pair_functions[place - 1] : nullptr;
}

void WritePairFunctions(record::Writer* record) noexcept {
  for (uint32_t i = 0; i < g_pair_function_count; ++i) {
    PairedFunction& function = g_pair_functions[i];
    const uint32_t callers = __atomic_load_n(&function.callers, __ATOMIC_RELAXED);
    if (function.is_written && function.written_callers == callers) continue;
    function.is_written = true;
    function.written_callers = callers;
    const record::PairFunction written = {function.kind, function.role, callers, 0};
    const record::Piece pieces[] = {{&written, sizeof(written)},
                                    {&function.name_bytes, sizeof(function.name_bytes)},
                                    {function.name, function.name_bytes}};
    record->Append(record::kPairFunction, pieces, 3);
  }
}

}  // namespace memprof
