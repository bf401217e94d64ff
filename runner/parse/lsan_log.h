// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_LSAN_LOG_H_
#define MEMPROF_RUNNER_PARSE_LSAN_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/frame.h"
#include "runner/base/result.h"

namespace memprof {

/// One "Direct leak" or "Indirect leak" paragraph: all blocks that were lost with the same stack.
struct LsanLeak {
  /// False for blocks that only other lost blocks point to. A pure `shared_ptr` cycle has no
  /// direct leak at all, so a reader must never filter on this.
  bool direct = true;
  std::int64_t bytes = 0;   ///< requested bytes, all blocks together
  std::int64_t blocks = 0;  ///< number of blocks
  Stack stack;  ///< innermost first; frame 0 is the allocator's own (malloc, operator new)

  bool operator==(const LsanLeak&) const = default;
};

/// What the leak checks of a run said.
struct LsanLog {
  std::vector<LsanLeak> leaks;
  /// False when the list may be short: the text stops before a SUMMARY line, or the list does not
  /// add up to it (`max_leaks`, damage), or one of several processes could not check. (A check
  /// that found nothing prints nothing and is complete.)
  bool complete = true;
};

/// Reads the text that LeakSanitizer (GCC's and Clang's, alone or within AddressSanitizer;
/// symbolized, with and without the module-and-offset form `(/path/module+0x1f)`, with and without
/// a BuildId suffix) wrote through `log_path`, or amid other output on stderr. Other programs' text
/// is skipped. Checks of several processes are added up; of several checks in one process the last
/// whole one counts, because each repeats what the ones before it found.
///
/// Errors: kProcess when no check was made: the runtime itself failed ("LeakSanitizer has
/// encountered a fatal error", mostly because ptrace is refused) or the program died of a signal;
/// its own words stand in the message and the cure in the hint. kDamaged never: what is cut off is
/// returned as far as it goes, `complete` = false.
Result<LsanLog> ParseLsanLog(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_LSAN_LOG_H_
