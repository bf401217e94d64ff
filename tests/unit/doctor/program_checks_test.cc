// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/doctor/program_checks.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/doctor/find_check.h"

namespace memprof {
namespace {

ProgramFacts Linked() {
  ProgramFacts facts;
  facts.name = "foo_test";
  RecordedProcess process;
  process.hello.heap_owner = record::kOwnerGlibc;
  process.heap_owner_name = "libc.so.6";
  facts.process = process;
  facts.debug_information = ModuleSymbols::Found::kWhole;
  facts.functions = FunctionStarts{100, 100, 90};
  facts.lsan = Result<std::string>(std::string("it ran"));
  facts.valgrind = Result<std::string>(std::string("it ran"));
  return facts;
}

TEST(ProgramChecks, OfALinkedProgramAllIsWell) {
  for (const Check& check : JudgeProgram(Linked())) {
    EXPECT_EQ(check.state, CheckState::kOk) << check.id;
  }
}

TEST(ProgramChecks, WhereTheTestsCannotBeFollowedNothingElseIsClaimed) {
  ProgramFacts facts = Linked();
  facts.process = Error{ErrorKind::kUnsupported, "it is statically linked", "build it without"};
  const std::vector<Check> checks = JudgeProgram(facts);
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_TRUE(checks[0].essential);
  EXPECT_EQ(checks[0].state, CheckState::kMissing);
  EXPECT_EQ(checks[0].seen, "it is statically linked");
  EXPECT_EQ(checks[0].cures.size(), 1u);
}

struct OwnerCase {
  record::HeapOwner owner;
  const char* name;
  CheckState state;
};

TEST(ProgramChecks, BytesAreLostWhereAnotherAnswersMallocBeforeUs) {
  const OwnerCase cases[] = {
      {record::kOwnerForwarded, "libjemalloc.so.2", CheckState::kOk},
      {record::kOwnerOther, "foo_test", CheckState::kLimited},
      {record::kOwnerSanitizer, "ThreadSanitizer", CheckState::kLimited},
      {record::kOwnerValgrind, "Valgrind", CheckState::kLimited},
  };
  for (const OwnerCase& each : cases) {
    ProgramFacts facts = Linked();
    facts.process.value().hello.heap_owner = each.owner;
    facts.process.value().heap_owner_name = each.name;
    const Check check = FindCheck(JudgeProgram(facts), "malloc");
    EXPECT_EQ(check.state, each.state) << each.name;
    EXPECT_NE(check.seen.find(each.name), std::string::npos) << check.seen;
    EXPECT_EQ(check.loses.find("bytes") != std::string::npos, each.state == CheckState::kLimited);
  }
}

TEST(ProgramChecks, MissingPartsOfDebugInformationAreToldApart) {
  ProgramFacts facts = Linked();
  facts.debug_information = ModuleSymbols::Found::kNone;
  EXPECT_NE(FindCheck(JudgeProgram(facts), "debug-information").cures[0].find("-g"),
            std::string::npos);
  facts.debug_information = ModuleSymbols::Found::kWithoutSplitUnits;
  EXPECT_NE(FindCheck(JudgeProgram(facts), "debug-information").seen.find(".dwo"),
            std::string::npos);
}

TEST(ProgramChecks, WithoutCallFrameInformationStacksEnd) {
  ProgramFacts facts = Linked();
  facts.functions = FunctionStarts{};
  EXPECT_EQ(FindCheck(JudgeProgram(facts), "stacks").state, CheckState::kLimited);
  facts.functions.reset();  // of another machine
  EXPECT_EQ(FindCheck(JudgeProgram(facts), "stacks").state, CheckState::kOk);
}

}  // namespace
}  // namespace memprof
