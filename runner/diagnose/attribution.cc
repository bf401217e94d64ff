// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "runner/analyze/function_name.h"
#include "runner/analyze/user_code.h"
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

bool Holds(const Stack& stack, std::initializer_list<std::string_view> names) {
  return std::any_of(stack.begin(), stack.end(), [&](const Frame& frame) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return frame.function.find(name) != std::string::npos;
    });
  });
}

/// Compilers' and the loader's names for what runs before `main`, or within dlopen.
bool IsStaticInitialiser(const Stack& stack) {
  return Holds(stack, {"_GLOBAL__", "__static_initialization_and_destruction",
                       "__cxx_global_var_init", "__libc_csu_init"}) ||
         std::any_of(stack.begin(), stack.end(), [](const Frame& frame) {
           return frame.function.starts_with("call_init") || frame.function.starts_with("_dl_init");
         });
}

bool IsOfMain(const Stack& stack) {
  const bool in_main = std::any_of(stack.begin(), stack.end(), [](const Frame& frame) {
    return frame.function == "main" || frame.function.starts_with("main(");
  });
  return in_main && !Holds(stack, {"testing::"});
}

const char* PartOfProgram(const Stack& stack) {
  if (IsStaticInitialiser(stack)) {
    return Holds(stack, {"dl_open", "dlopen"}) ? "a static initialiser of a library that it loads"
                                               : "a static initialiser";
  }
  // GoogleTest's own function may be inlined, the user's is called through its table.
  const bool sets_up = Holds(stack, {"::SetUp()", "::TearDown()"}) && Holds(stack, {"testing::"});
  if (sets_up || Holds(stack, {"SetUpEnvironment", "TearDownEnvironment"})) {
    return "a testing::Environment";
  }
  if (IsOfMain(stack)) return "main";
  return "a testing::Environment or main";
}

}  // namespace

std::string ScopeLabel(Scope scope, const RecordedTest& test, const Stack& stack) {
  switch (scope) {
    case Scope::kTest:
      return "";
    case Scope::kSuite: {
      const bool tears_down = Holds(stack, {"TearDownTestSuite", "TearDownTestCase"});
      return fmt::format("suite {} ({})", test.suite,
                         tears_down ? "TearDownTestSuite" : "SetUpTestSuite");
    }
    case Scope::kProgram:
      return fmt::format("program ({})", PartOfProgram(stack));
  }
  return "";
}

void Attribute(Scope scope, const RecordedTest& test, const DiagnoseContext& context,
               Finding* finding) {
  finding->tests.clear();
  if (scope == Scope::kTest) finding->tests.push_back(test.FullName());
  finding->scope_label = ScopeLabel(scope, test, finding->stack);
  // The whole suite for its own findings; the program's show with any test, so one is enough.
  const std::string filter = scope == Scope::kSuite ? test.suite + ".*" : test.FullName();
  finding->rerun = "memprof run";
  for (const std::string& option : context.options) finding->rerun += " " + ShellWord(option);
  finding->rerun += fmt::format(" --filter {} -- {}", InQuotes(filter), ShellWord(context.binary));
  for (const std::string& argument : context.binary_arguments) {
    finding->rerun += " " + ShellWord(argument);
  }
}

std::string WithFilter(const std::string& rerun, const std::string& filter) {
  constexpr std::string_view kFilter = " --filter ";
  const std::size_t begin = rerun.find(kFilter);
  const std::size_t end = begin == std::string::npos ? begin : rerun.find(" -- ", begin);
  if (end == std::string::npos) return rerun;
  return rerun.substr(0, begin + kFilter.size()) + InQuotes(filter) + rerun.substr(end);
}

std::string OwnerOf(Scope scope, const RecordedTest& test) {
  return scope == Scope::kTest ? "test " + test.FullName() : ScopeLabel(scope, test, {});
}

Location TestLine(const RecordedTest& test, const DiagnoseContext& context) {
  return {PathBelowRoot(test.file, context.source_root), test.line, test.FullName()};
}

bool Locate(const Stack& stack, const RecordedTest& test, const DiagnoseContext& context,
            Finding* finding) {
  finding->stack = ReportedStack(stack, context.source_root);
  finding->location = TestLine(test, context);
  if (const Frame* user = UserFrame(finding->stack, context)) {
    finding->location = {user->file, user->line, user->function};
    return true;
  }
  // The user's own module may be built from sources elsewhere: generated ones, a wrong source root.
  const UserCode own({context.source_root, "", "", context.framework});
  const Frame* user = own.Locate(stack);
  if (user == nullptr || !user->file.starts_with('/')) return false;
  finding->location = {user->file, user->line, ShortFunctionName(user->function)};
  return true;
}

const Frame* UserFrame(const Stack& reported, const DiagnoseContext& context) {
  const FrameworkPlace& framework = context.framework;
  if (framework.directories.empty() && framework.files.empty()) return UserFrame(reported);
  const auto is_users = [&](const Frame& frame) {
    if (frame.file.empty() || frame.file.starts_with('/')) return false;
    return framework.tests_itself || !framework.HasFile(context.source_root + "/" + frame.file);
  };
  const auto found = std::find_if(reported.begin(), reported.end(), is_users);
  return found == reported.end() ? nullptr : &*found;
}

}  // namespace memprof
