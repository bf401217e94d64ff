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
class ModuleList {
 public:
  /// False where there is no memory for it.
  bool Start() noexcept;

  /// Looks at what is loaded now. Call it before a library may go and after it may have gone. When
  /// one has gone, a new epoch begins, and what is known of its code is forgotten. Any thread.
  void Refresh() noexcept;

  /// Writes what has changed since the last call. By the thread that writes.
  void WriteTo(record::Writer* record) noexcept;

 private:
  static constexpr size_t kCapacity = 4096;
  static constexpr size_t kPathBytes = 512;
  static constexpr size_t kBuildIdBytes = 32;
  struct Entry {
    char path[kPathBytes];
    unsigned char build_id[kBuildIdBytes];
    uint32_t build_id_bytes;
    uint32_t first_epoch;
    uint64_t bias;
    uint64_t begin;
    uint64_t end;
    bool is_loaded;
    bool is_seen;  ///< by the look that is going on
    bool is_written;
    bool is_gone_written;
    uint32_t last_epoch;
  };

  friend struct ModuleVisitor;
  Entry* Find(uint64_t begin, uint64_t bias) noexcept;

  Entry* entries_ = nullptr;
  size_t count_ = 0;
};

extern ModuleList g_modules;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_MODULE_LIST_H_
