// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/blamed_functions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>

#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// "Pool" of "base::Pool<int>::Grow" for `name` "base::Pool<int>": the last component, without its
/// template arguments.
std::string_view LastComponent(std::string_view name) {
  if (name.ends_with('>')) {
    int depth = 0;
    for (std::size_t at = name.size(); at-- > 0;) {
      depth += name[at] == '>' ? 1 : name[at] == '<' ? -1 : 0;
      if (depth == 0) {
        name = name.substr(0, at);
        break;
      }
    }
  }
  const std::size_t scope = name.rfind("::");
  return scope == kNone ? name : name.substr(scope + 2);
}

bool IsConstructorOrDestructor(std::string_view function) {
  const std::size_t scope = function.rfind("::");
  if (scope == kNone) return false;
  const std::string_view name = function.substr(scope + 2);
  return name.starts_with('~') || name == LastComponent(function.substr(0, scope));
}

bool IsTestBody(std::string_view function) {
  const std::size_t at = function.find("::TestBody");
  if (at == kNone) return false;
  const std::string_view rest = function.substr(at + std::string_view("::TestBody").size());
  return rest.empty() || rest.starts_with("()");  // or a closure within it
}

/// What GoogleTest calls beside bodies, and `main`.
bool IsAroundTests(std::string_view function) {
  static constexpr std::array<std::string_view, 7> kNames = {"SetUp",
                                                             "TearDown",
                                                             "SetUpTestSuite",
                                                             "TearDownTestSuite",
                                                             "SetUpTestCase",
                                                             "TearDownTestCase",
                                                             "main"};
  const std::string_view name = LastComponent(function);
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         IsConstructorOrDestructor(function);
}

/// Whether a function, by its name, allocates for its caller: "xmalloc", "Arena::Allocate",
/// "g_strdup".
bool AllocatesForOthers(std::string_view function) {
  std::string name(LastComponent(function));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name.find("alloc") != kNone || name.find("strdup") != kNone ||
         name.find("memdup") != kNone || name.starts_with("operator new");
}

std::vector<const Frame*> UserFrames(const Stack& stack) {
  std::vector<const Frame*> frames;
  for (const Frame& frame : stack) {
    if (IsUserFrame(frame)) frames.push_back(&frame);
  }
  return frames;
}

/// Index of the innermost of the frames that are test code for sure; the size if there is none.
std::size_t FirstTestFrame(const std::vector<const Frame*>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (IsTestBody(frames[i]->function)) return i;
  }
  // From outside, for within the program a SetUp or a constructor is like any function.
  std::size_t first = frames.size();
  while (first > 0 && IsAroundTests(frames[first - 1]->function)) --first;
  return first;
}

bool CallerMayBeToBlame(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kMemoryLeak:
      return finding.cycle.empty();  // those of a cycle are its members' doing
    case FindingKind::kFdLeak:
    case FindingKind::kThreadLeak:
    case FindingKind::kMappingLeak:
    case FindingKind::kGaugeGrowth:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<const Frame*> FramesWithoutTestCode(const Stack& stack) {
  std::vector<const Frame*> frames = UserFrames(stack);
  if (frames.empty()) return frames;
  std::size_t end = FirstTestFrame(frames);
  if (end < frames.size() && frames[0]->file != frames[end]->file) {
    const std::string& test_file = frames[end]->file;
    while (end > 0 && frames[end - 1]->file == test_file) --end;
  }
  frames.resize(std::max<std::size_t>(end, 1));
  return frames;
}

bool IsTestCodeAlone(const Stack& stack) { return FirstTestFrame(UserFrames(stack)) == 0; }

std::vector<std::string_view> BlamedFunctions(const Finding& finding) {
  const bool with_callers = CallerMayBeToBlame(finding);
  std::vector<std::string_view> functions;
  for (const Frame* frame : FramesWithoutTestCode(finding.stack)) {
    functions.push_back(frame->function);
    if (!with_callers && !AllocatesForOthers(frame->function)) break;
  }
  return functions;
}

}  // namespace memprof
