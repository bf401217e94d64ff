// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_DETAIL_BLOCK_H_
#define MEMPROF_DETAIL_BLOCK_H_

#include <cxxabi.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string>

#include "memprof/detail/tracker_access.h"
#include "memprof/tracker.h"

/// The blocks behind EXPECT_NO_ALLOCATIONS and its kin. Private to memprof/gtest.h.
namespace memprof {
namespace detail {

enum class Quantity { kAllocations, kAllocatedBytes, kPeakBytes, kKeptBytes };

/// A symbol's name as a person writes it.
inline std::string Demangled(const std::string& symbol) {
  if (symbol.compare(0, 2, "_Z") != 0) return symbol;
  int status = -1;
  char* const name = abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status);
  std::string demangled = status == 0 ? name : symbol;
  std::free(name);
  const std::string text =
      "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";
  for (std::size_t at = 0; (at = demangled.find(text, at)) != std::string::npos;) {
    demangled.replace(at, text.size(), "std::string");
  }
  return demangled;
}

/// The tracker's lines "FUNCTION MODULE+0xOFFSET" as a person reads them, up to GoogleTest's own
/// frames, and the command that tells their source lines.
inline std::string DescribeStack(const std::string& lines) {
  std::istringstream in(lines);
  std::ostringstream out;
  std::string line;
  std::string module;  // the last that was shown: the outermost, and so the test's
  std::string offsets;
  for (int number = 0; std::getline(in, line); ++number) {
    const std::size_t space = line.find(' ');
    const std::size_t plus = line.rfind("+0x");
    if (space == std::string::npos || plus == std::string::npos || plus < space) break;
    const std::string function = Demangled(line.substr(0, space));
    if (function.find("testing::") == 0 || function.find("void testing::internal::Handle") == 0) {
      break;
    }
    const std::string path = line.substr(space + 1, plus - space - 1);
    if (path != module) {
      module = path;
      offsets.clear();
    }
    offsets += " " + line.substr(plus + 1);
    out << "    #" << number << ' ' << function << " (" << path.substr(path.rfind('/') + 1)
        << line.substr(plus) << ")\n";
  }
  if (!module.empty())
    out << "  source lines: addr2line -Cfpie '" << module << "'" << offsets << '\n';
  return out.str();
}

/// The command that shows where this test's memory goes, and the files to look into.
inline std::string RunCommand() {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
  std::string command = "memprof run --only trace --format text,collapsed -- ";
  command += length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "BINARY";
  const ::testing::TestInfo* const test = ::testing::UnitTest::GetInstance()->current_test_info();
  if (test == nullptr) return command;
  return command + " --gtest_filter='" + test->test_suite_name() + "." + test->name() +
         "', then memprof-out/allocated.collapsed.txt";
}

/// A block that is measured, and judged once it is over.
class Block {
 public:
  Block(Quantity quantity, std::int64_t limit, const char* file, int line,
        ::testing::TestPartResult::Type failure) noexcept
      : quantity_(quantity), limit_(limit), file_(file), line_(line), failure_(failure) {
    if (tracker_ == nullptr) return;
    exceptions_ = Exceptions();
    is_open_ = has_scope_ = true;
    tracker_->scope_begin(&scope_, MEMPROF_THIS_THREAD, 1);
  }
  /// For blocks that are left by `break` or `return`: an exception has something else to say. May
  /// throw, as failures do with --gtest_throw_on_failure.
  ~Block() noexcept(false) {
    if (is_open_ && !Close() && Exceptions() <= exceptions_) Report();
    End();
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  /// Ends the measurement. False where the block has done more than it may.
  bool Close() noexcept {
    is_open_ = false;
    if (tracker_ == nullptr) return true;
    tracker_->scope_read(&scope_, &usage_);
    if (usage_.is_measured != 0 && Measured() > limit_) return false;
    End();
    return true;
  }

  /// To be called when Close says false.
  void Report() {
    const Ignoring ignoring(tracker_);
    std::string stack(16384, '\0');
    stack.resize(std::min(tracker_->scope_stack(&scope_, &stack[0], stack.size()), stack.size()));
    End();
    GTEST_MESSAGE_AT_(file_, line_, Message(stack).c_str(), failure_);
  }

 private:
  /// What a failure allocates is no affair of the test, nor of blocks around this one.
  class Ignoring {
   public:
    explicit Ignoring(const memprof_tracker* tracker) noexcept : tracker_(tracker) {
      tracker_->ignore_begin();
    }
    ~Ignoring() { tracker_->ignore_end(); }
    Ignoring(const Ignoring&) = delete;
    Ignoring& operator=(const Ignoring&) = delete;

   private:
    const memprof_tracker* tracker_;
  };

  void End() noexcept {
    if (has_scope_) tracker_->scope_end(&scope_);
    has_scope_ = false;
  }

  static int Exceptions() noexcept {
#if defined(__cpp_lib_uncaught_exceptions)
    return std::uncaught_exceptions();
#else
    return std::uncaught_exception() ? 1 : 0;
#endif
  }

  std::int64_t Measured() const noexcept {
    switch (quantity_) {
      case Quantity::kAllocations:
        return static_cast<std::int64_t>(usage_.allocations);
      case Quantity::kAllocatedBytes:
        return static_cast<std::int64_t>(usage_.allocated_bytes);
      case Quantity::kPeakBytes:
        return usage_.peak_bytes;
      case Quantity::kKeptBytes:
        break;
    }
    return usage_.kept_bytes;
  }

  /// How far above what was asked for glibc's blocks may be.
  std::int64_t RoundedUp() const noexcept {
    return 16 * static_cast<std::int64_t>(usage_.allocations);
  }

  std::string Message(const std::string& stack_lines) const {
    const std::string most = std::to_string(limit_);
    std::ostringstream text;
    switch (quantity_) {
      case Quantity::kAllocations:
        text << "This block may make " << (limit_ == 0 ? "no" : "at most " + most)
             << (limit_ == 1 ? " allocation" : " allocations");
        break;
      case Quantity::kAllocatedBytes:
        text << "This block may allocate at most " << most << " bytes";
        break;
      case Quantity::kPeakBytes:
        text << "This block may have at most " << most << " bytes alive at once";
        break;
      case Quantity::kKeptBytes:
        text << "This block may keep " << (limit_ == 0 ? "nothing" : "at most " + most + " bytes");
        break;
    }
    text << ", and it made " << usage_.allocations
         << (usage_.allocations == 1 ? " allocation" : " allocations") << " of "
         << usage_.allocated_bytes << " bytes in all, had " << usage_.peak_bytes
         << " alive at its peak, and kept " << usage_.kept_bytes << ".\n";
    if (quantity_ != Quantity::kAllocations && Measured() - limit_ <= RoundedUp()) {
      text << "  bytes are the allocator's, which rounds each block up: 64 become 72\n";
    }
    const std::string stack = DescribeStack(stack_lines);
    if (!stack.empty()) text << "  its first allocation:\n" << stack;
    if (quantity_ != Quantity::kAllocations || usage_.allocations > 1) {
      text << "  all of them: " << RunCommand() << '\n';
    }
    return text.str();
  }

  const memprof_tracker* tracker_ = Tracker();
  Quantity quantity_;
  std::int64_t limit_;
  const char* file_;
  int line_;
  ::testing::TestPartResult::Type failure_;
  int exceptions_ = 0;
  bool is_open_ = false;  ///< not yet judged
  bool has_scope_ = false;
  memprof_scope scope_;
  memprof_usage usage_ = memprof_usage();
};

}  // namespace detail
}  // namespace memprof

// A loop of two rounds: the first is the user's block, the second judges it. Both go by pointers
// that nothing else refers to, so that the compiler knows that the block runs, and once.
#define MEMPROF_BLOCK_(block, quantity, limit, failure, REPORT)                             \
  switch (0)                                                                                \
  case 0:                                                                                   \
  default:                                                                                  \
    for (::memprof::detail::Block                                                           \
             block(::memprof::detail::Quantity::quantity, static_cast<std::int64_t>(limit), \
                   __FILE__, __LINE__, ::testing::TestPartResult::failure),                 \
         *block##_runs = &block, *block##_ran = nullptr;                                    \
         block##_runs != nullptr || block##_ran != nullptr;                                 \
         block##_ran = block##_runs, block##_runs = nullptr)                                \
      if (block##_ran != nullptr) {                                                         \
        if (!block##_ran->Close()) REPORT block##_ran->Report();                            \
      } else

#define MEMPROF_NAMED_BLOCK_(number, quantity, limit, failure, REPORT) \
  MEMPROF_BLOCK_(memprof_block_##number, quantity, limit, failure, REPORT)
#define MEMPROF_NUMBERED_BLOCK_(number, quantity, limit, failure, REPORT) \
  MEMPROF_NAMED_BLOCK_(number, quantity, limit, failure, REPORT)
#define MEMPROF_EXPECT_BLOCK_(quantity, limit) \
  MEMPROF_NUMBERED_BLOCK_(__COUNTER__, quantity, limit, kNonFatalFailure, )
#define MEMPROF_ASSERT_BLOCK_(quantity, limit) \
  MEMPROF_NUMBERED_BLOCK_(__COUNTER__, quantity, limit, kFatalFailure, return )

#endif  // MEMPROF_DETAIL_BLOCK_H_
