// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/gauges.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "gtest_plugin/hooks/pair_relocations.h"
#include "gtest_plugin/tracker/pair_table.h"
#include "gtest_plugin/tracker/pairs.h"
#include "gtest_plugin/tracker/spin_lock.h"

namespace memprof {
namespace {

struct GaugeReading {
  enum State : uint8_t {
    kAbsent = 0,  ///< nothing answers to the name
    kUnknown,     ///< something does, and the value is not known
    kKnown,
  };
  int64_t value;
  State state;

  void Add(bool is_known, int64_t more) noexcept {
    if (!is_known || state == kUnknown || __builtin_add_overflow(value, more, &value)) {
      state = kUnknown;
    } else {
      state = kKnown;
    }
  }
};

struct Slot {
  char name[kMostGaugeNameBytes + 1];
  record::GaugeKind kind;
  bool is_defined;  // in the record
  GaugeReading at_iteration_start;
  GaugeReading at_test_start;
  GaugeReading now;
};

// A function of the author's. Its number is its place and one more.
struct Asked {
  memprof_gauge_function function;
  void* context;
  uint32_t gauge;
  bool is_taken;
  bool is_asked;  // is being called
};

constexpr uint32_t kMostAsked = 4096;

Slot g_slots[kMostGauges];
uint32_t g_count = 0;
Asked g_asked[kMostAsked];
uint32_t g_asked_end = 0;
bool g_has_said_full = false;

// Whose calls of AddGauge may ask the function at once: the thread of the boundaries.
uintptr_t g_thread = 0;
bool g_in_test = false;

SpinLock g_lock;
__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] { g_lock.Reset(); });
}

uintptr_t ThisThread() { return reinterpret_cast<uintptr_t>(__builtin_thread_pointer()); }

uint32_t Count() { return __atomic_load_n(&g_count, __ATOMIC_ACQUIRE); }

// Bytes of a name that are kept, so that no character is cut in two.
size_t KeptBytes(const char* name) {
  size_t length = strnlen(name, kMostGaugeNameBytes + 1);
  if (length <= kMostGaugeNameBytes) return length;
  length = kMostGaugeNameBytes;
  while (length > 0 && (static_cast<unsigned char>(name[length]) & 0xc0u) == 0x80) --length;
  return length;
}

uint32_t FindSlot(const char* name, size_t length, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    if (strncmp(g_slots[i].name, name, length) == 0 && g_slots[i].name[length] == '\0') return i;
  }
  return kNoGauge;
}

void SayFull() {
  if (__atomic_exchange_n(&g_has_said_full, true, __ATOMIC_RELAXED)) return;
  fprintf(stderr, "memprof: more than %u gauges and kinds of pairs: the rest is not measured\n",
          kMostGauges);
}

// Into `now` of all gauges.
void ReadAll(uint32_t count) {
  const int saved = errno;
  LookForPairCallers();
  for (uint32_t i = 0; i < count; ++i) {
    g_slots[i].now = {0, GaugeReading::kAbsent};
    const PairedObjects objects = CountObjects(i);
    if (objects.is_seen) g_slots[i].now.Add(objects.is_complete, objects.count);
  }
  const uint32_t end = __atomic_load_n(&g_asked_end, __ATOMIC_ACQUIRE);
  for (uint32_t i = 0; i < end; ++i) {
    Asked& asked = g_asked[i];
    {
      SpinLock::Holder lock(&g_lock);
      if (!asked.is_taken || asked.gauge >= count) continue;
      asked.is_asked = true;
    }
    int64_t value = 0;
    const bool is_known = asked.function(asked.context, &value) == 0;
    __atomic_store_n(&asked.is_asked, false, __ATOMIC_RELEASE);
    g_slots[asked.gauge].now.Add(is_known, value);
  }
  errno = saved;
}

void Define(uint32_t count, record::Writer* record) {
  for (uint32_t i = 0; i < count; ++i) {
    Slot& slot = g_slots[i];
    if (slot.is_defined) continue;
    slot.is_defined = true;
    const record::Gauge gauge = {i, slot.kind};
    const auto length = static_cast<uint32_t>(strlen(slot.name));
    const record::Piece pieces[] = {
        {&gauge, sizeof(gauge)}, {&length, sizeof(length)}, {slot.name, length}};
    record->Append(record::kGauge, pieces, 3);
  }
}

record::GaugeValue ValueOf(uint32_t gauge, GaugeReading before) {
  const GaugeReading& now = g_slots[gauge].now;
  // Objects of a kind that nobody had heard of were none.
  if (before.state == GaugeReading::kAbsent) {
    before = {0, CountObjects(gauge).is_pair ? GaugeReading::kKnown : GaugeReading::kUnknown};
  }
  if (now.state != GaugeReading::kKnown || before.state != GaugeReading::kKnown) {
    return {gauge, 0, 0, 0};
  }
  return {gauge, 1, before.value, now.value};
}

void WriteValues(uint32_t iteration, uint32_t test, uint32_t count, record::Writer* record) {
  static record::GaugeValue values[kMostGauges];
  uint32_t written = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const Slot& slot = g_slots[i];
    const bool is_of_test = test != record::kNoTest;
    const GaugeReading& before = is_of_test ? slot.at_test_start : slot.at_iteration_start;
    if (is_of_test && before.state == GaugeReading::kAbsent &&
        slot.now.state == GaugeReading::kAbsent) {
      continue;
    }
    const record::GaugeValue value = ValueOf(i, before);
    if (is_of_test && value.is_measured != 0 && value.before == value.value) continue;
    values[written++] = value;
  }
  if (written == 0) return;
  const record::GaugeValues head = {iteration, test, written, 0};
  const record::Piece pieces[] = {{&head, sizeof(head)}, {values, written * sizeof(values[0])}};
  record->Append(record::kGaugeValues, pieces, 2);
}

}  // namespace

uint32_t GaugeNumber(const char* name, record::GaugeKind kind) noexcept {
  if (name == nullptr) name = "";
  const size_t length = KeptBytes(name);
  uint32_t found = FindSlot(name, length, Count());
  if (found != kNoGauge) return found;
  {
    SpinLock::Holder lock(&g_lock);
    found = FindSlot(name, length, g_count);
    if (found != kNoGauge) return found;
    if (g_count < kMostGauges) {
      Slot& slot = g_slots[g_count];
      memcpy(slot.name, name, length);
      slot.name[length] = '\0';
      slot.kind = kind;
      __atomic_store_n(&g_count, g_count + 1, __ATOMIC_RELEASE);
      return g_count - 1;
    }
  }
  SayFull();
  return kNoGauge;
}

const char* GaugeName(uint32_t gauge) noexcept { return g_slots[gauge].name; }

uint32_t AddGauge(const char* name, memprof_gauge_function function, void* context) noexcept {
  if (function == nullptr) return 0;
  const uint32_t gauge = GaugeNumber(name, record::kReadGauge);
  if (gauge == kNoGauge) return 0;
  uint32_t place = 0;
  {
    SpinLock::Holder lock(&g_lock);
    // One that was removed while it is being called is still waited for.
    while (place < kMostAsked && (g_asked[place].is_taken || g_asked[place].is_asked)) ++place;
    if (place < kMostAsked) {
      g_asked[place] = {function, context, gauge, true, false};
      if (place >= g_asked_end) __atomic_store_n(&g_asked_end, place + 1, __ATOMIC_RELEASE);
    }
  }
  if (place == kMostAsked) {
    SayFull();
    return 0;
  }
  const uintptr_t thread = __atomic_load_n(&g_thread, __ATOMIC_RELAXED);
  if (thread == 0) return place + 1;  // the first boundary asks
  Slot& slot = g_slots[gauge];
  const int saved = errno;
  int64_t value = 0;
  const bool is_known = thread == ThisThread() && function(context, &value) == 0;
  errno = saved;
  slot.at_iteration_start.Add(is_known, value);
  if (g_in_test) slot.at_test_start.Add(is_known, value);
  return place + 1;
}

void RemoveGauge(uint32_t number) noexcept {
  if (number == 0 || number > kMostAsked) return;
  Asked& asked = g_asked[number - 1];
  {
    SpinLock::Holder lock(&g_lock);
    asked.is_taken = false;
  }
  // Called by the function itself it would wait for ever.
  if (__atomic_load_n(&g_thread, __ATOMIC_RELAXED) == ThisThread()) return;
  while (__atomic_load_n(&asked.is_asked, __ATOMIC_ACQUIRE)) sched_yield();
}

void StartGaugesOfIteration() noexcept {
  __atomic_store_n(&g_thread, ThisThread(), __ATOMIC_RELAXED);
  const uint32_t count = Count();
  if (count == 0) return;
  ReadAll(count);
  for (uint32_t i = 0; i < count; ++i) g_slots[i].at_iteration_start = g_slots[i].now;
}

void StartGaugesOfTest() noexcept {
  g_in_test = true;
  const uint32_t count = Count();
  if (count == 0) return;
  ReadAll(count);
  for (uint32_t i = 0; i < count; ++i) g_slots[i].at_test_start = g_slots[i].now;
}

void EndGaugesOfTest(uint32_t iteration, uint32_t test, record::Writer* record) noexcept {
  g_in_test = false;
  const uint32_t count = Count();
  if (count == 0 || !record->is_open()) return;
  ReadAll(count);
  Define(count, record);
  WriteValues(iteration, test, count, record);
  for (uint32_t i = 0; i < count; ++i) g_slots[i].at_test_start = {0, GaugeReading::kAbsent};
}

void EndGaugesOfIteration(uint32_t iteration, record::Writer* record) noexcept {
  const uint32_t count = Count();
  if (count == 0 || !record->is_open()) return;
  ReadAll(count);
  Define(count, record);
  WritePairFunctions(record);
  WriteValues(iteration, record::kNoTest, count, record);
}

}  // namespace memprof
