// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_RECORD_TRACE_FORMAT_H_
#define MEMPROF_GTEST_PLUGIN_RECORD_TRACE_FORMAT_H_

#include <stdint.h>

/// The records of a full trace, since 1.1; a part of format.h. They speak of stacks, windows and
/// origins by number; each number is defined by a record that comes before the first one that uses
/// it.
namespace memprof {
namespace record {

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

}  // namespace record
}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_TRACE_FORMAT_H_
