// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/attribution.h"

#include <fmt/format.h>

#include <string_view>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

std::string InQuotes(std::string_view word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

/// `word` as a POSIX shell reads it back.
std::string ShellWord(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,-";
  const bool plain = !word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos;
  return plain ? std::string(word) : InQuotes(word);
}

std::string Label(Scope scope, const RecordedTest& test) {
  switch (scope) {
    case Scope::kTest:
      return "";
    case Scope::kSuite:
      return fmt::format("suite {} (SetUpTestSuite)", test.suite);
    case Scope::kProgram:
      return "program (a testing::Environment or main)";
  }
  return "";
}

}  // namespace

void Attribute(Scope scope, const RecordedTest& test, const DiagnoseContext& context,
               Finding* finding) {
  finding->tests.clear();
  if (scope == Scope::kTest) finding->tests.push_back(test.FullName());
  finding->scope_label = Label(scope, test);
  // The whole suite for its own findings; the program's show with any test, so one is enough.
  const std::string filter = scope == Scope::kSuite ? test.suite + ".*" : test.FullName();
  finding->rerun = "memprof run";
  for (const std::string& option : context.options) finding->rerun += " " + ShellWord(option);
  finding->rerun += fmt::format(" --filter {} -- {}", InQuotes(filter), ShellWord(context.binary));
  for (const std::string& argument : context.binary_arguments) {
    finding->rerun += " " + ShellWord(argument);
  }
}

std::string OwnerOf(Scope scope, const RecordedTest& test) {
  return scope == Scope::kTest ? "test " + test.FullName() : Label(scope, test);
}

Location TestLine(const RecordedTest& test, const DiagnoseContext& context) {
  return {PathBelowRoot(test.file, context.source_root), test.line, test.FullName()};
}

bool Locate(const Stack& stack, const RecordedTest& test, const DiagnoseContext& context,
            Finding* finding) {
  finding->stack = ReportedStack(stack, context.source_root);
  finding->location = TestLine(test, context);
  const Frame* user = UserFrame(finding->stack);
  if (user == nullptr) return false;
  finding->location = {user->file, user->line, user->function};
  return true;
}

}  // namespace memprof
