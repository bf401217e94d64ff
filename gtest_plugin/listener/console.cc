// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/listener/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {
namespace {

// Memory that no counter sees.
void* MapPages(size_t bytes) {
  void* mapped = reinterpret_cast<void*>(syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE,
                                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return mapped == MAP_FAILED ? nullptr : mapped;
}

size_t Length(const char* text) { return text != nullptr ? strlen(text) + 1 : 1; }

bool Colored() {
  const char* no_color = getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && isatty(STDOUT_FILENO) != 0;
}

void Tag() { fputs(Colored() ? "\033[0;33m[  MEMORY  ]\033[m " : "[  MEMORY  ] ", stdout); }

void PrintBytes(int64_t bytes) {
  if (bytes < 1024) {
    printf("%lld B", static_cast<long long>(bytes));
  } else if (bytes < 1024 * 1024) {
    printf("%.1f KiB", static_cast<double>(bytes) / 1024);
  } else {
    printf("%.1f MiB", static_cast<double>(bytes) / (1024 * 1024));
  }
}

const char* Executable() {
  static char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
  if (length <= 0) return "<this binary>";
  path[length] = '\0';
  return path;
}

}  // namespace

void Console::Tallies::Add(const record::Window& window) noexcept {
  if ((window.measured & record::kHeapMeasured) != 0) bytes.Add(window.kept_bytes);
  if ((window.measured & record::kDescriptorsMeasured) != 0) descriptors.Add(window.descriptors);
  if ((window.measured & record::kThreadsMeasured) != 0) threads.Add(window.threads);
}

const char* Console::Keep(const char* text) noexcept {
  const size_t length = Length(text);
  char* kept = names_;
  if (text == nullptr) {
    *kept = '\0';
  } else {
    memcpy(kept, text, length);
  }
  names_ += length;
  return kept;
}

void Console::Start(const memprof_test* tests, uint32_t count, const HeapOwnership& ownership,
                    bool verbose) noexcept {
  ownership_ = ownership;
  verbose_ = verbose;
  size_t bytes = count * (sizeof(Test) + sizeof(Tallies)) + 64;
  for (uint32_t i = 0; i < count; ++i) bytes += Length(tests[i].suite) + Length(tests[i].name);
  char* memory = static_cast<char*>(MapPages(bytes));
  if (memory == nullptr) return;
  tests_ = reinterpret_cast<Test*>(memory);
  suites_ = reinterpret_cast<Tallies*>(memory + count * sizeof(Test));
  names_ = memory + count * (sizeof(Test) + sizeof(Tallies));
  uint32_t suite = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (i > 0 && strcmp(tests[i].suite, tests[i - 1].suite) != 0) ++suite;
    tests_[i].suite = Keep(tests[i].suite);
    tests_[i].name = Keep(tests[i].name);
    tests_[i].suite_id = suite;
    tests_[i].tallies = Tallies();
    suites_[i] = Tallies();
  }
  count_ = count;
}

void Console::OnTest(uint32_t id, const record::Window& window, bool holds_results) noexcept {
  if (id >= count_) return;
  Test& test = tests_[id];
  current_suite_ = test.suite_id;
  record::Window certain = window;
  if (holds_results) certain.measured &= ~static_cast<uint32_t>(record::kHeapMeasured);
  test.tallies.Add(certain);
  if (!verbose_) return;
  Tag();
  printf("%s.%s kept ", test.suite, test.name);
  if ((window.measured & record::kHeapMeasured) != 0) {
    PrintBytes(window.kept_bytes);
    printf(" in %lld blocks; %llu allocations, peak ", static_cast<long long>(window.kept_blocks),
           static_cast<unsigned long long>(window.allocations));
    PrintBytes(window.peak_bytes);
  } else {
    printf("(heap not measured)");
  }
  printf("; descriptors %+d, threads %+d\n", window.descriptors, window.threads);
}

void Console::OnSuite(const record::Window& window) noexcept {
  if (current_suite_ < count_) suites_[current_suite_].Add(window);
}

void Console::OnIteration(const record::Window& window) noexcept { process_.Add(window); }

bool Console::PrintGrowth(const Test& test) noexcept {
  const Tallies& suite = suites_[test.suite_id];
  const Tallies& own = test.tallies;
  bool any = false;
  if (own.bytes.Grew() && suite.bytes.Grew() && process_.bytes.Grew()) {
    any = true;
    Tag();
    printf("%s.%s grew by ", test.suite, test.name);
    PrintBytes(own.bytes.PerRun());
    printf(" a run over %lld runs\n", static_cast<long long>(own.bytes.runs()));
  }
  if (own.descriptors.Grew() && suite.descriptors.Grew() && process_.descriptors.Grew()) {
    any = true;
    Tag();
    printf("%s.%s left %lld more descriptors open each run\n", test.suite, test.name,
           static_cast<long long>(own.descriptors.PerRun()));
  }
  if (own.threads.Grew() && suite.threads.Grew() && process_.threads.Grew()) {
    any = true;
    Tag();
    printf("%s.%s left %lld more threads running each run\n", test.suite, test.name,
           static_cast<long long>(own.threads.PerRun()));
  }
  return any;
}

void Console::Finish() noexcept {
  if (tests_ == nullptr) return;
  if (!ownership_.counted()) {
    Tag();
    printf("heap not measured: %s answers malloc in this process\n", ownership_.name);
  }
  uint32_t grew = 0;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    const Test& test = tests_[i];
    if (PrintGrowth(test)) ++grew;
    if (test.tallies.Kept() && test.tallies.bytes.runs() < GrowthTally::kRunsToTell) ++kept;
  }
  if (process_.Grew() && grew == 0) {
    Tag();
    printf("the process grew from run to run, by nothing that one test alone keeps\n");
  }
  if (grew == 0 && kept == 0) {
    fflush(stdout);
    return;
  }
  Tag();
  if (kept > 0) {
    printf("%u of %u tests kept something in %s; what is initialised once does so too. ", kept,
           count_, process_.bytes.runs() <= 1 ? "their only run" : "too few runs to tell");
  }
  printf("%s: memprof run -- %s\n", kept > 0 ? "To settle it" : "Where and why", Executable());
  fflush(stdout);
}

}  // namespace memprof
