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
  // Since 1.1, in records of a full trace:
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

// ---- The full trace (since 1.1). It speaks of stacks, windows and origins by number; each number
// is defined by a record that comes before the first one that uses it.

/// Payload of kModule, followed by strings: path, build id (its bytes). An executable or shared
/// library as the process had it loaded. A new epoch begins when a library may be unloaded and when
/// one may have been: a stack of epoch e is to be read with the modules that were there in e.
/// Stacks that lie wholly in modules that were there from the first are of epoch 0.
struct Module {
  uint32_t id;
  uint32_t epoch;  ///< the first in which it was there
  uint64_t bias;   ///< address in the process less the ELF file's virtual address
  uint64_t begin;  ///< [begin, end) of its loaded segments, in the process
  uint64_t end;
};
static_assert(sizeof(Module) == 32, "no padding");

/// The module is there in `last_epoch` and not in the next.
struct ModuleGone {
  uint32_t id;
  uint32_t last_epoch;
};

enum StackFlags : uint32_t {
  kStackCut = 1,  ///< deeper than the limit: the outermost frames are missing
  kStackIncomplete =
      2,  ///< it could not be unwound to its end: code without call-frame information
};

/// Payload of kStack, followed by `frames` return addresses (uint64_t), innermost first. The first
/// is where the hooked function returns to, so each of them lies behind its call.
struct Stack {
  uint32_t id;
  uint32_t epoch;
  uint32_t frames;
  uint32_t flags;  ///< StackFlags
};
static_assert(sizeof(Stack) == 16, "no padding");

/// What was going on: the innermost of test, suite and program that was open.
enum WindowKind : uint32_t {
  kBeforeTests = 0,    ///< static initialisers, `main` before RUN_ALL_TESTS
  kWithinProgram = 1,  ///< between suites: environments, listeners
  kWithinSuite = 2,    ///< SetUpTestSuite, TearDownTestSuite, and between the suite's tests
  kWithinTest = 3,
  kAfterTests = 4,  ///< `main` after RUN_ALL_TESTS
  /// Since 1.4. Within an IgnoreScope of whichever window was open: nobody's finding.
  kIgnoredWindow = 5,
};

/// Payload of kWindow, followed by a string: the suite's name (empty but for kWithinSuite).
struct TraceWindow {
  uint32_t id;
  uint32_t kind;       ///< WindowKind
  uint32_t test;       ///< of kWithinTest, else kNoTest
  uint32_t iteration;  ///< of kBeforeTests 0
};
static_assert(sizeof(TraceWindow) == 16, "no padding");

/// Who made something: the stack, the window that was open, the thread. Several origins may have
/// all three the same.
struct Origin {
  uint32_t id;
  uint32_t stack;  ///< kNoStack where none could be kept
  uint32_t window;
  uint32_t thread;  ///< 0 for the first that allocated, then in the order they came
};
static_assert(sizeof(Origin) == 16, "no padding");

constexpr uint32_t kNoStack = 0;  ///< stacks are numbered from 1

/// One entry of kSurvivors and kPeak. Bytes are requested sizes.
struct OriginAmount {
  uint32_t origin;
  uint32_t reserved;
  uint64_t blocks;
  uint64_t bytes;
};
static_assert(sizeof(OriginAmount) == 24, "no padding");

/// Payload of kSurvivors, followed by `count` OriginAmounts: the live blocks at the end of an
/// iteration, of those origins whose amounts are others than at the end of the last one. An origin
/// that was not yet named has none; the ones that are not named again are as before. Several
/// records may speak of one iteration.
struct Survivors {
  uint32_t iteration;
  uint32_t count;
};

/// Payload of kPeak, followed by `count` OriginAmounts, not as changes: what was live when a test's
/// memory crossed 95 % of the peak that its run before had. The largest origins; `other_*` is the
/// rest of what was live. Blocks that were there before the test are left out.
struct Peak {
  uint32_t test;
  uint32_t iteration;
  uint32_t count;
  uint32_t reserved;
  uint64_t other_blocks;
  uint64_t other_bytes;
};
static_assert(sizeof(Peak) == 32, "no padding");

constexpr int kSizeClasses = 32;
constexpr int kLifetimeClasses = 24;

/// Payload of kSite: everything that one stack allocated, over all threads and windows, until the
/// program's end. A later one replaces an earlier one of the same stack.
struct Site {
  uint32_t stack;
  uint32_t reserved;
  uint64_t allocations;  ///< a realloc counts as one, and as a free of the old block
  uint64_t bytes;
  uint64_t temporaries;  ///< freed as the next event of the thread that allocated them
  uint64_t temporary_bytes;
  uint64_t reallocs;             ///< of the allocations, those that were reallocs of a block
  uint64_t realloc_bytes;        ///< sum of the old sizes of those: what had to be copied at most
  uint64_t longest_chain;        ///< most reallocs in a row of one block
  uint64_t largest;              ///< bytes
  uint32_t sizes[kSizeClasses];  ///< [i]: of 2^(i-1) up to less than 2^i bytes; [0]: of 0 bytes
  uint32_t lifetimes[kLifetimeClasses];  ///< of a sample, freed blocks alone; [i]: 2^(i+6) ns up
};
static_assert(sizeof(Site) == 72 + 4 * (kSizeClasses + kLifetimeClasses), "no padding");

enum ResourceKind : uint32_t {
  kDescriptor = 1,
  kThread = 2,
  kMapping = 3,
  /// Since 1.4: acquired and not released. Its id is the handle in the lower 48 bits, and above
  /// them 0, 1, 2 … of a handle that was acquired several times.
  kPairedObject = 4,
};

/// Payload of kResource, followed by a string: what a descriptor refers to, as in
/// DescriptorChange; of a paired object its gauge's name; else empty. A descriptor, thread or
/// mapping that was found kept at the end of an iteration and not at the end of the one before, or
/// that is now gone.
struct Resource {
  uint32_t kind;  ///< ResourceKind
  uint32_t iteration;
  uint32_t origin;
  uint32_t is_there;  ///< 0: gone
  uint64_t id;     ///< descriptor number, thread's number, address; alone it names nothing for ever
  uint64_t bytes;  ///< of a mapping
};
static_assert(sizeof(Resource) == 32, "no padding");

/// Payload of kTraceState, at the end of each iteration: what the trace itself costs and lacks.
struct TraceState {
  uint32_t iteration;
  uint32_t stacks;
  uint32_t origins;
  uint32_t threads;      ///< numbered so far
  uint64_t live_blocks;  ///< in the table
  uint64_t live_bytes;
  uint64_t table_bytes;       ///< memory that the trace itself has touched
  uint64_t unknown_frees;     ///< blocks freed that were there before the tracker
  uint64_t untracked_blocks;  ///< that could not be kept: in no survivor
  uint64_t lost_stacks;       ///< stacks that found no room; their blocks have kNoStack
  uint64_t lost_resources;
};
static_assert(sizeof(TraceState) == 72, "no padding");

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
#include "gtest_plugin/record/snapshot_format.h"  // IWYU pragma: export

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_FORMAT_H_
