// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/patterns_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "runner/analyze/block_shape.h"
#include "runner/analyze/function_name.h"
#include "runner/report/call_texts.h"
#include "runner/report/plain_text.h"
#include "runner/views/name_match.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

/// What is called from further within counts as that call's own. Stacks of a trace are not that
/// deep, those of a damaged report may be.
constexpr std::size_t kDeepest = 250;

void Add(const ProfileFigures& added, ProfileFigures* to) {
  to->allocated_bytes += added.allocated_bytes;
  to->allocations += added.allocations;
  to->temporary_bytes += added.temporary_bytes;
  to->temporaries += added.temporaries;
  to->kept_bytes += added.kept_bytes;
  to->kept_blocks += added.kept_blocks;
}

bool IsLarger(const ProfileFigures& a, const ProfileFigures& b) {
  return std::pair(a.allocated_bytes, a.allocations) > std::pair(b.allocated_bytes, b.allocations);
}

void Order(PatternCall* call) {
  std::stable_sort(
      call->calls.begin(), call->calls.end(),
      [](const PatternCall& a, const PatternCall& b) { return IsLarger(a.total, b.total); });
  for (PatternCall& below : call->calls) Order(&below);
}

PatternCall* Below(PatternCall* call, const std::string& function) {
  const auto found =
      std::find_if(call->calls.begin(), call->calls.end(),
                   [&](const PatternCall& below) { return below.function == function; });
  if (found != call->calls.end()) return &*found;
  call->calls.push_back({function, {}, {}, {}});
  return &call->calls.back();
}

/// The functions of the processes that the selector means.
Result<std::set<std::string>> Named(const ProfileChoice& choice, const std::string& selector) {
  std::set<std::string> functions;
  for (const Profile* profile : choice.profiles) {
    for (const Frame& frame : profile->frames) {
      if (!frame.function.empty()) functions.insert(frame.function);
    }
  }
  const std::vector<std::string> names(functions.begin(), functions.end());
  const Result<std::vector<std::string>> named = SelectNames(NameKind::kFunction, selector, names);
  if (!named) return named.error();
  std::set<std::string> without_parameters;
  for (const std::string& name : *named) without_parameters.insert(ShortFunctionName(name));
  const bool is_glob = selector.find_first_of("*?") != std::string::npos;
  if (without_parameters.size() > 1 && !is_glob) {
    constexpr std::size_t kMostListed = 8;
    std::string all;
    std::size_t listed = 0;
    for (const std::string& name : without_parameters) {
      if (listed++ == kMostListed) break;
      all += (all.empty() ? "" : ", ") + OneLine(name);
    }
    return Error{ErrorKind::kUsage,
                 fmt::format("{} functions of the result are called {}", without_parameters.size(),
                             OneLine(selector)),
                 fmt::format("Name one of them: {}{}. Or take all: '*{}'", all,
                             listed > kMostListed ? " …" : "", OneLine(selector))};
  }
  return std::set<std::string>(named->begin(), named->end());
}

class Patterns {
 public:
  Patterns(const std::set<std::string>& functions, bool shows_library, PatternsView* view)
      : functions_(functions), shows_library_(shows_library), view_(*view) {}

  void AddProcess(const Profile& profile) {
    for (const ProfileSite& site : profile.sites) {
      view_.all_bytes += site.figures.allocated_bytes;
      AddSite(profile, site);
    }
    view_.all_bytes += profile.other.allocated_bytes;
    view_.not_told_calls += profile.other.allocations;
  }

  void Finish() {
    for (auto& [name, total] : overloads_) {
      view_.overloads.push_back({name.first, name.second, total});
    }
    std::stable_sort(view_.overloads.begin(), view_.overloads.end(),
                     [](const PatternOverload& a, const PatternOverload& b) {
                       return IsLarger(a.total, b.total);
                     });
    if (has_shape_) view_.shape = shape_;
    Order(&view_.tree);
  }

 private:
  void AddSite(const Profile& profile, const ProfileSite& site) {
    // The outermost: what a recursion allocates is within its first call.
    std::size_t at = site.stack.size();
    std::set<std::pair<std::string, std::string>> passed;
    for (std::size_t i = 0; i < site.stack.size(); ++i) {
      const Frame& frame = profile.frames[site.stack[i]];
      if (!functions_.contains(frame.function)) continue;
      at = i;
      passed.emplace(frame.function, frame.file);
    }
    if (at == site.stack.size()) return;
    for (const auto& name : passed) Add(site.figures, &overloads_[name]);
    Add(site.figures, &view_.total);
    has_shape_ = has_shape_ && site.shape;
    if (site.shape) Add(*site.shape, &shape_);
    AddToTree(profile, site, at);
  }

  /// `at`: of the function within the site's stack.
  void AddToTree(const Profile& profile, const ProfileSite& site, std::size_t at) {
    const bool shows_library = shows_library_ || !HasUserLine(profile.frames[site.stack[at]]);
    PatternCall* call = &view_.tree;
    Add(site.figures, &call->total);
    std::size_t depth = 0;
    for (std::size_t i = at; i-- > 0 && depth < kDeepest;) {
      const Frame& frame = profile.frames[site.stack[i]];
      if (!shows_library && !HasUserLine(frame)) continue;
      call = Below(call, CallName(frame));
      ++depth;
      Add(site.figures, &call->total);
    }
    Add(site.figures, &call->self);
  }

  const std::set<std::string>& functions_;
  const bool shows_library_;
  PatternsView& view_;
  std::map<std::pair<std::string, std::string>, ProfileFigures> overloads_;
  BlockShape shape_;
  bool has_shape_ = true;
};

}  // namespace

Result<PatternsView> BuildPatterns(const Report&, const ProfileChoice& choice,
                                   const ViewRequest& request) {
  PatternsView view;
  view.function = request.selector;
  view.processes = NamesOf(choice);
  view.notes = choice.notes;
  if (choice.profiles.empty()) {
    view.not_measured.push_back({"trace", "", choice.why_none});
    return view;
  }
  const Result<std::set<std::string>> functions = Named(choice, request.selector);
  if (!functions) return functions.error();
  if (functions->size() == 1) view.function = *functions->begin();
  view.tree.function = OneLine(view.function);
  Patterns patterns(*functions, request.all, &view);
  for (const Profile* profile : choice.profiles) patterns.AddProcess(*profile);
  patterns.Finish();
  if (!view.shape) {
    view.not_measured.push_back(
        {"sizes", "",
         "the result is of an earlier version, which tells neither sizes nor lifetimes of a "
         "call's blocks; profile again"});
  }
  return view;
}

Result<std::string> RenderPatternsView(const Report& report, const ViewRequest& request) {
  const Result<ProfileChoice> choice = ChooseProfiles(report, request);
  if (!choice) return choice.error();
  const Result<PatternsView> view = BuildPatterns(report, *choice, request);
  if (!view) return view.error();
  return request.WantsJson() ? PatternsJson(report, *view, request)
                             : PatternsText(report, *view, request);
}

}  // namespace memprof
