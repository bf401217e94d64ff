// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/machine_limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

namespace memprof {

MachineLimits ReadMachineLimits() {
  MachineLimits limits;
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
    limits.open_files = static_cast<std::int64_t>(files.rlim_cur);
  }
  std::ifstream inotify("/proc/sys/fs/inotify/max_user_instances");
  inotify >> limits.inotify_instances;
  std::ifstream meminfo("/proc/meminfo");
  std::string key;
  std::int64_t kilobytes = 0;
  std::string unit;
  while (meminfo >> key >> kilobytes) {
    std::getline(meminfo, unit);
    // A quarter of what is free: two reruns at once, and the rest of the machine.
    if (key == "MemAvailable:") limits.memory_bytes = kilobytes * 1024 / 4;
  }
  // In a container less may be allowed than the machine has.
  std::ifstream cgroup("/sys/fs/cgroup/memory.max");
  std::int64_t allowed = 0;
  if (cgroup >> allowed) limits.memory_bytes = std::min(limits.memory_bytes, allowed / 4);
  return limits;
}

}  // namespace memprof
