// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_PAIRS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_PAIRS_H_

#include <stdint.h>

#include "gtest_plugin/record/writer.h"

/// Paired objects: what was acquired and is to be released. A kind of them is a gauge, by whose
/// number it goes, and whose value is how many there are. Each acquisition is an entry of its own,
/// so that a handle with a count of references must be released as often as it was acquired; a
/// release takes the latest. What nobody saw acquired is released without effect.
///
/// Any thread may call these. They allocate nothing from the heap and keep errno.
namespace memprof {

struct CallerFrame;

constexpr uint32_t kMostObjects = 1u << 20;

/// How many objects of a kind there are.
struct PairedObjects {
  bool is_pair;      ///< false: the gauge is none of objects
  bool is_seen;      ///< some call that acquires is, or would be
  bool is_complete;  ///< each that was acquired found room in the table
  int64_t count;
};
PairedObjects CountObjects(uint32_t kind) noexcept;

/// Objects of this kind are expected. `is_seen`: their acquiring is.
void ExpectObjects(uint32_t kind, bool is_seen) noexcept;

/// A point of time, to ask what was acquired later.
uint64_t PairMoment() noexcept;

/// `handle`, unless null, is one more object. `origin` is OriginHere's. With `since` not 0: if this
/// thread has acquired the same object of the same kind since that moment it counts once, and has
/// the outer call's stack: one function of the table has called another.
void AcquireObject(uint32_t kind, uint64_t handle, uint32_t origin, uint64_t since = 0) noexcept;

/// What a release took, to take it back.
struct ReleasedObject {
  bool was_there;
  uint32_t origin;
};
ReleasedObject ReleaseObject(uint32_t kind, uint64_t handle) noexcept;

/// What `memprof_tracker` promises of acquire and release; `from` is the author's code.
void AcquireNamed(const char* kind, const void* handle, const CallerFrame& from) noexcept;
void ReleaseNamed(const char* kind, const void* handle) noexcept;

/// With a full trace, at an iteration's end: writes which objects are there and were not at the
/// last call, and which are gone.
void WritePairedObjects(uint32_t iteration, record::Writer* record) noexcept;

/// Acquisitions that found no room in the table, or in a full trace have no origin.
uint64_t LostObjects() noexcept;

/// No object is on record, for a copy of the process that writes its own.
void ForgetWrittenObjects() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_PAIRS_H_
