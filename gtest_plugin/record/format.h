// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_RECORD_FORMAT_H_
#define MEMPROF_GTEST_PLUGIN_RECORD_FORMAT_H_

#include <stddef.h>
#include <stdint.h>

// The parts of the contract: whoever reads or writes records includes this file alone.
#include "gtest_plugin/record/crc32.h"

/// The record: the only contract between the test process and the driver. FORMAT.md tells it in
/// prose. Everything is little-endian; the structs below are the bytes in the file, so they hold
/// fixed-width fields alone, without padding.
namespace memprof {
namespace record {

/// The first eight bytes. The high bit and the line ends betray a copy in text mode.
constexpr unsigned char kMagic[8] = {0x8d, 'M', 'P', 'R', '\r', '\n', 0x1a, '\n'};

/// A reader refuses a newer major version. A newer minor one only adds record types, and fields
/// at the end of payloads.
constexpr uint16_t kMajor = 1;
constexpr uint16_t kMinor = 5;

/// No payload is longer; a longer length is damage.
constexpr uint32_t kMaxPayload = 1u << 20;

/// At offset 0 of the file.
struct FileHeader {
  unsigned char magic[8];
  uint16_t major;
  uint16_t minor;
  uint32_t header_bytes;  ///< where the first record begins
  uint32_t header_crc;    ///< of the 16 bytes before
  uint32_t owner_pid;     ///< claimed by compare-and-swap; 0 while nobody has
  unsigned char reserved[40];
};
static_assert(sizeof(FileHeader) == 64, "the header is 64 bytes");

/// Before each payload. `length` is written last: zero marks the end of what was written.
struct RecordHeader {
  uint32_t length;  ///< of the payload, without this header and without padding to 8
  uint16_t type;    ///< a Type
  uint16_t reserved;
  uint32_t crc;       ///< CRC-32 of length, type, reserved, the payload and sequence, in that order
  uint32_t sequence;  ///< 0, 1, 2 …: a gap means that records are missing
};
static_assert(sizeof(RecordHeader) == 16, "a record header is 16 bytes");

enum Type : uint16_t {
  kHello = 1,
  kTestInfo = 2,
  kIterationStart = 3,
  kSuiteEnd = 4,
  kTestStart = 5,
  kTestEnd = 6,
  kIterationEnd = 7,
  kProgramEnd = 8,
  kDescriptorChange = 9,
  kLost = 10,
  kLeakCheck = 11,
  // Since 1.1, in records of a full trace; see trace_format.h:
  kModule = 12,
  kModuleGone = 13,
  kStack = 14,
  kWindow = 15,
  kOrigin = 16,
  kSurvivors = 17,
  kPeak = 18,
  kSite = 19,
  kResource = 20,
  kTraceState = 21,
  kProcessEnd = 22,  ///< also of runs without a trace
  // Since 1.2, of heap snapshots; see snapshot_format.h:
  kSnapshot = 23,  ///< in the record: one was taken. The others are in the snapshot's own file.
  kSnapshotStart = 24,
  kSnapshotThread = 25,
  kSnapshotFrames = 26,
  kSnapshotThreadLocal = 27,
  kSnapshotBlocks = 28,
  kSnapshotRoots = 29,
  kSnapshotEdges = 30,
  kSnapshotWeakEdges = 31,
  kSnapshotImageWords = 32,
  kSnapshotEnd = 33,
  // Since 1.3, of equal contents at a test's peak; see snapshot_format.h:
  kPeakContents = 34,  ///< in the record: they were looked at; the others have a file of their own
  kContentsStart = 35,
  kContentGroups = 36,
  kContentsEnd = 37,
  // Since 1.4, of what the author of a test says; see authored_format.h:
  kGauge = 38,
  kGaugeValues = 39,
  kPairFunction = 40,
  kLimits = 41,
  kIgnored = 42,
  kKeeps = 43,
  kEnding = 44,  ///< since 1.5, of a whole program; see service_format.h
};

/// Who answers malloc in the process.
enum HeapOwner : uint32_t {
  kOwnerGlibc = 1,      ///< we count in front of glibc
  kOwnerForwarded = 2,  ///< we count in front of another allocator's shared library
  kOwnerSanitizer = 3,  ///< a sanitizer's runtime: boundaries only
  kOwnerValgrind = 4,   ///< Valgrind: boundaries only
  kOwnerOther = 5,      ///< an allocator that comes before us: boundaries only
  /// A sanitizer's runtime that tells us of every block, with requested sizes. Since 1.4.
  kOwnerToldSanitizer = 6,
};

/// What was kept of the run. Hello ends with it since 1.1.
enum TraceMode : uint32_t {
  kCountersOnly = 0,
  kFullTrace = 1,
};

/// Who marked the boundaries.
enum BoundarySource : uint32_t {
  kFromListener = 0,  ///< linked in: tests are announced with file and line
  kFromStream = 1,    ///< GoogleTest's stream: a test is announced when it first starts, without
                      ///< file, line and parameters, and skipped tests say "failed"
  kFromProcess = 2,   ///< since 1.5: a whole program without tests, from its load to its end
};

/// Bits that say which fields of Window and Totals were measured. A field whose bit is clear
/// holds no meaning, and is not zero.
enum MeasuredBits : uint32_t {
  kHeapMeasured = 1,
  kDescriptorsMeasured = 2,
  kThreadsMeasured = 4,
  kMappingsMeasured = 8,
};

/// What lies between two boundaries. Bytes are the allocator's sizes (malloc_usable_size).
struct Window {
  int64_t kept_bytes;  ///< allocated less freed, over all threads
  int64_t kept_blocks;
  uint64_t allocations;
  uint64_t allocated_bytes;
  int64_t peak_bytes;    ///< above what was live at the start; exact within threads × 32 KiB
  int64_t mapped_bytes;  ///< mapped less unmapped by calls of mmap, munmap and mremap
  int32_t mappings;
  int32_t descriptors;  ///< open at the end less open at the start
  int32_t threads;
  uint32_t measured;  ///< MeasuredBits
  uint64_t wall_ns;
};
static_assert(sizeof(Window) == 72, "no padding");

/// The whole process at the end of an iteration.
struct Totals {
  int64_t live_bytes;  ///< since the tracker began to count, so it may miss what came before it
  int64_t live_blocks;
  int64_t mapped_bytes;
  int32_t mappings;
  int32_t descriptors;
  int32_t threads;
  uint32_t measured;
  uint32_t counted_threads;  ///< the most threads that allocated at once; bounds the peak's error
  uint32_t reserved;
};
static_assert(sizeof(Totals) == 48, "no padding");

/// Payload of kHello, followed by strings: executable, working directory, name of the heap's
/// owner ("libc.so.6", "libjemalloc.so.2", "LeakSanitizer" …). A string is a uint32_t length and
/// that many bytes.
struct Hello {
  uint32_t pid;
  uint32_t heap_owner;  ///< HeapOwner
  uint32_t tests_planned;
  uint32_t repeat;  ///< GoogleTest's --gtest_repeat as far as it is known, else 0
  uint64_t started_unix_ns;
};
static_assert(sizeof(Hello) == 24, "no padding");

/// Behind the strings of kHello, since 1.1; without it both are 0.
struct HelloMore {
  uint32_t trace_mode;       ///< TraceMode
  uint32_t boundary_source;  ///< BoundarySource
};

/// Payload of kTestInfo, followed by strings: suite, name, file, type parameter, value parameter.
struct TestInfo {
  uint32_t id;
  uint32_t line;
};

/// Payload of kIterationStart.
struct IterationStart {
  uint32_t iteration;
  uint32_t tests_planned;
};

/// Payload of kSuiteEnd, followed by the suite's name. The window spans the tests of the suite;
/// what SetUpTestSuite and TearDownTestSuite kept is its window less those of its tests.
struct SuiteEnd {
  uint32_t iteration;
  uint32_t tests_run;
  Window window;
};

struct TestStart {
  uint32_t id;
  uint32_t iteration;
};

enum TestOutcome : uint32_t { kOutcomePassed = 0, kOutcomeFailed = 1, kOutcomeSkipped = 2 };

struct TestEnd {
  uint32_t id;
  uint32_t iteration;
  uint32_t outcome;  ///< TestOutcome
  uint32_t results;  ///< failures, skips and properties that GoogleTest holds of it, in this window
  Window window;
};

/// The window spans the whole iteration; what environments kept is it less those of the suites.
struct IterationEnd {
  uint32_t iteration;
  uint32_t reserved;
  Window window;
  Totals totals;
};

struct ProgramEnd {
  uint32_t passed;
  uint32_t reserved;
};

constexpr uint32_t kNoTest = 0xffffffffu;

/// Payload of kDescriptorChange, followed by the target ("/tmp/a.log", "anon_inode:[eventpoll]").
/// Written for each identity whose count changed, before the record of the window it belongs to.
struct DescriptorChange {
  uint32_t iteration;
  uint32_t test;  ///< id, or kNoTest for a change over a whole iteration
  int32_t delta;
  int32_t count;  ///< open at the end
  uint64_t device;
  uint64_t inode;
};

/// What could not be recorded, since the last record of this kind.
struct Lost {
  uint64_t records;      ///< not written: no space, or the file could not be extended
  uint64_t descriptors;  ///< not looked at: more were open than the table holds
};

/// LeakSanitizer was asked for a check and came back. Without it, a silent log means nothing.
struct LeakCheck {
  uint32_t found;  ///< 1 when it reported leaks
  uint32_t reserved;
};

/// Payload of kProcessEnd (since 1.1): what is live after the program's static objects were
/// destroyed, in a process that ends by exit or by returning from `main`.
struct ProcessEnd {
  int64_t live_bytes;  ///< the allocator's sizes; in a full trace, requested ones
  int64_t live_blocks;
};

/// How a program that is measured as a whole came to its end.
enum EndingKind : uint32_t {
  kStillRuns = 0,  ///< it did not: the record is a snapshot
  kMainReturned = 1,
  kCalledExit = 2,
  kCalledQuickExit = 3,
  kCalledUnderscoreExit = 4,  ///< _exit or _Exit: static objects were not destroyed
  kCalledDaemon = 5,          ///< daemon(3): a child lives on that nobody measures
  kCalledAbort = 6,
  kEndedOtherwise = 7,  ///< libc ended it; static objects may have been destroyed before
};

/// Payload of kEnding (since 1.5), before kProgramEnd or, in a snapshot, last.
struct Ending {
  uint32_t kind;       ///< EndingKind
  uint32_t forks;      ///< children made by fork(); they were not measured, and may live on
  uint64_t uptime_ns;  ///< since the library was loaded
};
static_assert(sizeof(Ending) == 16, "no padding");

/// Where the driver has GoogleTest stream to (GTEST_STREAM_RESULT_TO) when the library is
/// preloaded: its hooked `connect` knows the address, and nothing goes to any network.
constexpr char kStreamSentinel[] = "127.77.80.82:7780";

/// The allocations of threads come in steps of this size to the process-wide peak.
constexpr int64_t kPeakStep = 32 * 1024;

/// Position of the payload's end, rounded up so that each header is aligned.
constexpr size_t PaddedLength(size_t payload) { return (payload + 7) & ~static_cast<size_t>(7); }

}  // namespace record
}  // namespace memprof

#include "gtest_plugin/record/authored_format.h"  // IWYU pragma: export
#include "gtest_plugin/record/service_format.h"   // IWYU pragma: export
#include "gtest_plugin/record/snapshot_format.h"  // IWYU pragma: export
#include "gtest_plugin/record/trace_format.h"     // IWYU pragma: export

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_FORMAT_H_
