// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/reported_stack.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "runner/analyze/framework_place.h"
#include "runner/analyze/function_name.h"
#include "runner/analyze/user_frame.h"

namespace memprof {
namespace {

/// Projects put tests of their own into the namespace `testing`, so the name alone does not tell.
bool IsGoogleTest(const Frame& frame) {
  if (!frame.function.starts_with("testing::")) return false;
  const bool below_root = !frame.file.empty() && frame.file.front() != '/';
  return !below_root || LooksLikeFrameworkFile(frame.file);
}

bool RunsTests(const Frame& frame) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "main",     "(below main)",   "_start",          "call_init",
      "_dl_init", "_dl_start_user", "__libc_csu_init", "start_thread",
      "clone",    "clone3",         "__clone"};
  return IsGoogleTest(frame) || frame.function.starts_with("__libc_start") ||
         std::find(kNames.begin(), kNames.end(), frame.function) != kNames.end();
}

}  // namespace

bool IsAllocator(std::string_view function) {
  static constexpr std::array<std::string_view, 14> kNames = {
      "malloc",         "calloc",        "realloc",       "reallocarray",   "memalign",
      "valloc",         "pvalloc",       "aligned_alloc", "posix_memalign", "operator new",
      "operator new[]", "__libc_malloc", "__libc_calloc", "__libc_realloc"};
  for (const std::string_view prefix : {"__interceptor_", "___interceptor_"}) {
    if (function.starts_with(prefix)) function.remove_prefix(prefix.size());
  }
  return std::find(kNames.begin(), kNames.end(), function) != kNames.end();
}

bool IsUserFrame(const Frame& frame) {
  return !frame.file.empty() && frame.file.front() != '/' && !IsGoogleTest(frame);
}

const Frame* UserFrame(const Stack& reported) {
  const auto found = std::find_if(reported.begin(), reported.end(), IsUserFrame);
  return found == reported.end() ? nullptr : &*found;
}

std::string FunctionsOf(const Stack& stack) {
  std::string text;
  for (const Frame& frame : stack) text += frame.function + "|";
  return text;
}

Stack ReportedStack(const Stack& stack, const std::string& root) {
  Stack reported;
  for (const Frame& frame : stack) {
    Frame shown = frame;
    shown.function = ShortFunctionName(frame.function);
    if (reported.empty() && IsAllocator(shown.function)) continue;
    const bool absolute = frame.file.starts_with('/');
    shown.file = absolute ? PathBelowRoot(frame.file, root) : std::string();
    if (shown.file.empty()) shown.line = 0;
    reported.push_back(std::move(shown));
  }
  // Mocks put GoogleTest's frames between the user's, so the cut is after the last of these.
  std::size_t cut = reported.size();
  for (std::size_t i = reported.size(); i-- > 0;) {
    if (IsUserFrame(reported[i]) && !RunsTests(reported[i])) break;
    if (RunsTests(reported[i])) cut = i;
  }
  // A stack of nothing but machinery is kept: `main` may be the place itself.
  if (cut > 0 && UserFrame(Stack(reported.begin(), reported.begin() + static_cast<long>(cut)))) {
    reported.resize(cut);
  } else if (const Frame* user = UserFrame(reported)) {
    reported.resize(static_cast<std::size_t>(user - reported.data()) + 1);
  }
  return reported;
}

}  // namespace memprof
