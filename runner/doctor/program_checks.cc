// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/doctor/program_checks.h"

#include <fmt/format.h>

#include <string>

namespace memprof {
namespace {

Check JudgeTests(const ProgramFacts& facts) {
  Check check = {"program", "tests"};
  check.essential = true;
  if (!facts.process) {
    check.state = CheckState::kMissing;
    check.seen = facts.process.error().message;
    check.loses = "everything";
    if (!facts.process.error().hint.empty()) check.cures = {facts.process.error().hint};
    return check;
  }
  check.seen = facts.process->boundary_source == record::kFromStream
                   ? "its GoogleTest told the preloaded libmemprof.so of its tests"
               : facts.preloaded ? "its listener spoke; libmemprof.so is preloaded too, for it is "
                                   "linked to a helper library alone, behind libc"
                                 : "memprof is linked in, and its listener spoke";
  return check;
}

/// Whether GoogleTest's stream could be used, for whoever takes memprof out of the link.
Check JudgeStream(const ProgramFacts& facts) {
  Check check = {"stream", "GoogleTest's stream"};
  if (facts.process->boundary_source == record::kFromStream) {
    check.seen = "it is used";
  } else if (facts.binary.may_stream) {
    check.seen = "not needed: memprof is linked in";
  } else {
    check.state = CheckState::kLimited;
    check.seen = "this GoogleTest was built without it (GTEST_CAN_STREAM_RESULTS_)";
    check.loses = "nothing as long as memprof is linked in";
    check.cures = {"keep linking memprof::gtest"};
  }
  return check;
}

Check JudgeMalloc(const RecordedProcess& process) {
  Check check = {"malloc", "who owns malloc"};
  // Behind a line break stands whose operator new the counters do not see.
  const std::string name = process.heap_owner_name.substr(0, process.heap_owner_name.find('\n'));
  switch (process.hello.heap_owner) {
    case record::kOwnerGlibc:
      check.seen = name + ", with libmemprof.so before it";
      return check;
    case record::kOwnerForwarded:
      check.seen = name + ", with libmemprof.so before it: sizes are asked of it, which costs more";
      return check;
    case record::kOwnerSanitizer:
    case record::kOwnerToldSanitizer:
      check.state = CheckState::kLimited;
      check.seen = name + ", which is linked in or preloaded";
      if (process.heap_counted()) {
        check.seen += " and tells libmemprof.so of every block";
        check.loses = "heap snapshots, and what Valgrind would say; its own leak check is asked";
      } else {
        check.loses = "bytes and blocks of each test; descriptors, threads and mappings remain";
      }
      check.cures = {"build the tests without -fsanitize beside these, and measure those"};
      return check;
    case record::kOwnerValgrind:
      check.state = CheckState::kLimited;
      check.seen = "Valgrind, which runs the program";
      check.loses = "bytes and blocks of each test";
      check.cures = {"name the test binary itself: memprof starts Valgrind where it is needed"};
      return check;
    default:
      check.state = CheckState::kLimited;
      check.seen = name + ", which comes before libmemprof.so";
      check.loses = "bytes and blocks of each test; descriptors, threads and mappings remain";
      check.cures = {
          "link the allocator as a shared library, or build the tests without it: one that is "
          "linked into the executable answers before any library"};
      return check;
  }
}

Check JudgeDebugInformation(const ProgramFacts& facts) {
  Check check = {"debug-information", "debug information"};
  const std::string debuginfod =
      facts.has_debuginfod ? "DEBUGINFOD_URLS is set" : "DEBUGINFOD_URLS is not set";
  switch (facts.debug_information) {
    case ModuleSymbols::Found::kWhole:
      check.seen = "of the program's code, in its file or where that points to";
      return check;
    case ModuleSymbols::Found::kWithoutSplitUnits:
      check.state = CheckState::kLimited;
      check.seen = "split (-gsplit-dwarf), and .dwo files are missing";
      check.loses = "inlined functions, types and variables; lines are known";
      check.cures = {
          "keep the .dwo files where the compiler wrote them, or put them into a .dwp "
          "beside the program"};
      return check;
    case ModuleSymbols::Found::kNone:
      break;
  }
  check.state = CheckState::kLimited;
  check.seen = "none in the file, by its debug link or build id; " + debuginfod;
  check.loses =
      "lines, types, and the variables that hold memory: findings name functions at best, "
      "module and offset where it is stripped";
  check.cures = {"build the tests with -g and do not strip them",
                 "install what was split off, or set DEBUGINFOD_URLS"};
  return check;
}

Check JudgeStacks(const ProgramFacts& facts) {
  Check check = {"stacks", "stacks (frame pointers)"};
  if (!facts.functions) {
    check.seen = "not looked at: this is read of x86-64 programs alone";
    return check;
  }
  const FunctionStarts& starts = *facts.functions;
  if (starts.with_frame_information > 0) {
    check.seen = fmt::format(
        "call-frame information of {} functions, by which stacks are walked; {} of {} looked at "
        "begin with a frame pointer, which is not needed",
        starts.with_frame_information, starts.with_frame_pointer, starts.looked_at);
    return check;
  }
  check.state = CheckState::kLimited;
  check.seen = "the program has no table of call-frame information";
  check.loses = "stacks end at its first function, unless that keeps a frame pointer";
  check.cures = {"build the tests with -fasynchronous-unwind-tables, the default of GCC and Clang",
                 "or with -fno-omit-frame-pointer"};
  return check;
}

Check JudgeTool(const char* id, const char* title, const Result<std::string>& said,
                const char* loses) {
  Check check = {id, title};
  if (said) {
    check.seen = said.value();
    return check;
  }
  check.state = CheckState::kMissing;
  check.seen = said.error().message;
  check.loses = loses;
  if (!said.error().hint.empty()) check.cures = {said.error().hint};
  return check;
}

Check JudgeSanitizers(const BinaryFacts& facts) {
  Check check = {"sanitizers", "sanitizers"};
  check.state = CheckState::kLimited;
  check.seen = fmt::format("it links {}, which comes first of all libraries",
                           fmt::join(facts.first_libraries, ", "));
  check.loses =
      "what Valgrind would say of it: it cannot run beside another; for leaks the "
      "program's own runtime is asked";
  check.cures = {"build the tests without -fsanitize beside these, and measure those"};
  return check;
}

}  // namespace

std::vector<Check> JudgeProgram(const ProgramFacts& facts) {
  std::vector<Check> checks = {JudgeTests(facts)};
  if (!facts.process) return checks;
  checks.push_back(JudgeMalloc(facts.process.value()));
  checks.push_back(JudgeStream(facts));
  checks.push_back(JudgeDebugInformation(facts));
  checks.push_back(JudgeStacks(facts));
  if (!facts.binary.first_libraries.empty()) checks.push_back(JudgeSanitizers(facts.binary));
  if (facts.lsan) {
    checks.push_back(JudgeTool("program.lsan", "LeakSanitizer in it", *facts.lsan,
                               "whether its memory is lost, by a second witness"));
  }
  if (facts.valgrind) {
    checks.push_back(JudgeTool("program.valgrind", "Valgrind on it", *facts.valgrind,
                               "what its peak and growth are made of, by a second witness"));
  }
  return checks;
}

}  // namespace memprof
