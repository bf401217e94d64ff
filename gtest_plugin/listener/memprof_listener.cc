// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The GoogleTest event listener. It is compiled within the test's own build, against the test's
// own GoogleTest (1.10 or later, C++11 or later), and speaks to libmemprof.so through C alone.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "memprof/probe.h"

namespace {

/// GoogleTest makes a stack trace getter at its first need, which would be within the first suite's
/// window. Asking for a trace makes it now; how one asks has changed with 1.14.
template <class Program>
auto MakeLazyParts(Program* program, int)
    -> decltype(::testing::internal::GetCurrentOsStackTraceExceptTop(program, 1), void()) {
  ::testing::internal::GetCurrentOsStackTraceExceptTop(program, 1);
}
template <class Program, class Skip>
auto MakeLazyParts(Program*, Skip skip)
    -> decltype(::testing::internal::GetCurrentOsStackTraceExceptTop(skip), void()) {
  ::testing::internal::GetCurrentOsStackTraceExceptTop(skip);
}
__attribute__((unused)) inline void MakeLazyParts(...) {}

/// Marks the boundaries. It must be the last listener: GoogleTest calls starts in the order of
/// registration and ends in the reverse one, so that its windows hold the tests and nothing that
/// other listeners do.
class MeasuringListener : public ::testing::EmptyTestEventListener {
 public:
  void OnTestProgramStart(const ::testing::UnitTest& unit_test) override {
    std::vector<memprof_test> tests;
    for (int s = 0; s < unit_test.total_test_suite_count(); ++s) {
      const ::testing::TestSuite& suite = *unit_test.GetTestSuite(s);
      for (int t = 0; t < suite.total_test_count(); ++t) {
        const ::testing::TestInfo& test = *suite.GetTestInfo(t);
        if (!test.should_run()) continue;
        ids_.emplace_back(&test, static_cast<std::uint32_t>(tests.size()));
        tests.push_back({test.test_suite_name(), test.name(), test.file(), test.line(),
                         test.type_param(), test.value_param()});
      }
    }
    std::sort(ids_.begin(), ids_.end());
    MakeLazyParts(::testing::UnitTest::GetInstance(), 1);
    const int repeat = ::testing::GTEST_FLAG(repeat);
    memprof_probe_program_start(tests.data(), static_cast<std::uint32_t>(tests.size()),
                                repeat > 0 ? static_cast<std::uint32_t>(repeat) : 0);
  }

  void OnTestIterationStart(const ::testing::UnitTest& unit_test, int iteration) override {
    memprof_probe_iteration_start(static_cast<std::uint32_t>(iteration),
                                  static_cast<std::uint32_t>(unit_test.test_to_run_count()));
  }

  void OnTestSuiteStart(const ::testing::TestSuite& suite) override {
    memprof_probe_suite_start(suite.name());
  }

  void OnTestStart(const ::testing::TestInfo& test) override {
    current_ = IdOf(test);
    memprof_probe_test_start(current_);
  }

  void OnTestEnd(const ::testing::TestInfo& test) override {
    const ::testing::TestResult& result = *test.result();
    const memprof_outcome outcome = result.Failed()    ? MEMPROF_FAILED
                                    : result.Skipped() ? MEMPROF_SKIPPED
                                                       : MEMPROF_PASSED;
    memprof_probe_test_end(
        current_, outcome,
        static_cast<std::uint32_t>(result.total_part_count() + result.test_property_count()));
    if (outcome == MEMPROF_PASSED) FailWhereLimitsAreBroken(test);
  }

  void OnTestSuiteEnd(const ::testing::TestSuite& suite) override {
    memprof_probe_suite_end(suite.name());
  }

  void OnTestIterationEnd(const ::testing::UnitTest&, int iteration) override {
    memprof_probe_iteration_end(static_cast<std::uint32_t>(iteration));
  }

  void OnTestProgramEnd(const ::testing::UnitTest& unit_test) override {
    memprof_probe_program_end(unit_test.Passed() ? 1 : 0);
  }

 private:
  /// Where nobody else judges the limits that the test has set itself. The printers, which hear of
  /// a test's end after us, say that it failed.
  static void FailWhereLimitsAreBroken(const ::testing::TestInfo& test) {
    memprof_broken_limit broken;
    for (std::uint32_t i = 0; memprof_probe_broken_limit(i, &broken) != 0; ++i) {
      char program[4096];
      const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
      program[length > 0 ? length : 0] = '\0';
      ADD_FAILURE_AT(broken.file, broken.line)
          << broken.message
          << "\n  what it is made of: memprof run --only trace --format text,collapsed -- "
          << program << " --gtest_filter='" << test.test_suite_name() << '.' << test.name()
          << "', then memprof-out/*.collapsed.txt";
    }
  }

  std::uint32_t IdOf(const ::testing::TestInfo& test) const {
    const auto found = std::lower_bound(ids_.begin(), ids_.end(), std::make_pair(&test, 0u));
    return found != ids_.end() && found->first == &test ? found->second : UINT32_MAX;
  }

  std::vector<std::pair<const ::testing::TestInfo*, std::uint32_t>> ids_;
  std::uint32_t current_ = UINT32_MAX;
};

/// Stands in the list from static initialisation on, and appends the measuring listener when the
/// program's own `main` has registered all of its.
class Registrar : public ::testing::EmptyTestEventListener {
 public:
  void OnTestProgramStart(const ::testing::UnitTest&) override {
    if (memprof_probe_claim(MEMPROF_PROBE_VERSION) == 0) return;
    // GoogleTest walks its listeners by index, so the new one hears of this same event too.
    ::testing::UnitTest::GetInstance()->listeners().Append(new MeasuringListener);
  }
};

const bool g_registered = [] {
  ::testing::UnitTest::GetInstance()->listeners().Append(new Registrar);
  return true;
}();

}  // namespace

// What the linker is told to look for (memprof::gtest), so that it takes this file out of a static
// helper library too, where nobody refers to it. Weak, for a program may be linked from several
// copies; hidden, for a shared library's is none of the program's.
extern "C" {
__attribute__((weak, visibility("hidden"))) extern const char memprof_listener_is_here;
__attribute__((used)) const char memprof_listener_is_here = 1;
}
