// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_H_
#define MEMPROF_GTEST_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "memprof/detail/block.h"
#include "memprof/detail/tracker_access.h"
#include "memprof/tracker.h"

/// A handle is never looked into: without this GCC warns of one whose object is not yet written.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11
#define MEMPROF_ADDRESS_ALONE_ __attribute__((access(none, 2)))
#else
#define MEMPROF_ADDRESS_ALONE_
#endif

/// What a test may cost, said in the test. C++14, GCC or Clang, GoogleTest 1.10 or later:
///
///     TEST(Parser, NeedsNoHeapForShortLines) {
///       Parser parser;
///       EXPECT_NO_ALLOCATIONS { parser.Feed("a=1"); }
///     }
///
/// The numbers are libmemprof.so's, linked (memprof::gtest) or preloaded (memprof run). Without it,
/// with MEMPROF=off, and where a sanitizer or Valgrind owns the heap, nothing is measured: every
/// expectation here holds, at the cost of a test for null.
namespace memprof {

/// What happened in a scope. Bytes are the allocator's, here and in limits: glibc makes 72 of 64.
struct Usage {
  bool is_measured = false;  ///< else the rest means nothing; see WhyNotMeasured
  std::uint64_t allocations = 0;
  std::uint64_t allocated_bytes = 0;
  std::int64_t kept_blocks = 0;  ///< allocated less freed; negative where more was freed
  std::int64_t kept_bytes = 0;
  std::int64_t peak_bytes = 0;  ///< the most that was live at once, above what was at the begin
};

/// Whose allocations a scope counts. Over all threads the peak is exact within threads × 32 KiB.
enum class Threads { kThis = MEMPROF_THIS_THREAD, kAll = MEMPROF_ALL_THREADS };

/// Why the heap is not counted here: a clause, empty when it is.
inline std::string WhyNotMeasured() {
  const memprof_tracker* const tracker = detail::Tracker();
  if (tracker == nullptr) return "libmemprof.so is not in this process, or MEMPROF=off";
  const char* const why = tracker->why_not_measured();
  return why != nullptr ? why : "";
}

/// Measures from here to its end. Scopes nest, on the thread that began them. What a block that is
/// freed on another thread held counts as kept here, and as less than nothing there.
class Scope {
 public:
  explicit Scope(Threads threads = Threads::kThis) noexcept {
    if (tracker_ != nullptr) {
      tracker_->scope_begin(&scope_, static_cast<memprof_threads>(threads), 0);
    }
  }
  ~Scope() {
    if (tracker_ != nullptr) tracker_->scope_end(&scope_);
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// So far.
  Usage usage() const noexcept {
    Usage usage;
    if (tracker_ == nullptr) return usage;
    memprof_usage read;
    tracker_->scope_read(&scope_, &read);
    usage.is_measured = read.is_measured != 0;
    usage.allocations = read.allocations;
    usage.allocated_bytes = read.allocated_bytes;
    usage.kept_blocks = read.kept_blocks;
    usage.kept_bytes = read.kept_bytes;
    usage.peak_bytes = read.peak_bytes;
    return usage;
  }

 private:
  const memprof_tracker* tracker_ = detail::Tracker();
  memprof_scope scope_;
};

/// Limits of the test that runs now, over all its threads, fixture included: call them in its body
/// or in SetUp. A test that breaks one fails when it is run by itself; under `memprof run`
/// and CTest it gets a finding. GoogleTest's own blocks count: the fixture object and the
/// flags that it saves are two.
inline void LimitPeak(std::int64_t bytes, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) noexcept {
  if (const memprof_tracker* const tracker = detail::Tracker()) {
    tracker->limit(MEMPROF_LIMIT_PEAK_BYTES, bytes, file, line);
  }
}
inline void LimitKept(std::int64_t bytes, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) noexcept {
  if (const memprof_tracker* const tracker = detail::Tracker()) {
    tracker->limit(MEMPROF_LIMIT_KEPT_BYTES, bytes, file, line);
  }
}
inline void LimitAllocations(std::int64_t count, const char* file = __builtin_FILE(),
                             int line = __builtin_LINE()) noexcept {
  if (const memprof_tracker* const tracker = detail::Tracker()) {
    tracker->limit(MEMPROF_LIMIT_ALLOCATIONS, count, file, line);
  }
}

/// The test that runs now keeps up to `bytes` each time, and means to: no finding comes of so much.
inline void Keeps(std::int64_t bytes, const char* why, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) noexcept {
  if (const memprof_tracker* const tracker = detail::Tracker()) {
    tracker->keeps(bytes, why, file, line);
  }
}

/// What this thread allocates while it lives is the author's own affair: no finding comes of it,
/// from memprof or from LeakSanitizer, and the test's limits leave it out (not its peak).
class IgnoreScope {
 public:
  IgnoreScope() noexcept {
    if (here_.tracker != nullptr) here_.tracker->ignore_begin();
    if (here_.disable_leak_check != nullptr) here_.disable_leak_check();
  }
  ~IgnoreScope() {
    if (here_.enable_leak_check != nullptr) here_.enable_leak_check();
    if (here_.tracker != nullptr) here_.tracker->ignore_end();
  }
  IgnoreScope(const IgnoreScope&) = delete;
  IgnoreScope& operator=(const IgnoreScope&) = delete;

 private:
  const detail::Found& here_ = detail::Here();
};

/// A number that is measured as memory is, while it lives: before and after each test and each
/// iteration. It must outlive the tests, and so must what it reads: by a test's end its fixture is
/// gone, and a gauge in there is not measured. `read` is called on the thread that runs the tests;
/// if it throws, that value is not measured. Several gauges of one name add up.
///
///     static memprof::Gauge gpu("gpu bytes", [] { return Device::Get().AllocatedBytes(); });
class Gauge {
 public:
  Gauge(const char* name, std::function<std::int64_t()> read) {
    if (tracker_ == nullptr) return;
    read_ = std::move(read);
    number_ = tracker_->gauge_add(name, &Gauge::Read, this);
  }
  ~Gauge() {
    if (tracker_ != nullptr) tracker_->gauge_remove(number_);
  }
  Gauge(const Gauge&) = delete;
  Gauge& operator=(const Gauge&) = delete;

 private:
  static int Read(void* gauge, std::int64_t* value) {
#if defined(__cpp_exceptions)
    try {
      *value = static_cast<Gauge*>(gauge)->read_();
      return 0;
    } catch (...) {
      return 1;
    }
#else
    *value = static_cast<Gauge*>(gauge)->read_();
    return 0;
#endif
  }

  const memprof_tracker* tracker_ = detail::Tracker();
  std::function<std::int64_t()> read_;
  std::uint32_t number_ = 0;
};

/// One more object of a kind that must be released: a handle, whatever it is. With a full trace a
/// finding shows the stack that acquired it. Acquired twice, it must be released twice.
__attribute__((always_inline)) MEMPROF_ADDRESS_ALONE_ inline void Acquire(
    const char* kind, const void* handle) noexcept {
  if (const memprof_tracker* const tracker = detail::Tracker()) tracker->acquire(kind, handle);
}
__attribute__((always_inline)) MEMPROF_ADDRESS_ALONE_ inline void Release(
    const char* kind, const void* handle) noexcept {
  if (const memprof_tracker* const tracker = detail::Tracker()) tracker->release(kind, handle);
}

}  // namespace memprof

/// Before a block in braces: what this thread may do in it.
///
///     EXPECT_ALLOCATIONS_AT_MOST(2) {
///       cache.Put(key, value);
///     }
///
/// The block is judged however it is left, but by an exception; `break` and `continue` leave the
/// block. They nest. GoogleTest's comparisons allocate nothing as long as they hold; SCOPED_TRACE,
/// matchers and messages that are streamed into do. The ASSERT_ forms return from the
/// function, unless the block has been left by `break`, `return` or an exception.
#define EXPECT_NO_ALLOCATIONS MEMPROF_EXPECT_BLOCK_(kAllocations, 0)
#define ASSERT_NO_ALLOCATIONS MEMPROF_ASSERT_BLOCK_(kAllocations, 0)
#define EXPECT_ALLOCATIONS_AT_MOST(count) MEMPROF_EXPECT_BLOCK_(kAllocations, count)
#define ASSERT_ALLOCATIONS_AT_MOST(count) MEMPROF_ASSERT_BLOCK_(kAllocations, count)
#define EXPECT_ALLOCATED_BYTES_AT_MOST(bytes) MEMPROF_EXPECT_BLOCK_(kAllocatedBytes, bytes)
#define ASSERT_ALLOCATED_BYTES_AT_MOST(bytes) MEMPROF_ASSERT_BLOCK_(kAllocatedBytes, bytes)
#define EXPECT_PEAK_AT_MOST(bytes) MEMPROF_EXPECT_BLOCK_(kPeakBytes, bytes)
#define ASSERT_PEAK_AT_MOST(bytes) MEMPROF_ASSERT_BLOCK_(kPeakBytes, bytes)
#define EXPECT_KEPT_AT_MOST(bytes) MEMPROF_EXPECT_BLOCK_(kKeptBytes, bytes)
#define ASSERT_KEPT_AT_MOST(bytes) MEMPROF_ASSERT_BLOCK_(kKeptBytes, bytes)
#define EXPECT_NOTHING_KEPT MEMPROF_EXPECT_BLOCK_(kKeptBytes, 0)
#define ASSERT_NOTHING_KEPT MEMPROF_ASSERT_BLOCK_(kKeptBytes, 0)

#endif  // MEMPROF_GTEST_H_
