// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/record/service_format.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/gauges.h"
#include "gtest_plugin/tracker/process_facts.h"

namespace memprof {
namespace {

constexpr int64_t kMillisecond = 1000000;
constexpr long kDefaultSettleMs = 2000;  // goleak's total

// A string in a payload: its length, then its bytes.
struct Text {
  explicit Text(const char* value)
      : bytes(value != nullptr ? value : ""), length(static_cast<uint32_t>(strlen(bytes))) {
    // Names of parametrised tests can be of any length; a record cannot.
    if (length > record::kMaxPayload / 8) length = record::kMaxPayload / 8;
  }
  const char* bytes;
  uint32_t length;
};

record::Piece LengthOf(const Text& text) { return {&text.length, sizeof(text.length)}; }
record::Piece BytesOf(const Text& text) { return {text.bytes, text.length}; }

template <class T>
record::Piece StructOf(const T& value) {
  return {&value, sizeof(value)};
}

}  // namespace

bool Session::Claim() noexcept {
  const char* mode = getenv("MEMPROF");
  if (mode != nullptr && strcmp(mode, "off") == 0) return false;
  if (claimed_) return false;
  claimed_ = true;
  pid_ = getpid();
  verbose_ = mode != nullptr && strcmp(mode, "verbose") == 0;
  const char* path = getenv("MEMPROF_RECORD");
  if (path != nullptr && *path != '\0') {
    if (!OpenRecord(path)) {
      // Taken: this process inherited the environment of the one that is being measured.
      if (errno != EBUSY) {
        fprintf(stderr, "memprof: cannot write the record %s: %s\n", path, strerror(errno));
      }
      return false;
    }
  } else {
    console_on_ = true;
  }
  ownership_ = DetectHeapOwner();
  TryOperatorNew(&ownership_);
  meter_.Start(ownership_);
  const char* settle = getenv("MEMPROF_SETTLE_MS");
  const long limit = settle != nullptr ? strtol(settle, nullptr, 10) : kDefaultSettleMs;
  meter_.set_settle_limit_ns(limit * kMillisecond);
  const char* rest = getenv("MEMPROF_REST_MS");
  if (rest != nullptr) rest_ns_ = strtol(rest, nullptr, 10) * kMillisecond;
  const char* prefix = getenv("MEMPROF_SNAPSHOT");
  if (prefix != nullptr && *prefix != '\0') snapshot_prefix_ = prefix;
  return true;
}

bool Session::OpenRecord(const char* path) noexcept {
  if (record_.Open(path)) return true;
  if (boundary_source_ != record::kFromProcess || errno != EBUSY) return false;
  // What ran in this process before it called exec has written into the one before.
  char next[4096];
  const char* taken = path;
  for (uint32_t number = 1; number <= record::kMostExecutables; ++number) {
    if (record::OwnerOf(taken) != pid_) break;
    snprintf(next, sizeof(next), "%s%s%u", path, record::kExecutableSuffix, number);
    if (record_.Open(next)) return true;
    taken = next;
  }
  errno = EBUSY;
  return false;
}

bool Session::ClaimProgram() noexcept {
  boundary_source_ = record::kFromProcess;
  const char* path = getenv("MEMPROF_RECORD");
  if (path != nullptr && *path != '\0') return Claim();
  claimed_ = true;  // a listener that is linked in has nothing to say
  fprintf(stderr, "memprof: %s=1 measures nothing without MEMPROF_RECORD\n",
          record::kProgramVariable);
  return false;
}

bool Session::IsSilent() const noexcept { return over_ || getpid() != pid_; }

void Session::WriteHello(uint32_t tests, uint32_t repeat) noexcept {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  record::Hello hello = {};
  hello.pid = static_cast<uint32_t>(pid_);
  hello.tests_planned = tests;
  hello.repeat = repeat;
  hello.started_unix_ns =
      static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
  const record::HelloMore more = {
      static_cast<uint32_t>(trace_.is_on() ? record::kFullTrace : record::kCountersOnly),
      static_cast<uint32_t>(boundary_source_)};
  WriteHelloRecord(hello, more, ownership_, &record_);
}

void Session::WriteTest(uint32_t id, const memprof_test& test) noexcept {
  const record::TestInfo info = {id, static_cast<uint32_t>(test.line)};
  const Text suite(test.suite);
  const Text name(test.name);
  const Text file(test.file);
  const Text type(test.type_parameter);
  const Text value(test.value_parameter);
  const record::Piece pieces[] = {StructOf(info), LengthOf(suite), BytesOf(suite), LengthOf(name),
                                  BytesOf(name),  LengthOf(file),  BytesOf(file),  LengthOf(type),
                                  BytesOf(type),  LengthOf(value), BytesOf(value)};
  record_.Append(record::kTestInfo, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

void Session::ProgramStart(const memprof_test* tests, uint32_t count, uint32_t repeat) noexcept {
  // A main that calls RUN_ALL_TESTS again: its first run is on record, whole.
  over_ = over_ || started_;
  started_ = true;
  if (IsSilent()) return;
  g_process_facts.has_tests = boundary_source_ != record::kFromProcess;
  repeat_ = repeat;
  if (record_.is_open()) {
    // Without blocks, still who opened descriptors and started threads.
    if (ownership_.counted() || ownership_.is_sanitizer()) trace_.Prepare();
    // The runtime's shadow and its freed blocks would be searched too, for terabytes.
    if (ownership_.is_sanitizer()) {
      trace_.RefuseSnapshots(
          "a sanitizer's runtime owns the heap, and its blocks are not searched");
    }
    if (const char* why = trace_.why_off(); why != nullptr) {
      fprintf(stderr, "memprof: no full trace, only counts: %s\n", why);
    }
    WriteHello(count, repeat);
    for (uint32_t i = 0; i < count; ++i) WriteTest(i, tests[i]);
    trace_.Start(&record_);
  }
  if (console_on_) console_.Start(tests, count, ownership_, verbose_);
  iteration_end_ = meter_.Read(true);
  at_iteration_end_.CopyFrom(meter_.descriptors());
}

void Session::AnnounceTest(uint32_t id, const memprof_test& test) noexcept {
  if (!IsSilent()) WriteTest(id, test);
}

void Session::IterationStart(uint32_t iteration, uint32_t tests_planned) noexcept {
  if (IsSilent()) return;
  iteration_ = iteration;
  const record::IterationStart start = {iteration, tests_planned};
  const record::Piece piece = StructOf(start);
  record_.Append(record::kIterationStart, &piece, 1);
  program_window_ = trace_.OpenWindow(record::kWithinProgram, record::kNoTest, iteration, nullptr);
  StartGaugesOfIteration();
  iteration_start_ = meter_.Read(false);
  if (boundary_source_ != record::kFromProcess) return;
  iteration_start_.heap = {};  // from the first allocation on
  iteration_start_.mappings.bytes = iteration_start_.mappings.mappings = 0;
  iteration_start_.monotonic_ns = g_process_facts.loaded_ns;
  trace_.WatchPeak();
}

void Session::SuiteStart(const char* suite) noexcept {
  if (IsSilent()) return;
  suite_window_ = trace_.OpenWindow(record::kWithinSuite, record::kNoTest, iteration_, suite);
  tests_in_suite_ = 0;
  suite_start_ = meter_.Read(false);
}

void Session::TestStart(uint32_t id) noexcept {
  if (IsSilent()) return;
  const record::TestStart start = {id, iteration_};
  const record::Piece piece = StructOf(start);
  record_.Append(record::kTestStart, &piece, 1);
  StartGaugesOfTest();
  test_start_ = meter_.Read(false);
  if (at_test_start_version_ != meter_.descriptor_version()) {
    at_test_start_.CopyFrom(meter_.descriptors());
    at_test_start_version_ = meter_.descriptor_version();
  }
  BeginTestOfIgnored();
  authored_.Begin();
  peak_base_ = BeginPeak();
  trace_.OpenWindow(record::kWithinTest, id, iteration_, nullptr);
  trace_.StartTest(id, peak_base_);
}

void Session::WriteDescriptorChanges(const DescriptorSet& before, uint32_t test) noexcept {
  if (!record_.is_open()) return;
  ForEachChange(before, meter_.descriptors(), [&](const DescriptorIdentity& identity, int32_t by) {
    const record::DescriptorChange change = {iteration_,      test,          by, identity.count,
                                             identity.device, identity.inode};
    const Text target(identity.target);
    const record::Piece pieces[] = {StructOf(change), LengthOf(target), BytesOf(target)};
    record_.Append(record::kDescriptorChange, pieces, 3);
  });
}

void Session::TestEnd(uint32_t id, memprof_outcome outcome, uint32_t results) noexcept {
  if (IsSilent()) return;
  const int64_t peak = PeakAbove(peak_base_);
  const IgnoredSum ignored = EndTestOfIgnored();
  trace_.EndTest(id, iteration_, peak);
  trace_.ReopenWindow(suite_window_);
  meter_.Settle(test_start_.threads);
  const Reading end = meter_.Read(false);
  EndGaugesOfTest(iteration_, id, &record_);
  ++tests_in_suite_;
  record::TestEnd result = {};
  result.id = id;
  result.iteration = iteration_;
  result.outcome = static_cast<uint32_t>(outcome);
  result.results = results;
  result.window = meter_.Between(test_start_, end);
  result.window.peak_bytes = peak;
  if (at_test_start_version_ != meter_.descriptor_version() && result.window.descriptors != 0) {
    WriteDescriptorChanges(at_test_start_, id);
  }
  authored_.End(result.window, ignored);
  authored_.Write(id, iteration_, &record_);
  const record::Piece piece = StructOf(result);
  record_.Append(record::kTestEnd, &piece, 1);
  if (console_on_) console_.OnTest(id, authored_.Unintended(), results > 0);
}

bool Session::BrokenLimit(uint32_t index, memprof_broken_limit* broken) const noexcept {
  return console_on_ && !IsSilent() && authored_.Broken(index, broken);
}

void Session::AddLimit(memprof_limit kind, int64_t value, const char* file, int line) noexcept {
  if (!IsSilent()) authored_.AddLimit(kind, value, file, line);
}

void Session::AddKeeps(int64_t bytes, const char* why, const char* file, int line) noexcept {
  if (!IsSilent()) authored_.AddKeeps(bytes, why, file, line);
}

void Session::SuiteEnd(const char* suite) noexcept {
  if (IsSilent()) return;
  trace_.ReopenWindow(program_window_);
  record::SuiteEnd end = {};
  end.iteration = iteration_;
  end.tests_run = tests_in_suite_;
  end.window = meter_.Between(suite_start_, meter_.Read(false));
  const Text name(suite);
  const record::Piece pieces[] = {StructOf(end), LengthOf(name), BytesOf(name)};
  record_.Append(record::kSuiteEnd, pieces, 3);
  if (console_on_) console_.OnSuite(end.window);
}

void Session::IterationEnd(uint32_t iteration) noexcept {
  if (IsSilent()) return;
  const Reading now = meter_.Read(true);
  record::IterationEnd end = {};
  end.iteration = iteration;
  end.window = meter_.Between(iteration_start_, now);
  end.totals = meter_.Totals(now);
  if (boundary_source_ == record::kFromProcess) {
    end.window.peak_bytes = PeakAbove(0);
    trace_.EndWatchedPeak();
  }
  WriteDescriptorChanges(at_iteration_end_, record::kNoTest);
  at_iteration_end_.CopyFrom(meter_.descriptors());
  EndGaugesOfIteration(iteration, &record_);
  trace_.EndIteration(iteration);
  const record::Piece piece = StructOf(end);
  record_.Append(record::kIterationEnd, &piece, 1);
  WriteLost();
  if (snapshot_prefix_ != nullptr && ownership_.owner == record::kOwnerValgrind) {
    char path[4096];
    snprintf(path, sizeof(path), "%s.%u", snapshot_prefix_, iteration);
    TakeMassifSnapshot(path);
  }
  if (console_on_) console_.OnIteration(meter_.Between(iteration_end_, now));
  iteration_end_ = now;
  if (repeat_ >= 3 && iteration == repeat_ - 2) Rest();
}

void Session::Rest() noexcept {
  if (rest_ns_ <= 0) return;
  const timespec span = {rest_ns_ / 1000000000, rest_ns_ % 1000000000};
  syscall(SYS_nanosleep, &span, nullptr);
}

void Session::WriteLost() noexcept {
  const uint64_t records = record_.lost() - lost_records_written_;
  const uint64_t descriptors = static_cast<uint64_t>(meter_.descriptors().not_looked_at());
  if (records == 0 && descriptors == 0) return;
  const record::Lost lost = {records, descriptors};
  const record::Piece piece = StructOf(lost);
  const uint64_t before = record_.lost();
  record_.Append(record::kLost, &piece, 1);
  if (record_.lost() == before) lost_records_written_ = before;
}

void Session::WriteLeakCheck() noexcept {
  const char* wanted = getenv("MEMPROF_LEAK_CHECK");
  if (wanted == nullptr || *wanted != '1' || !ownership_.is_sanitizer()) return;
  // The runtime ends the process here where it is not allowed to look at its threads.
  const int found = CheckForLeaks();
  if (found < 0) return;
  const record::LeakCheck check = {found > 0 ? 1u : 0u, 0};
  const record::Piece piece = StructOf(check);
  record_.Append(record::kLeakCheck, &piece, 1);
}

void Session::ProcessEnd() noexcept {
  if (!claimed_ || !started_ || IsSilent() || !record_.is_open() || !ownership_.counted()) return;
  const HeapTotals heap = ReadHeapTotals();
  const record::ProcessEnd end = {heap.live_bytes, heap.live_blocks()};
  const record::Piece piece = StructOf(end);
  record_.Append(record::kProcessEnd, &piece, 1);
  trace_.EndProcess();
}

void Session::ProgramEnd(bool passed) noexcept {
  if (IsSilent()) return;
  trace_.OpenWindow(record::kAfterTests, record::kNoTest, iteration_, nullptr);
  trace_.EndProgram();
  if (boundary_source_ == record::kFromProcess) WriteEndingRecord(ending_, &record_);
  const record::ProgramEnd end = {passed ? 1u : 0u, 0};
  const record::Piece piece = StructOf(end);
  record_.Append(record::kProgramEnd, &piece, 1);
  WriteLost();
  WriteLeakCheck();
  if (console_on_) console_.Finish();
}

}  // namespace memprof
