// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SERVICE_SERVICE_SOCKET_H_
#define MEMPROF_GTEST_PLUGIN_SERVICE_SERVICE_SOCKET_H_

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "gtest_plugin/record/service_format.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// A request and the files that came with it.
struct ReceivedRequest {
  record::ServiceRequest request;
  int files[2];    ///< -1: none
  long bytes;      ///< of the packet; 0: the peer has gone, less: an error
  bool has_extra;  ///< more descriptors, which were closed
};

/// Why the directory is no place for a socket: null when it is one.
const char* WhyNotSafe(const struct stat& directory, uid_t user) noexcept;

/// Whether a peer of this user may ask for what a process of `owner` holds.
constexpr bool MayAsk(uid_t peer, uid_t owner) noexcept { return peer == owner || peer == 0; }

/// Why the request cannot be served, or null. It says nothing of the files but how many there are.
const char* WhyNotUnderstood(const ReceivedRequest& received) noexcept;

/// The socket of the service. All by system calls, on one thread; of the descriptors that it opens
/// the calling thread's table must be its own.
class ServiceSocket {
 public:
  /// Makes the directory if need be, and in it the socket of process `pid`; listens. Null, or a
  /// clause that says why not.
  const char* Listen(const char* directory, pid_t pid) noexcept;

  /// Waits up to `wait_ms` for a peer that may ask. -1: none came.
  int Accept(int wait_ms) noexcept;

  /// Deletes the socket's file. Any thread; a child of fork must not call it.
  void Remove() const noexcept;

  bool is_listening() const noexcept { return fd_ >= 0; }
  uid_t owner() const noexcept { return owner_; }

 private:
  const char* Bind(int directory_fd, pid_t pid) noexcept;

  int fd_ = -1;
  uid_t owner_ = 0;
  char path_[PATH_MAX] = {};
};

/// The next packet on `connection`, within `wait_ms`.
ReceivedRequest Receive(int connection, int wait_ms) noexcept;
void Send(int connection, const record::ServiceReply& reply) noexcept;

/// Why the file cannot be written to as FORMAT.md says, or null.
const char* WhyNotWritable(int file) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SERVICE_SERVICE_SOCKET_H_
