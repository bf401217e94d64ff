// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/pairs.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/trace/definitions.h"
#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/gauges.h"
#include "gtest_plugin/tracker/spin_lock.h"
#include "gtest_plugin/tracker/table_locks.h"
#include "gtest_plugin/unwind/stack_walk.h"

namespace memprof {
namespace {

struct Object {
  enum State : uint8_t {
    kFree = 0,
    kHeld,
    kGone,  // released, which the record does not know yet
  };
  uint64_t handle;
  uint64_t moment;
  uintptr_t thread;  // that acquired it
  uint32_t kind;
  uint32_t origin;
  uint32_t next;    // in its bucket, or in the list of free ones; 0 ends it
  uint16_t serial;  // tells acquisitions of one handle apart
  State state;
  bool is_written;  // the record has it
};

struct Kind {
  int64_t count;
  bool is_pair;
  bool is_seen;
  bool is_lossy;
};

constexpr uint32_t kBuckets = 1u << 16;

// Both from the first acquisition on. Object 0 is none.
ReservedArray<Object> g_objects;
ReservedArray<uint32_t> g_buckets;
uint32_t g_end = 1;  // no object behind it was ever used
uint32_t g_free = 0;
uint64_t g_moment = 1;
uint64_t g_lost = 0;
Kind g_kinds[kMostGauges];

// Held for a few words. Acquiring is rare beside malloc.
SpinLock g_lock;
__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] { g_lock.Reset(); });
  g_table_locks.Enter(&g_lock);
}

uintptr_t ThisThread() { return reinterpret_cast<uintptr_t>(__builtin_thread_pointer()); }

uint32_t* BucketOf(uint64_t handle) {
  return &g_buckets[static_cast<size_t>(handle * 0x9e3779b97f4a7c15u >> 48) % kBuckets];
}

// The place that refers to the latest acquisition of the handle as this kind, or null.
uint32_t* FindLatest(uint32_t kind, uint64_t handle) {
  if (g_objects.data() == nullptr) return nullptr;
  for (uint32_t* at = BucketOf(handle); *at != 0; at = &g_objects[*at].next) {
    if (g_objects[*at].handle == handle && g_objects[*at].kind == kind) return at;
  }
  return nullptr;
}

bool MakeTables() {
  if (g_objects.data() != nullptr) return true;
  if (!g_objects.Reserve(kMostObjects)) return false;
  if (g_buckets.Reserve(kBuckets)) return true;
  g_objects.Release();
  return false;
}

// A free one, or 0.
uint32_t TakeObject() {
  if (g_free != 0) {
    const uint32_t taken = g_free;
    g_free = g_objects[taken].next;
    return taken;
  }
  return g_end < kMostObjects ? g_end++ : 0;
}

void GiveBack(uint32_t number) {
  Object& object = g_objects[number];
  object.state = Object::kFree;
  object.is_written = false;
  object.next = g_free;
  g_free = number;
}

uint16_t NextSerial(uint64_t handle) {
  for (uint32_t at = *BucketOf(handle); at != 0; at = g_objects[at].next) {
    if (g_objects[at].handle == handle) return static_cast<uint16_t>(g_objects[at].serial + 1);
  }
  return 0;
}

void Write(const Object& object, uint32_t iteration, uint32_t is_there, record::Writer* record) {
  DefineOrigin(object.origin, record);
  // Handles are addresses, of 47 bits.
  const uint64_t id = object.handle ^ static_cast<uint64_t>(object.serial) << 48;
  const record::Resource resource = {
      record::kPairedObject, iteration, object.origin, is_there, id, 0};
  const char* const name = GaugeName(object.kind);
  const auto length = static_cast<uint32_t>(strlen(name));
  const record::Piece pieces[] = {
      {&resource, sizeof(resource)}, {&length, sizeof(length)}, {name, length}};
  record->Append(record::kResource, pieces, 3);
}

}  // namespace

PairedObjects CountObjects(uint32_t kind) noexcept {
  const Kind& known = g_kinds[kind];
  return {__atomic_load_n(&known.is_pair, __ATOMIC_RELAXED),
          __atomic_load_n(&known.is_seen, __ATOMIC_RELAXED),
          !__atomic_load_n(&known.is_lossy, __ATOMIC_RELAXED),
          __atomic_load_n(&known.count, __ATOMIC_RELAXED)};
}

void ExpectObjects(uint32_t kind, bool is_seen) noexcept {
  __atomic_store_n(&g_kinds[kind].is_pair, true, __ATOMIC_RELAXED);
  if (is_seen) __atomic_store_n(&g_kinds[kind].is_seen, true, __ATOMIC_RELAXED);
}

uint64_t PairMoment() noexcept { return __atomic_add_fetch(&g_moment, 1, __ATOMIC_RELAXED); }

void AcquireObject(uint32_t kind, uint64_t handle, uint32_t origin, uint64_t since) noexcept {
  if (handle == 0 || kind == kNoGauge) return;
  const int saved = errno;
  const uintptr_t thread = ThisThread();
  const uint64_t moment = PairMoment();
  {
    SpinLock::Holder lock(&g_lock);
    uint32_t* const latest = since != 0 ? FindLatest(kind, handle) : nullptr;
    if (latest != nullptr && g_objects[*latest].moment > since &&
        g_objects[*latest].thread == thread && !g_objects[*latest].is_written) {
      g_objects[*latest].origin = origin;
    } else if (const uint32_t number = MakeTables() ? TakeObject() : 0; number != 0) {
      uint32_t* const bucket = BucketOf(handle);
      g_objects[number] = {handle,        moment, thread, kind, origin, *bucket, NextSerial(handle),
                           Object::kHeld, false};
      *bucket = number;
      if (origin == 0 && IsTracing()) ++g_lost;  // counted, and in no resource
      __atomic_add_fetch(&g_kinds[kind].count, 1, __ATOMIC_RELAXED);
    } else {
      ++g_lost;
      __atomic_store_n(&g_kinds[kind].is_lossy, true, __ATOMIC_RELAXED);
    }
  }
  errno = saved;
}

ReleasedObject ReleaseObject(uint32_t kind, uint64_t handle) noexcept {
  if (handle == 0 || kind == kNoGauge) return {false, 0};
  SpinLock::Holder lock(&g_lock);
  uint32_t* const latest = FindLatest(kind, handle);
  if (latest == nullptr) return {false, 0};
  const uint32_t number = *latest;
  Object& object = g_objects[number];
  *latest = object.next;
  __atomic_sub_fetch(&g_kinds[kind].count, 1, __ATOMIC_RELAXED);
  if (object.is_written) {
    object.state = Object::kGone;
  } else {
    GiveBack(number);
  }
  return {true, object.origin};
}

void AcquireNamed(const char* kind, const void* handle, const CallerFrame& from) noexcept {
  const uint32_t number = GaugeNumber(kind, record::kPairGauge);
  if (number == kNoGauge) return;
  ExpectObjects(number, true);
  if (handle != nullptr) {
    AcquireObject(number, reinterpret_cast<uintptr_t>(handle), OriginHere(from));
  }
}

void ReleaseNamed(const char* kind, const void* handle) noexcept {
  const uint32_t number = GaugeNumber(kind, record::kPairGauge);
  if (number == kNoGauge) return;
  ExpectObjects(number, true);
  ReleaseObject(number, reinterpret_cast<uintptr_t>(handle));
}

void WritePairedObjects(uint32_t iteration, record::Writer* record) noexcept {
  if (g_objects.data() == nullptr) return;
  const uint32_t end = __atomic_load_n(&g_end, __ATOMIC_ACQUIRE);
  // The gone ones first: a handle may have come back.
  constexpr Object::State kStates[] = {Object::kGone, Object::kHeld};
  for (const Object::State state : kStates) {
    for (uint32_t i = 1; i < end; ++i) {
      Object object;
      {
        SpinLock::Holder lock(&g_lock);
        object = g_objects[i];
        if (object.state != state) continue;
        if (state == Object::kHeld && (object.is_written || object.origin == 0)) continue;
        if (state == Object::kGone) {
          GiveBack(i);
        } else {
          g_objects[i].is_written = true;
        }
      }
      Write(object, iteration, state == Object::kHeld ? 1 : 0, record);
    }
  }
}

void ForgetWrittenObjects() noexcept {
  if (g_objects.data() == nullptr) return;
  for (uint32_t i = 1; i < g_end; ++i) {
    g_objects[i].is_written = false;
    if (g_objects[i].state == Object::kGone) g_objects[i].state = Object::kFree;
  }
}

uint64_t LostObjects() noexcept { return __atomic_load_n(&g_lost, __ATOMIC_RELAXED); }

}  // namespace memprof
