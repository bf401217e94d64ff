// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_MODULE_LIST_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_MODULE_LIST_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/record/writer.h"

namespace memprof {

/// The executable and the libraries that the process has, and had. A stack's addresses mean
/// something only together with the modules of its epoch: a plug-in may be gone by the time that
/// the stack is written, and another may lie where it was.
///
/// An epoch ends before each dlclose, and again when it is over. So a module that another thread
/// loads to where one has just gone has an epoch of its own, and only what allocates in the going
/// one's destructors can be mistaken for it.
class ModuleList {
 public:
  /// False where there is no memory for it. May be called again.
  bool Start() noexcept;

  /// Looks at what is loaded now. When a module has gone, a new epoch begins, and what is known of
  /// its code is forgotten. Any thread.
  void Refresh() noexcept { Look(false); }

  /// To be called before a library may go and after it may have gone: an epoch ends in any case.
  void EndEpoch() noexcept { Look(true); }

  /// The epoch to read these addresses with, now: 0 where all lie in modules that were there when
  /// the list was started, and still are, so that unloading a plug-in does not make all stacks of
  /// the program new ones. Takes no lock.
  uint32_t EpochOf(const uintptr_t* addresses, uint32_t count) const noexcept;

  /// Writes what has changed since the last call. By the thread that writes.
  void WriteTo(record::Writer* record) noexcept;

  /// Nothing is on record, as far as the list goes: for a copy of the process that writes its own.
  void ForgetWritten() noexcept;

  /// Modules that found no room: their addresses are nowhere.
  uint64_t lost() const noexcept { return __atomic_load_n(&lost_, __ATOMIC_RELAXED); }

 private:
  static constexpr uint32_t kCapacity = 1u << 16;  // that came and went in one iteration
  static constexpr uint32_t kLoaded = 4096;        // at once
  static constexpr uint32_t kLasting = 1024;
  static constexpr size_t kPathBytes = 512;
  static constexpr size_t kBuildIdBytes = 32;
  struct Entry {
    char path[kPathBytes];
    unsigned char build_id[kBuildIdBytes];
    uint32_t build_id_bytes;
    uint32_t id;
    uint32_t first_epoch;
    uint32_t last_epoch;
    uint64_t bias;
    uint64_t begin;
    uint64_t end;
    bool is_used;  ///< the entry
    bool is_loaded;
    bool is_seen;  ///< by the look that is going on
    bool is_written;
  };
  struct Range {
    uint64_t begin;
    uint64_t end;
  };

  friend struct ModuleVisitor;
  void Look(bool ends_epoch) noexcept;
  /// Looks first at `*hint`, and sets it to the place behind what was found.
  Entry* FindLoaded(uint64_t begin, uint64_t bias, const char* path, uint32_t* hint) noexcept;
  Entry* Add() noexcept;
  bool DropGone(uint32_t epoch) noexcept;
  void KeepLasting() noexcept;
  void ForgetLasting(uint64_t begin) noexcept;
  const Range* FindLasting(uintptr_t address) const noexcept;

  Entry* entries_ = nullptr;
  uint32_t end_ = 0;         ///< no entry behind it was ever used
  uint32_t first_free_ = 0;  ///< none before it is free
  uint32_t next_id_ = 0;
  uint32_t loaded_[kLoaded] = {};  ///< numbers of entries
  uint32_t loaded_count_ = 0;
  uint64_t lost_ = 0;
  /// Where the modules of the first look lie, by address; one that has gone is empty.
  Range lasting_[kLasting] = {};
  uint32_t lasting_count_ = 0;
};

extern ModuleList g_modules;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_MODULE_LIST_H_
