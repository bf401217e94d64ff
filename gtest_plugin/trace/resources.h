// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_RESOURCES_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_RESOURCES_H_

#include <stdint.h>

#include "gtest_plugin/record/writer.h"
#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/tracker/mappings.h"

namespace memprof {

/// The origins of descriptors and threads, so that what is kept can be told with the stack that
/// opened or started it. (Mappings have theirs in tracker/mappings.) Which descriptors are open and
/// which threads run is asked of the kernel: a call that was not seen leaves a stale origin behind,
/// and falsifies no count.
class Resources {
 public:
  /// False where there is no address space. May be called again.
  bool Start() noexcept;

  void OnOpened(int fd, uint32_t origin) noexcept;
  /// Before the real close: afterwards another thread may get the number.
  void OnClose(unsigned first, unsigned last) noexcept;

  /// The calling thread has begun to run.
  void OnThreadStart(uint32_t origin) noexcept;

  /// Writes which descriptors, threads and mappings with a known origin are there and were not at
  /// the last call, and which are gone.
  void WriteChanges(uint32_t iteration, record::Writer* record) noexcept;

  /// Nothing is on record, for a copy of the process that writes its own.
  void ForgetWritten() noexcept;

  /// The process whose they are.
  long process() const noexcept { return process_; }

  /// What found no room.
  uint64_t lost() const noexcept { return __atomic_load_n(&lost_, __ATOMIC_RELAXED); }

 private:
  static constexpr uint32_t kDescriptors = 1u << 20;
  static constexpr uint32_t kThreads = 1u << 14;
  static constexpr uint32_t kThreadProbes = 64;
  static constexpr uint32_t kMappings = 1u << 16;
  struct Descriptor {
    uint32_t origin;
    uint32_t written;  ///< the origin that the record has it with; 0: it does not have it
  };
  struct Thread {
    uint32_t id;  ///< the kernel's; 0: the entry is free
    uint32_t origin;
    uint32_t written;
  };

  /// The entry for the thread with this number, taken from one that is gone if need be.
  Thread* EntryFor(uint32_t id) noexcept;
  void WriteDescriptors(uint32_t iteration, record::Writer* record) noexcept;
  void WriteThreads(uint32_t iteration, record::Writer* record) noexcept;
  void WriteMappings(uint32_t iteration, record::Writer* record) noexcept;

  ReservedArray<Descriptor> descriptors_;
  uint32_t end_of_descriptors_ = 0;  ///< no entry behind it was ever used
  ReservedArray<Thread> threads_;
  uint32_t end_of_threads_ = 0;
  ReservedArray<MappedRange> written_mappings_;
  ReservedArray<MappedRange> mappings_now_;
  uint32_t written_mappings_count_ = 0;
  uint64_t lost_ = 0;
  long process_ = 0;
};

extern Resources g_resources;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_RESOURCES_H_
