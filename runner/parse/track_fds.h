// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_TRACK_FDS_H_
#define MEMPROF_RUNNER_PARSE_TRACK_FDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/base/frame.h"
#include "runner/base/result.h"

namespace memprof {

/// A descriptor that the program itself opened, and that was open when it ended.
struct OpenDescriptor {
  int fd = -1;
  /// "/tmp/a.log", "AF_INET socket"; empty for what has no name of its own: pipes, epolls, …
  std::string target;
  Stack stack;  ///< of the system call that opened it, innermost first

  bool operator==(const OpenDescriptor&) const = default;
};

/// Reads what `valgrind --tool=none --track-fds=yes` wrote to its log, in the order that it has
/// them: the last one opened first. Descriptors that came with the process are left out, and so are
/// the lists of children that it forked.
///
/// Errors: kDamaged when the process left no list, as when it died or called exec. A list that is
/// cut off is returned as far as it goes.
Result<std::vector<OpenDescriptor>> ParseTrackFds(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_TRACK_FDS_H_
