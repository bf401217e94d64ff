// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/call_site.h"

#include <cstddef>
#include <string_view>

namespace memprof {
namespace {

bool StartsWithAny(std::string_view function, std::span<const std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (function.starts_with(prefix)) return true;
  }
  return false;
}

bool RunsOneTest(std::string_view function) {
  static constexpr std::string_view kNames[] = {"testing::TestInfo::Run", "testing::Test::Run"};
  return StartsWithAny(function, kNames) || function.ends_with("_Test::TestBody()");
}

bool RunsOneSuite(std::string_view function) {
  static constexpr std::string_view kNames[] = {"testing::TestSuite::Run",
                                                "testing::TestCase::Run"};
  return StartsWithAny(function, kNames);
}

/// glibc's and the loader's functions that call `main` and static initialisers; "(below main)" is
/// Valgrind's name for them.
bool StartsTheProgram(std::string_view function) {
  static constexpr std::string_view kNames[] = {"_start",      "__libc_start", "__libc_csu_init",
                                                "_dl_",        "call_init",    "_GLOBAL__",
                                                "(below main)"};
  return StartsWithAny(function, kNames);
}

bool StartsAThread(std::string_view function) {
  return function == "start_thread" || function == "clone" || function == "clone3";
}

bool CallsMain(std::string_view function) {
  return function.starts_with("__libc_start_call_main") || function == "(below main)";
}

bool IsMain(std::string_view function) {
  return function == "main" || function.starts_with("main(");
}

}  // namespace

Scope ScopeOfStack(const Stack& stack) {
  bool in_suite = false, from_start = false;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const std::string_view function = stack[i].function;
    if (RunsOneTest(function) || StartsAThread(function)) return Scope::kTest;
    in_suite = in_suite || RunsOneSuite(function);
    from_start = from_start || IsMain(function) || StartsTheProgram(function);
    // The program has no symbols, so GoogleTest's frames cannot be told either.
    const bool nameless = i > 0 && stack[i - 1].function.empty() && stack[i - 1].file.empty();
    if (CallsMain(function) && nameless) return Scope::kTest;
  }
  if (in_suite) return Scope::kSuite;
  return from_start ? Scope::kProgram : Scope::kTest;
}

}  // namespace memprof
