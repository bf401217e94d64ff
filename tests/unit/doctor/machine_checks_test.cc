// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/doctor/machine_checks.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "tests/unit/doctor/find_check.h"

namespace memprof {
namespace {

/// A machine on which everything works.
MachineFacts Healthy() {
  MachineFacts facts;
  facts.plugin = std::string("/usr/lib/libmemprof.so.0");
  facts.plugin_version = MEMPROF_VERSION;
  facts.valgrind = {{"massif", std::string("Valgrind-3.19.0 ran a program")}};
  facts.lsan = std::string("liblsan.so.0 checked a program for leaks");
  facts.out = {"memprof-out", ".", "", std::int64_t{1} << 40};
  facts.temporary = {"/tmp", "/tmp", "", std::int64_t{1} << 40};
  facts.open_files = 1024;
  facts.ctest = std::string("ctest version 3.25.1");
  return facts;
}

TEST(MachineChecks, AHealthyMachineLosesNothing) {
  for (const Check& check : JudgeMachine(Healthy())) {
    EXPECT_EQ(check.state, CheckState::kOk) << check.id;
    EXPECT_FALSE(check.seen.empty()) << check.id;
    EXPECT_TRUE(check.loses.empty()) << check.id;
    EXPECT_TRUE(check.cures.empty()) << check.id;
  }
}

struct SickCase {
  const char* name;
  void (*change)(MachineFacts*);
  const char* id;
  CheckState state;
  bool works;
  const char* cure;
};

TEST(MachineChecks, WhateverIsWrongIsLostForSomethingAndHasACure) {
  const SickCase cases[] = {
      {"ptrace refused",
       [](MachineFacts* f) {
         f->ptrace = {EPERM, EPERM, -1, true};
       },
       "ptrace", CheckState::kMissing, true, "SYS_PTRACE"},
      {"ptrace by administrators",
       [](MachineFacts* f) {
         f->ptrace = {EPERM, EPERM, 2, false};
       },
       "ptrace", CheckState::kMissing, true, "ptrace_scope=1"},
      {"ptrace of children refused", [](MachineFacts* f) { f->ptrace.of_child = EPERM; }, "ptrace",
       CheckState::kLimited, true, "SYS_PTRACE"},
      {"full disk", [](MachineFacts* f) { f->out.free_bytes = 4096; }, "output",
       CheckState::kMissing, false, "--out"},
      {"little room", [](MachineFacts* f) { f->temporary.free_bytes = 64 << 20; }, "temporary",
       CheckState::kLimited, true, "TMPDIR"},
      {"read-only", [](MachineFacts* f) { f->out.why_not = "Read-only file system"; }, "output",
       CheckState::kMissing, false, "--out"},
      {"another version", [](MachineFacts* f) { f->plugin_version = "9.9.9"; }, "plugin",
       CheckState::kLimited, true, "--plugin"},
      {"old CTest", [](MachineFacts* f) { f->ctest = std::string("ctest version 3.22.1"); },
       "ctest", CheckState::kLimited, true, "newer"},
      {"little address space", [](MachineFacts* f) { f->address_space = std::int64_t{4} << 30; },
       "limits", CheckState::kLimited, true, "ulimit -v"},
      {"no /proc", [](MachineFacts* f) { f->unreadable_proc = {"/proc/self/maps"}; }, "proc",
       CheckState::kLimited, true, "mount"},
      {"no libdw", [](MachineFacts* f) { f->reads_debug_information = false; }, "libdw",
       CheckState::kLimited, true, "libdw-dev"},
  };
  for (const SickCase& each : cases) {
    SCOPED_TRACE(each.name);
    MachineFacts facts = Healthy();
    each.change(&facts);
    Checkup checkup;
    checkup.checks = JudgeMachine(facts);
    const Check check = FindCheck(checkup.checks, each.id);
    EXPECT_EQ(check.state, each.state);
    EXPECT_FALSE(check.loses.empty());
    std::string cures;
    for (const std::string& cure : check.cures) cures += cure + "\n";
    EXPECT_NE(cures.find(each.cure), std::string::npos) << cures;
    EXPECT_EQ(checkup.Works(), each.works);
  }
}

TEST(MachineChecks, ANewerMajorCTestIsNoOldOne) {
  MachineFacts facts = Healthy();
  facts.ctest = std::string("ctest version 4.1.2");
  EXPECT_EQ(FindCheck(JudgeMachine(facts), "ctest").state, CheckState::kOk);
}

}  // namespace
}  // namespace memprof
