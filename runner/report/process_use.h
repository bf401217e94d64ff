// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PROCESS_USE_H_
#define MEMPROF_RUNNER_REPORT_PROCESS_USE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace memprof {

/// What one line of a program has of an amount.
struct LineAmount {
  std::string file;  ///< relative to the source root, else absolute; empty when unknown
  int line = 0;
  std::string function;  ///< short; empty when unknown
  std::int64_t bytes = 0;
  std::int64_t count = 0;  ///< blocks or calls

  bool operator==(const LineAmount&) const = default;
};

/// Descriptors, threads or mappings that were still there at the end, of one line.
struct KeptHandles {
  std::string kind;                  ///< "descriptor", "thread" or "mapping"
  std::int64_t count = 0;            ///< 0 of mappings
  std::int64_t bytes = 0;            ///< of mappings alone
  std::vector<std::string> targets;  ///< of descriptors, each once: "/tmp/a.log"
  LineAmount at;                     ///< its amounts are 0

  bool operator==(const KeptHandles&) const = default;
};

/// What a program used that was run as it is, by `memprof exec`, or that was asked while it ran: in
/// place of tests. Figures that were not measured have no value.
struct ProcessUse {
  std::string command;  ///< as a shell would take it
  std::int64_t pid = 0;
  std::string end;  ///< "exited with status 0", "was killed by SIGSEGV", "is running"
  std::int64_t wall_ns = 0;
  std::optional<std::int64_t> paused_ns;   ///< for the heap snapshot
  std::optional<std::int64_t> live_bytes;  ///< at the end, or when it was asked
  std::optional<std::int64_t> live_blocks;
  std::optional<std::int64_t> peak_bytes;
  std::optional<std::int64_t> allocations;
  std::optional<std::int64_t> allocated_bytes;
  std::vector<LineAmount> alive;      ///< lines that have most alive, five at most
  std::vector<LineAmount> at_peak;    ///< that had most alive at the peak
  std::vector<LineAmount> allocated;  ///< that allocate most
  std::vector<KeptHandles> handles;   ///< beyond standard input, output and error

  bool operator==(const ProcessUse&) const = default;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_PROCESS_USE_H_
