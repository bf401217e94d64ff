// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/include/memprof/probe.h"

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/service/service.h"
#include "gtest_plugin/tracker/session.h"
#include "gtest_plugin/tracker/whole_program.h"

namespace {

// Made when the library is loaded, which is before any code that is linked to it. Never destroyed.
memprof::Session g_session;

// The library is initialised before the program that is linked to it, and so ends after it.
__attribute__((destructor)) void OnProcessEnd() {
  memprof::EndWholeProgram(memprof::record::kEndedOtherwise);
  g_session.ProcessEnd();
  memprof::RemoveServiceSocket();
}

}  // namespace

memprof::Session& memprof::ProcessSession() noexcept { return g_session; }

MEMPROF_EXPORT int memprof_probe_claim(int probe_version) {
  return probe_version == MEMPROF_PROBE_VERSION && g_session.Claim() ? 1 : 0;
}

MEMPROF_EXPORT void memprof_probe_program_start(const struct memprof_test* tests, uint32_t count,
                                                uint32_t repeat) {
  g_session.ProgramStart(tests, count, repeat);
}

MEMPROF_EXPORT void memprof_probe_iteration_start(uint32_t iteration, uint32_t tests_planned) {
  g_session.IterationStart(iteration, tests_planned);
}

MEMPROF_EXPORT void memprof_probe_suite_start(const char* suite) { g_session.SuiteStart(suite); }

MEMPROF_EXPORT void memprof_probe_test_start(uint32_t id) { g_session.TestStart(id); }

MEMPROF_EXPORT void memprof_probe_test_end(uint32_t id, enum memprof_outcome outcome,
                                           uint32_t results) {
  g_session.TestEnd(id, outcome, results);
}

MEMPROF_EXPORT int memprof_probe_broken_limit(uint32_t index, struct memprof_broken_limit* broken) {
  return g_session.BrokenLimit(index, broken) ? 1 : 0;
}

MEMPROF_EXPORT void memprof_probe_suite_end(const char* suite) { g_session.SuiteEnd(suite); }

MEMPROF_EXPORT void memprof_probe_iteration_end(uint32_t iteration) {
  g_session.IterationEnd(iteration);
}

MEMPROF_EXPORT void memprof_probe_program_end(int passed) { g_session.ProgramEnd(passed != 0); }
