// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>

namespace memprof {

bool LockDirectory(const std::string& directory) {
  // memprof: keep - the lock is held until the process ends
  const int fd = open((directory + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace memprof
