// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/resource_memory.h"

#include <gtest/gtest.h>

#include "runner/diagnose/diagnose.h"
#include "tests/unit/diagnose/evidence_builder.h"
#include "tests/unit/diagnose/retention_builder.h"

namespace memprof {
namespace {

Stack ThreadStartedBy(const std::string& function, int line) {
  return TestStack({{"_dl_allocate_tls", "./elf/dl-tls.c", 525, ""},
                    {"pthread_create@@GLIBC_2.34", "./nptl/pthread_create.c", 647, ""},
                    {"std::thread::_M_start_thread(std::unique_ptr<...>)", "", 0, "libstdc++.so.6"},
                    {function + "()", "/src/src/pool.cc", line, ""},
                    {"Cache_Lookup_Test::TestBody()", "/src/tests/cache_test.cc", 47, ""}});
}

Stack WithinThread(const std::string& function, int line) {
  return {{"operator new(unsigned long)", "", 0, "libstdc++.so.6"},
          {function + "()", "/src/src/pool.cc", line, ""},
          {"start_thread", "./nptl/pthread_create.c", 442, ""},
          {"clone", "../sysdeps/unix/sysv/linux/x86_64/clone.S", 100, ""}};
}

TEST(ResourceOfStack, IsToldByTheCallThatAcquires) {
  struct Row {
    const char* what;
    Stack stack;
    bool is_resource;
    Quantity quantity;
    bool acquired_here;
  };
  const Stack file = TestStack(
      {{"fopen@@GLIBC_2.2.5", "./libio/iofopen.c", 65, ""}, {"Load()", "/src/src/load.cc", 3, ""}});
  const Stack buffer = TestStack({{"_IO_file_doallocate", "./libio/filedoalloc.c", 101, ""},
                                  {"_IO_doallocbuf", "./libio/genops.c", 347, ""},
                                  {"fread", "./libio/iofread.c", 38, ""},
                                  {"Load()", "/src/src/load.cc", 5, ""}});
  const Stack plain = CallStack("ReopenCache", "cache.cc", 9);
  for (const Row& row :
       {Row{"thread", ThreadStartedBy("Pool::Grow", 12), true, Quantity::kThreads, true},
        Row{"within", WithinThread("Work", 30), true, Quantity::kThreads, false},
        Row{"file", file, true, Quantity::kDescriptors, true},
        Row{"buffer", buffer, true, Quantity::kDescriptors, false},
        Row{"plain", plain, false, Quantity::kBytes, false}}) {
    const auto memory = ResourceOfStack(row.stack);
    ASSERT_EQ(memory.has_value(), row.is_resource) << row.what;
    if (!memory) continue;
    EXPECT_EQ(memory->quantity, row.quantity) << row.what;
    EXPECT_EQ(memory->acquired_here, row.acquired_here) << row.what;
  }
}

TestEvidence ThreadsAndBytesGrow() {
  ProcessSeries series = StillSeries(48);
  Raise(Quantity::kThreads, 1, &series);
  Raise(Quantity::kBytes, 512, &series);
  series.live_blocks = Rising(48, 700, 3);
  return EvidenceOf(std::move(series));
}

TEST(ResourceMemory, WhatAThreadBringsAlongIsItsFindingAndTellsItsLine) {
  TestEvidence evidence = ThreadsAndBytesGrow();
  Confirm({},
          {Growing(ThreadStartedBy("Pool::Grow", 12), 304), Growing(WithinThread("Work", 30), 200)},
          &evidence);
  const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
  ASSERT_EQ(diagnosis.findings.size(), 1u);
  const Finding& finding = diagnosis.findings[0];
  EXPECT_EQ(finding.kind, FindingKind::kThreadLeak);
  EXPECT_EQ(finding.location.file, "src/pool.cc");
  EXPECT_EQ(finding.location.line, 12);
}

TEST(ResourceMemory, OtherGrowthOfTheTestIsStillAFinding) {
  TestEvidence evidence = ThreadsAndBytesGrow();
  Confirm({},
          {Growing(ThreadStartedBy("Pool::Grow", 12), 304),
           Growing(CallStack("Put", "cache.cc", 9), 200)},
          &evidence);
  const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
  ASSERT_EQ(diagnosis.findings.size(), 2u);
  EXPECT_EQ(diagnosis.findings[0].kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(diagnosis.findings[0].location.line, 9);
  EXPECT_NE(diagnosis.findings[0].cause.find("threads"), std::string::npos);
}

// The thread is what to end; the memory goes with it.
TEST(ResourceMemory, WhatOnlyStacksOfThreadsHoldIsTheThreadsFinding) {
  for (const char* thread : {"a thread", "main thread"}) {
    TestEvidence evidence = ThreadsAndBytesGrow();
    Holder holder = HolderOf(Holder::Kind::kStack, "request");
    holder.thread = thread;
    TracedSite site = {CallStack("Prefetch", "reader.cc", 23), Rising(48, 512, 512),
                       Rising(48, 1, 1), 48};
    evidence.triage.untraced.clear();
    evidence.triage.sites = {HeldBySnapshot(std::move(site), holder)};
    const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
    const bool goes_with_threads = holder.thread != "main thread";
    ASSERT_EQ(diagnosis.findings.size(), goes_with_threads ? 1u : 2u);
    const Finding& finding = diagnosis.findings.back();
    EXPECT_EQ(finding.kind, FindingKind::kThreadLeak);
    const bool told =
        std::any_of(finding.evidence.begin(), finding.evidence.end(), [](const Evidence& each) {
          return each.text ==
                 "+512 B per run is held by the stacks of threads alone: Prefetch "
                 "src/reader.cc:23";
        });
    EXPECT_EQ(told, goes_with_threads);
  }
}

TestEvidence DescriptorsAndBytesGrow() {
  ProcessSeries series = StillSeries(48);
  Raise(Quantity::kDescriptors, 1, &series);
  Raise(Quantity::kBytes, 32'864, &series);
  series.live_blocks = Rising(48, 700, 1);
  return EvidenceOf(std::move(series));
}

Stack DirectoryOpenedBy(const std::string& function, int line) {
  return TestStack({{"__alloc_dir", "../sysdeps/unix/sysv/linux/opendir.c", 118, ""},
                    {"opendir_tail", "../sysdeps/unix/sysv/linux/opendir.c", 69, ""},
                    {"opendir", "../sysdeps/unix/sysv/linux/opendir.c", 95, ""},
                    {function + "()", "/src/src/scan.cc", line, ""}});
}

// One forgotten closedir, not a lost block and a descriptor.
TEST(ResourceMemory, LostDirectoryStreamIsTheDescriptorsFindingAndTellsItsLine) {
  for (const bool with_massif : {true, false}) {
    TestEvidence evidence = DescriptorsAndBytesGrow();
    const Stack stack = DirectoryOpenedBy("Scan", 7);
    Confirm({Lost(stack, 32'848, 1)}, {Growing(stack, 32'848)}, &evidence);
    if (!with_massif) evidence.confirm.growing = Measured<std::vector<GrowingSite>>::Not("none");
    const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
    ASSERT_EQ(diagnosis.findings.size(), 1u);
    const Finding& finding = diagnosis.findings[0];
    EXPECT_EQ(finding.kind, FindingKind::kFdLeak);
    EXPECT_EQ(finding.location.line, 7);
    EXPECT_EQ(finding.evidence[0].source, with_massif ? "massif" : "lsan");
  }
}

TEST(ResourceMemory, LostDirectoryStreamWhoseDescriptorIsClosedIsALoss) {
  TestEvidence evidence = GrowingEvidence(48, 32'864, 1);
  Confirm({Lost(DirectoryOpenedBy("Scan", 7), 32'848, 1)}, {}, &evidence);
  const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
  ASSERT_EQ(diagnosis.findings.size(), 1u);
  EXPECT_EQ(diagnosis.findings[0].kind, FindingKind::kMemoryLeak);
}

// Ending the thread would not free it.
TEST(ResourceMemory, WhatAThreadLosesWhileItRunsIsALossBesideTheThread) {
  TestEvidence evidence = ThreadsAndBytesGrow();
  Confirm({Lost(WithinThread("Work", 30), 500, 3)}, {}, &evidence);
  const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
  ASSERT_EQ(diagnosis.findings.size(), 2u);
  EXPECT_EQ(diagnosis.findings[0].kind, FindingKind::kMemoryLeak);
}

TEST(ResourceMemory, SmallGrowthThatNoCallCausesIsThatOfTheThreads) {
  TestEvidence evidence = ThreadsAndBytesGrow();  // one thread and 512 B a run
  Confirm({}, {}, &evidence);
  EXPECT_EQ(DiagnoseSuspect(evidence, SomeContext(), Thresholds{}).findings.size(), 1u);
  ProcessSeries series = *evidence.triage.series;
  Raise(Quantity::kBytes, 1100, &series);
  evidence.triage.series = series;
  EXPECT_EQ(DiagnoseSuspect(evidence, SomeContext(), Thresholds{}).findings.size(), 2u);
}

// Without threads that grow, memory of a thread is the test's: a pool that was there before.
TEST(ResourceMemory, ThreadsThatStayAsManyExplainNothing) {
  TestEvidence evidence = GrowingEvidence(48, 512, 3);
  Confirm({}, {Growing(WithinThread("Work", 30), 500)}, &evidence);
  const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
  ASSERT_EQ(diagnosis.findings.size(), 1u);
  EXPECT_EQ(diagnosis.findings[0].kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(diagnosis.findings[0].location.line, 30);
}

}  // namespace
}  // namespace memprof
