// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_RECORD_SNAPSHOT_FORMAT_H_
#define MEMPROF_GTEST_PLUGIN_RECORD_SNAPSHOT_FORMAT_H_

#include <stddef.h>
#include <stdint.h>

/// Heap snapshots (since 1.2): which live block points to which, and what outside the heap points
/// into it, at the end of an iteration. A snapshot is written by a copy-on-write child while the
/// program runs on, so it has a file of its own: the record's path and ".heap<number>", with the
/// same header and the same framing of records. It uses the origins and modules of the record.
///
///     record        … kModule* kOrigin* kSurvivors* kSnapshot …
///     its file      kSnapshotStart (kSnapshotThread kSnapshotFrames? kSnapshotThreadLocal*)*
///                   kSnapshotBlocks* (kSnapshotRoots | kSnapshotEdges | kSnapshotWeakEdges |
///                   kSnapshotImageWords)* kSnapshotEnd
///
/// Included by format.h. Every array payload begins with a uint32_t count and a reserved uint32_t.
namespace memprof {
namespace record {

enum SnapshotState : uint32_t {
  kSnapshotWhole = 0,
  kSnapshotPartial = 1,  ///< something that may refer to blocks was not seen: nothing in it is lost
  kSnapshotMissing = 2,  ///< none could be taken; there is no file
};

/// Payload of kSnapshot, followed by a string: why it is partial or missing, a clause; else empty.
struct Snapshot {
  uint32_t number;  ///< 0, 1, 2 …: of the file
  uint32_t iteration;
  uint32_t state;         ///< SnapshotState
  uint32_t threads;       ///< that the process had
  uint32_t parked;        ///< of them, with the caller
  uint32_t module_epoch;  ///< addresses of code and data in it are of this epoch's modules
  uint64_t paused_ns;     ///< how long the other threads stood still
};
static_assert(sizeof(Snapshot) == 32, "no padding");

/// Payload of kSnapshotStart.
struct SnapshotStart {
  uint32_t number;
  uint32_t iteration;
  uint32_t module_epoch;
  uint32_t threads;
};

enum ThreadState : uint32_t {
  kThreadCaller = 0,  ///< that which took the snapshot
  kThreadParked = 1,
  kThreadUnparked = 2,  ///< it ran on: its registers are unknown, its whole stack was read
};

/// Payload of kSnapshotThread, followed by a string: the thread's name. [stack_begin, stack_end) is
/// what was read of its stack.
struct SnapshotThread {
  uint32_t thread;  ///< 0, 1, 2 … in this snapshot
  uint32_t tid;
  uint32_t state;  ///< ThreadState
  uint32_t reserved;
  uint64_t stack_begin;
  uint64_t stack_end;
};
static_assert(sizeof(SnapshotThread) == 32, "no padding");

/// One frame of a thread's stack. The frame's words lie below `cfa` and, but for arguments, from
/// the `cfa` of the frame it called on.
struct StackFrame {
  uint64_t pc;   ///< for callers the return address; of the innermost the next instruction
  uint64_t cfa;  ///< canonical frame address, as call-frame information defines it
};

/// Payload of kSnapshotFrames, followed by `count` StackFrames, innermost first.
struct SnapshotFrames {
  uint32_t thread;
  uint32_t count;
};

/// Payload of kSnapshotThreadLocal: where the thread has the thread-local variables of a module.
struct SnapshotThreadLocal {
  uint32_t thread;
  uint32_t reserved;
  uint64_t module_begin;  ///< Module::begin of the module
  uint64_t begin;         ///< its PT_TLS image begins here
  uint64_t end;
};
static_assert(sizeof(SnapshotThreadLocal) == 32, "no padding");

/// One live block. Blocks come by ascending address and are numbered 0, 1, 2 … over all records.
struct HeapBlock {
  uint64_t address;
  uint64_t bytes;   ///< requested
  uint32_t origin;  ///< an Origin of the record; 0, or one it does not define, when unknown
  uint32_t reserved;
};
static_assert(sizeof(HeapBlock) == 24, "no padding");

enum RootKind : uint32_t {
  kRootData = 1,         ///< a writable segment of a module
  kRootThreadLocal = 2,  ///< thread-local storage
  kRootStack = 3,
  kRootRegister = 4,
  kRootMapping = 5,  ///< an anonymous writable mapping that is not the allocator's
};

/// Bits that say in what way a word may refer to a block although it is no plain pointer into it.
/// A word with any of them counts as weak: it keeps its block from being called lost with
/// certainty, and no more.
enum WeakBits : uint32_t {
  kWeakHighTag = 1,  ///< bits above the 47 of an address are set: a tagged pointer
  kWeakPastEnd = 2,  ///< behind the requested bytes: one past the end, or the next chunk's header
};

/// A word outside the heap that points into a block.
struct RootWord {
  uint64_t address;  ///< where the word lies; of kRootRegister the register's DWARF number
  uint32_t block;
  uint32_t offset;  ///< into the block, in bytes; UINT32_MAX when it is that or more
  uint32_t kind;    ///< RootKind
  uint32_t thread;  ///< of the kinds that belong to one, else 0
  uint32_t weak;    ///< WeakBits
  uint32_t reserved;
};
static_assert(sizeof(RootWord) == 32, "no padding");

/// A word of block `from` that points into block `to`; both offsets in bytes, UINT32_MAX when they
/// are that or more. By ascending `from` and `from_offset` over all records. In kSnapshotEdges they
/// are plain pointers, in kSnapshotWeakEdges the others: there the record's reserved word, behind
/// the count, says in which way (WeakBits).
struct HeapEdge {
  uint32_t from;
  uint32_t to;
  uint32_t from_offset;
  uint32_t to_offset;
};
static_assert(sizeof(HeapEdge) == 16, "no padding");

/// A word of a block that points into a module's image: a virtual table, a function, a variable.
/// By ascending `block` and `offset`.
struct ImageWord {
  uint32_t block;
  uint32_t offset;
  uint64_t address;
};
static_assert(sizeof(ImageWord) == 16, "no padding");

/// Payload of kSnapshotEnd. A file without it is cut off, and tells nothing.
struct SnapshotEnd {
  uint64_t blocks;
  uint64_t edges;  ///< plain ones
  uint64_t roots;
  uint64_t scan_ns;       ///< from the copy to here
  uint64_t state;         ///< SnapshotState: the scan itself may have met what it could not read
  uint64_t unread_bytes;  ///< of roots and blocks, that could not be read
};
static_assert(sizeof(SnapshotEnd) == 48, "no padding");

// Contents at a peak (since 1.3): which of a test's live blocks had the same bytes when its memory
// was largest. Found by a copy-on-write child too, which writes the record's path and
// ".peak<number>":
//
//     record        … kOrigin* kPeak kPeakContents …
//     its file      kContentsStart kContentGroups* kContentsEnd

/// Payload of kPeakContents, followed by a string: why nothing was looked at, a clause; else empty.
struct PeakContents {
  uint32_t number;  ///< 0, 1, 2 …: of the file
  uint32_t test;
  uint32_t iteration;
  uint32_t state;  ///< SnapshotState: kSnapshotWhole or kSnapshotMissing
};
static_assert(sizeof(PeakContents) == 16, "no padding");

/// Payload of kContentsStart.
struct ContentsStart {
  uint32_t number;
  uint32_t window;  ///< of which the blocks are, a Window of the record
};

constexpr size_t kContentsShown = 40;
/// Smaller blocks are not looked at.
constexpr uint64_t kLeastContents = 32;

/// Blocks of one size and one contents.
struct ContentGroup {
  uint32_t origin;  ///< of one of them, whose stack made most of them where one made more than half
  uint32_t reserved;
  uint64_t blocks;             ///< 2 at least
  uint64_t bytes;              ///< of each, requested
  char shown[kContentsShown];  ///< printable ASCII that they begin with, then zeros; or zeros alone
};
static_assert(sizeof(ContentGroup) == 64, "no padding");

/// Payload of kContentsEnd. A file without it is cut off, and tells nothing.
struct ContentsEnd {
  uint64_t blocks;    ///< whose contents were looked at
  uint64_t bytes;     ///< of them
  uint64_t groups;    ///< in the file
  uint64_t left_out;  ///< groups that found no room in it
  uint64_t scan_ns;   ///< from the copy to here
};
static_assert(sizeof(ContentsEnd) == 40, "no padding");

}  // namespace record
}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_SNAPSHOT_FORMAT_H_
