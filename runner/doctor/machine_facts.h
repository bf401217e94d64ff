// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DOCTOR_MACHINE_FACTS_H_
#define MEMPROF_RUNNER_DOCTOR_MACHINE_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/result.h"

namespace memprof {

/// What came of tracing two processes for real.
struct PtraceTrial {
  int of_child = 0;          ///< errno of a parent that stops its child; 0: it did
  int of_permitted = 0;      ///< of a child that stops its parent, which permits it
  int yama_scope = -1;       ///< kernel.yama.ptrace_scope; -1: there is no such limit
  bool is_filtered = false;  ///< this process runs under a seccomp filter, as in containers
};

/// A directory that memprof writes to.
struct DirectoryFacts {
  std::string path;      ///< as it was named
  std::string existing;  ///< it, or the nearest above it that is there
  std::string why_not;   ///< why no file can be made in it; empty: one was, and removed
  std::int64_t free_bytes = 0;
};

/// What a tool said of itself when it was run; an error where it was not.
struct ToolTrial {
  std::string name;
  Result<std::string> said;
};

/// Everything that was seen of the machine.
struct MachineFacts {
  /// libmemprof.so: its path, after a program ran with it preloaded.
  Result<std::string> plugin = std::string();
  std::string plugin_version;  ///< by its file name; empty: not known
  PtraceTrial ptrace;
  std::vector<ToolTrial> valgrind;  ///< "massif", "dhat", "none"
  Result<std::string> lsan = std::string();
  DirectoryFacts out;
  DirectoryFacts temporary;
  std::vector<std::string> unreadable_proc;  ///< files below /proc that the tracker reads
  std::string user_preload;                  ///< LD_PRELOAD as it is set
  std::optional<std::int64_t> open_files;    ///< soft limits; nothing: none
  std::optional<std::int64_t> address_space;
  Result<std::string> ctest = std::string();  ///< what `ctest --version` prints first
  bool reads_debug_information = true;        ///< built with libdw
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DOCTOR_MACHINE_FACTS_H_
