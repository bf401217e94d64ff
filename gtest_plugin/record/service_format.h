// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_RECORD_SERVICE_FORMAT_H_
#define MEMPROF_GTEST_PLUGIN_RECORD_SERVICE_FORMAT_H_

#include <stddef.h>
#include <stdint.h>

/// How a program that is no GoogleTest is measured, and how a running process is asked for a
/// snapshot: names, and the packets on the socket. FORMAT.md tells it in prose ("A whole program",
/// "The service").
namespace memprof {
namespace record {

/// "1": the process is measured as a whole, from its first allocation to its end.
constexpr char kProgramVariable[] = "MEMPROF_PROGRAM";

/// The directory of the sockets, absolute; "1" means DefaultServiceDirectory of the process's user.
constexpr char kServiceVariable[] = "MEMPROF_SERVICE";

/// "0": no record of how far a program came is written at intervals.
constexpr char kCheckpointVariable[] = "MEMPROF_CHECKPOINTS";

/// Followed by the user's effective number in decimals: "/tmp/memprof-1000".
constexpr char kDefaultServiceDirectory[] = "/tmp/memprof-";

/// The socket is "<directory>/<pid><kServiceSuffix>".
constexpr char kServiceSuffix[] = ".sock";

/// What a program that is measured as a whole was known to hold, a while before it was killed: a
/// record of its own at the record's path and this.
constexpr char kCheckpointSuffix[] = ".last";

/// A process that replaced its program by exec goes on in a record at the record's path, this and a
/// number from 1 to kMostExecutables.
constexpr char kExecutableSuffix[] = ".exec";
constexpr uint32_t kMostExecutables = 9;

constexpr uint32_t kServiceMagic = 0x5653504du;  ///< "MPSV" in the packet
constexpr uint16_t kServiceVersion = 1;

enum ServiceCommand : uint16_t {
  kAskState = 1,     ///< counters alone: nothing is stopped, and no descriptor is sent
  kAskSnapshot = 2,  ///< a record of what is alive now, into the first descriptor
};

enum ServiceFlags : uint32_t {
  /// Of kAskSnapshot: a heap snapshot too, into the second descriptor.
  kWithHeap = 1,
};

/// One packet from the client, with 0 to 2 descriptors (SCM_RIGHTS): files that are empty, regular
/// or memfd, and open for reading and writing.
struct ServiceRequest {
  uint32_t magic;    ///< kServiceMagic
  uint16_t version;  ///< kServiceVersion
  uint16_t command;  ///< ServiceCommand
  uint32_t flags;    ///< ServiceFlags
  uint32_t reserved;
};
static_assert(sizeof(ServiceRequest) == 16, "no padding");

enum ServiceStatus : uint16_t {
  kServiceDone = 0,
  kServiceBadRequest = 1,   ///< not understood, or of a version that is not known
  kServiceNotMeasured = 2,  ///< the process has no full trace, or is no longer measured
  kServiceFailed = 3,       ///< no copy of the process, or its file could not be written
};

/// The one packet that answers a request, when all files are complete.
struct ServiceReply {
  uint32_t magic;
  uint16_t version;
  uint16_t status;      ///< ServiceStatus
  uint32_t pid;         ///< of the process, as it sees itself
  uint32_t threads;     ///< of the program; ours is none of them
  uint32_t parked;      ///< of them: all, or the snapshot is partial
  uint32_t heap_state;  ///< SnapshotState: kSnapshotMissing where no heap snapshot was asked for
  uint64_t paused_ns;   ///< how long the program's threads stood still
  uint64_t total_ns;    ///< from the request to this reply
  uint64_t blocks;      ///< alive; of kAskState by the counters, of kAskSnapshot in the record
  uint64_t bytes;       ///< of kAskState the allocator's sizes, of kAskSnapshot requested ones
  char message[256];  ///< a clause that ends with a zero byte: what went wrong; empty when nothing
};
static_assert(sizeof(ServiceReply) == 312, "no padding");

}  // namespace record
}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_SERVICE_FORMAT_H_
