// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_EVIDENCE_BUILDER_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_EVIDENCE_BUILDER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/diagnose/evidence.h"

namespace memprof {

inline DiagnoseContext SomeContext() {
  DiagnoseContext context;
  context.source_root = "/src";
  context.binary = "build/cache_test";
  return context;
}

/// What runs a test, from the frame of its body outward.
inline Stack BelowTestBody() {
  return {{"testing::Test::Run()", "/usr/src/googletest/gtest.cc", 2687, ""},
          {"testing::TestInfo::Run()", "/usr/src/googletest/gtest.cc", 2836, ""},
          {"testing::TestSuite::Run()", "/usr/src/googletest/gtest.cc", 3015, ""},
          {"main", "/usr/src/googletest/gtest_main.cc", 50, ""},
          {"__libc_start_main_impl", "../csu/libc-start.c", 360, ""},
          {"_start", "", 0, "/src/build/cache_test"}};
}

/// malloc, called by `callers` (function, file and line below /src), called by a test's run.
inline Stack TestStack(const std::vector<Frame>& callers) {
  Stack stack = {{"operator new(unsigned long)", "../../src/libsanitizer/lsan.cpp", 248, ""}};
  stack.insert(stack.end(), callers.begin(), callers.end());
  const Stack rest = BelowTestBody();
  stack.insert(stack.end(), rest.begin(), rest.end());
  return stack;
}

/// `function` at /src/src/`file`:`line`, called from the body of Cache.Lookup.
inline Stack CallStack(const std::string& function, const std::string& file, int line,
                       const std::string& test = "Cache_Lookup_Test") {
  return TestStack({{function + "(int)", "/src/src/" + file, line, ""},
                    {test + "::TestBody()", "/src/tests/cache_test.cc", 47, ""}});
}

/// What LeakSanitizer shows of std::make_shared in `function`, inlined or not.
inline Stack SharedStack(const std::string& function, const std::string& file, int line) {
  return TestStack(
      {{"std::__new_allocator<std::_Sp_counted_ptr_inplace<Node, std::allocator<void>, "
        "(__gnu_cxx::_Lock_policy)2> >::allocate(unsigned long, void const*)",
        "/usr/include/c++/12/bits/new_allocator.h", 137, ""},
       {"std::__shared_count<(__gnu_cxx::_Lock_policy)2>::__shared_count<Node, "
        "std::allocator<void>>(Node*&, std::_Sp_alloc_shared_tag<std::allocator<void> >)",
        "/usr/include/c++/12/bits/shared_ptr_base.h", 969, ""},
       {"std::shared_ptr<std::enable_if<!std::is_array<Node>::value, Node>::type> "
        "std::make_shared<Node>()",
        "/usr/include/c++/12/bits/shared_ptr.h", 1010, ""},
       {function + "()", "/src/src/" + file, line, ""},
       {"Cache_Lookup_Test::TestBody()", "/src/tests/cache_test.cc", 47, ""}});
}

/// A node of a std::map of `values`, as `function` inserts it.
inline Stack NodeStack(const std::string& values, const std::string& function,
                       const std::string& file, int line) {
  const std::string pair = "std::pair<int const, " + values + " >";
  return TestStack({{"std::__new_allocator<std::_Rb_tree_node<" + pair +
                         " > >::allocate(unsigned long, void const*)",
                     "/usr/include/c++/12/bits/new_allocator.h", 137, ""},
                    {"std::map<int, " + values + " >::operator[](int&&)",
                     "/usr/include/c++/12/bits/stl_map.h", 511, ""},
                    {function + "()", "/src/src/" + file, line, ""},
                    {"Cache_Lookup_Test::TestBody()", "/src/tests/cache_test.cc", 47, ""}});
}

/// SetUpTestSuite, called by the run of a suite.
inline Stack SuiteStack() {
  return {{"operator new(unsigned long)", "../../src/libsanitizer/lsan.cpp", 248, ""},
          {"Cache::SetUpTestSuite()", "/src/tests/cache_test.cc", 9, ""},
          {"testing::TestSuite::Run()", "/usr/src/googletest/gtest.cc", 3001, ""},
          {"main", "/src/tests/main.cc", 5, ""}};
}

inline Stack LibraryStack() {
  return TestStack({{"curl_global_init", "/usr/include/curl.c", 12, ""}});
}

inline LostSite Lost(Stack stack, std::int64_t bytes_per_run, std::int64_t blocks_per_run,
                     bool direct = true) {
  LostSite site;
  site.stack = std::move(stack);
  site.direct = direct;
  site.recurs = true;
  site.every_run = true;
  site.bytes_per_run = bytes_per_run;
  site.blocks_per_run = blocks_per_run;
  site.total_bytes = 9 * bytes_per_run;
  site.total_blocks = 9 * blocks_per_run;
  return site;
}

inline LostSite LostOnce(Stack stack, std::int64_t bytes, std::int64_t blocks, bool direct = true) {
  LostSite site;
  site.stack = std::move(stack);
  site.direct = direct;
  site.total_bytes = bytes;
  site.total_blocks = blocks;
  return site;
}

inline GrowingSite Growing(Stack stack, std::int64_t bytes_per_run, double share = 1) {
  GrowingSite site;
  site.stack = std::move(stack);
  site.bytes_per_run = bytes_per_run;
  site.share_of_growth = share;
  for (std::int64_t run = 1; run <= 6; ++run) site.series.push_back(bytes_per_run * run);
  return site;
}

/// `from`, and `step` more each run.
inline std::vector<std::int64_t> Rising(int runs, std::int64_t from, std::int64_t step) {
  std::vector<std::int64_t> values;
  for (int run = 0; run < runs; ++run) values.push_back(from + run * step);
  return values;
}

/// A process that ran `runs` times and in which nothing grew, all of it measured.
inline ProcessSeries StillSeries(int runs) {
  ProcessSeries series;
  series.iterations = runs;
  series.live_blocks = Rising(runs, 700, 0);
  for (const Quantity quantity : kQuantities) {
    QuantitySeries& of = series.quantities[static_cast<std::size_t>(quantity)];
    of.measured = true;
    of.values = Rising(runs, quantity == Quantity::kBytes ? 80'000 : 5, 0);
    for (auto& kept : of.kept_by_scope) kept = Rising(runs, 0, 0);
  }
  return series;
}

/// Lets one quantity rise by `step` a run, kept by the windows of `scope`.
inline void Raise(Quantity quantity, std::int64_t step, ProcessSeries* series,
                  Scope scope = Scope::kTest) {
  QuantitySeries& of = series->quantities[static_cast<std::size_t>(quantity)];
  of.values = Rising(series->iterations, of.values.front(), step);
  of.kept_by_scope[static_cast<std::size_t>(scope)] = Rising(series->iterations, step, step);
}

inline TestEvidence EvidenceOf(ProcessSeries series) {
  TestEvidence evidence;
  evidence.test.suite = "Cache";
  evidence.test.name = "Lookup";
  evidence.test.file = "/src/tests/cache_test.cc";
  evidence.test.line = 45;
  evidence.kept_once_bytes = 0;
  evidence.triage.series = std::move(series);
  return evidence;
}

/// A suspect whose live bytes and blocks rise each run.
inline TestEvidence GrowingEvidence(int runs, std::int64_t bytes, std::int64_t blocks) {
  ProcessSeries series = StillSeries(runs);
  Raise(Quantity::kBytes, bytes, &series);
  series.live_blocks = Rising(runs, 700, blocks);
  return EvidenceOf(std::move(series));
}

/// A site of the trace that takes `bytes` in `blocks` more each of `runs` runs.
inline TracedSite TracedGrowing(Stack stack, int runs, std::int64_t bytes, std::int64_t blocks) {
  return {std::move(stack), Rising(runs, bytes, bytes), Rising(runs, blocks, blocks), runs};
}

/// A site of the trace of which the first run alone made what is alive.
inline TracedSite TracedOnce(Stack stack, int runs, std::int64_t bytes, std::int64_t blocks) {
  return {std::move(stack), Rising(runs, bytes, 0), Rising(runs, blocks, 0), 1};
}

/// A resource of the trace that each of `runs` runs leaves `step` more of.
inline TracedResource Left(Quantity quantity, Stack stack, int runs, std::int64_t step,
                           std::vector<std::string> targets = {}) {
  return {quantity, std::move(stack), std::move(targets), Rising(runs, step, step)};
}

inline void Trace(std::vector<TracedSite> sites, std::vector<TracedResource> resources,
                  TestEvidence* evidence) {
  evidence->triage.sites = std::move(sites);
  evidence->triage.resources = std::move(resources);
  evidence->triage.untraced.clear();
}

/// `stack` as our own unwinder takes it: from the caller of malloc on, the allocator's frame of
/// libstdc++ without a file.
inline Stack Unwound(Stack stack) {
  stack.front() = {"operator new(unsigned long)", "", 0, "/usr/lib/libstdc++.so.6", 0x9f0};
  return stack;
}

inline void Confirm(std::vector<LostSite> lost, std::vector<GrowingSite> growing,
                    TestEvidence* evidence) {
  evidence->confirm.wanted = {true, true};
  evidence->confirm.lost = std::move(lost);
  evidence->confirm.lsan_runs = 9;
  evidence->confirm.growing = std::move(growing);
  evidence->confirm.massif_snapshots = 6;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_EVIDENCE_BUILDER_H_
