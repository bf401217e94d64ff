// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/traced_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string_view>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/series_text.h"

namespace memprof {
namespace {

constexpr int kWarmUp = 3;  // that of GrowthRule

bool IsSystemLibrary(std::string_view module) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "libc.", "libc-", "libstdc++.", "libgcc_s.", "libpthread", "ld-linux", "liblsan.", "libasan"};
  const std::string_view name = module.substr(module.rfind('/') + 1);
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool IsOfStandardLibrary(const Frame& frame) {
  // Some tools do not say which module a frame is of.
  const bool starts_program = frame.function.starts_with("__libc_start") ||
                              frame.function == "_start" || frame.function == "main";
  return IsSystemLibrary(frame.module) || frame.function.starts_with("std::") ||
         frame.function.starts_with("__gnu_cxx::") || starts_program;
}

/// The ways in which a stack is known again; each empty where it tells nothing.
struct Keys {
  std::string line, function;
  std::string users;  ///< functions of the user's code
  std::string names;  ///< all functions but the standard library's; module and offset for nameless
};

/// The offset of a return address, or of the call before it: tools differ by one.
std::string NamelessFrame(const Frame& frame, int shift) {
  const auto slash = frame.module.rfind('/') + 1;
  return fmt::format("{}+{};", frame.module.substr(slash),
                     frame.module_offset + static_cast<std::uint64_t>(shift));
}

std::string NamesOf(const Stack& reported, int shift) {
  std::string names;
  for (const Frame& frame : reported) {
    if (IsOfStandardLibrary(frame)) continue;
    if (!frame.function.empty()) {
      names += frame.function + ";";
    } else if (frame.module_offset != 0) {
      names += NamelessFrame(frame, shift);
    }
  }
  return names;
}

/// What LeakSanitizer prints of a module that was unloaded before its check: nothing at all.
bool IsOfUnloadedModule(const Frame& frame) {
  return frame.function.empty() && frame.module.empty() && frame.module_offset == 0;
}

/// Whether `names` are `callers` with something within.
bool IsCalledFrom(const std::string& callers, const std::string& names) {
  return !callers.empty() && names.size() > callers.size() && names.ends_with(callers) &&
         names[names.size() - callers.size() - 1] == ';';
}

/// "TestBody" of "Cart_Closes_Test::TestBody": of what is in a namespace without a name some tools
/// print no more than that.
std::string_view Unscoped(std::string_view function) {
  const std::size_t named = function.rfind("operator");
  if (named != std::string_view::npos && (named == 0 || function[named - 1] == ':')) {
    return function.substr(named);
  }
  int depth = 0;
  for (std::size_t i = function.size(); i-- > 1;) {
    const char c = function[i];
    if (c == '>' || c == ')' || c == ']' || c == '}') ++depth;
    if (c == '<' || c == '(' || c == '[' || c == '{') --depth;
    if (depth == 0 && c == ':' && function[i - 1] == ':') return function.substr(i + 1);
  }
  return function;
}

Keys KeysOf(const Stack& reported, const DiagnoseContext& context) {
  Keys keys;
  keys.names = NamesOf(reported, 0);
  for (const Frame& frame : reported) {
    if (IsUserFrame(frame)) keys.users += frame.function + ";";
  }
  if (const Frame* user = UserFrame(reported, context)) {
    keys.function = fmt::format("{};{}", user->file, Unscoped(user->function));
    keys.line = fmt::format("{};{}", keys.function, user->line);
  }
  return keys;
}

/// Whether both are of blocks of one size, as far as means tell; true where a mean cannot be had.
bool SameBlockSize(const LostSite& lost, const TracedSite& traced) {
  if (lost.total_blocks <= 0 || traced.blocks.empty() || traced.blocks.back() <= 0) return true;
  return lost.total_bytes / lost.total_blocks == traced.bytes.back() / traced.blocks.back();
}

}  // namespace

TracedMatcher::TracedMatcher(const TestEvidence& evidence, const DiagnoseContext& context)
    : evidence_(evidence), context_(context) {
  if (!evidence.triage.traced()) return;
  for (const TracedSite& site : evidence.triage.sites) {
    has_unknown_stacks_ = has_unknown_stacks_ || site.stack.empty();
    const Stack reported = ReportedStack(site.stack, context.source_root);
    const Keys keys = KeysOf(reported, context);
    by_line_[keys.line].push_back(&site);
    by_function_[keys.function].push_back(&site);
    by_stack_[keys.users].push_back(&site);
    std::set<std::string> names = {keys.names, NamesOf(reported, -1), NamesOf(reported, 1)};
    names.erase(keys.users);
    for (const std::string& each : names) by_stack_[each].push_back(&site);
  }
  // What tells nothing is no ground to call two stacks one.
  for (Index* index : {&by_line_, &by_function_, &by_stack_}) index->erase("");
}

TracedMatch TracedMatcher::Find(const LostSite& site) const {
  if (!evidence_.triage.traced() || ScopeOfStack(site.stack) != evidence_.scope) return {};
  const Stack reported = ReportedStack(site.stack, context_.source_root);
  if (!reported.empty() && IsOfUnloadedModule(reported.front())) {
    return FindUnloaded(site, reported);
  }
  const Keys keys = KeysOf(reported, context_);
  if (const auto line = by_line_.find(keys.line); line != by_line_.end()) {
    return {Agreement::kSameLine, line->second};
  }
  for (const std::string& key : {keys.users, keys.names}) {
    const auto stack = by_stack_.find(key);
    if (stack == by_stack_.end()) continue;
    TracedMatch match{Agreement::kSameStack, {}};
    // One function may take memory at several lines, of which LeakSanitizer means another.
    for (const TracedSite* traced : stack->second) {
      if (SameBlockSize(site, *traced)) match.sites.push_back(traced);
    }
    if (!match.sites.empty()) return match;
  }
  if (const auto function = by_function_.find(keys.function); function != by_function_.end()) {
    return {Agreement::kSameFunction, function->second};
  }
  return {};
}

TracedMatch TracedMatcher::FindUnloaded(const LostSite& site, const Stack& reported) const {
  const auto caller = std::find_if_not(reported.begin(), reported.end(), IsOfUnloadedModule);
  const std::string callers = NamesOf(Stack(caller, reported.end()), 0);
  TracedMatch match{Agreement::kSameCaller, {}};
  std::set<std::string> functions;
  for (const TracedSite& traced : evidence_.triage.sites) {
    const Stack known = ReportedStack(traced.stack, context_.source_root);
    if (!IsCalledFrom(callers, NamesOf(known, 0)) || !SameBlockSize(site, traced)) continue;
    match.sites.push_back(&traced);
    functions.insert(NamesOf(known, 0));
  }
  // Of two functions of the module it may be either.
  return functions.size() == 1 ? match : TracedMatch{};
}

bool TracedMatcher::IsFreedLater(const LostSite& site) const {
  if (!evidence_.triage.traces_blocks() || has_unknown_stacks_) return false;
  if (ScopeOfStack(site.stack) != evidence_.scope) return false;
  if (Find(site).agreement != Agreement::kNone) return false;
  const Keys keys = KeysOf(ReportedStack(site.stack, context_.source_root), context_);
  if (keys.users.empty() && keys.names.empty()) return false;
  if (!site.recurs) return true;
  const int lsan_runs = std::max(evidence_.confirm.lsan_runs, 1);
  const double lost_per_run =
      site.every_run ? static_cast<double>(site.blocks_per_run)
                     : static_cast<double>(site.total_blocks) / static_cast<double>(lsan_runs);
  return SlopeAfterWarmUp(evidence_.triage.series->live_blocks, kWarmUp) < 0.5 * lost_per_run;
}

}  // namespace memprof
