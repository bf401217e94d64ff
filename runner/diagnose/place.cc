// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/place.h"

#include <fmt/format.h>

#include <cstddef>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kOtherPlacesShown = 5;

}  // namespace

Place PlaceOf(const Stack& stack, const RecordedTest& test, const DiagnoseContext& context) {
  return PlaceOf(stack, ScopeOfStack(stack), test, context);
}

Place PlaceOf(const Stack& stack, Scope scope, const RecordedTest& test,
              const DiagnoseContext& context) {
  Place place;
  place.located = Locate(stack, test, context, &place.finding);
  // What is made outside the tests is never blamed on one.
  if (!place.located && scope != Scope::kTest) place.finding.location = {};
  place.scope = scope;
  place.scope_label = ScopeLabel(scope, test, stack);
  return place;
}

void AttributeTo(const Place& place, const RecordedTest& test, const DiagnoseContext& context,
                 Finding* finding) {
  Attribute(place.scope, test, context, finding);
  finding->scope_label = place.scope_label;
}

std::string PlaceText(const Place& place) {
  if (place.finding.stack.empty()) return "calls whose stacks were not kept";
  if (!place.located) return "a call outside the source root";
  const Location& at = place.finding.location;
  return fmt::format("{} {}:{}", at.function, at.file, at.line);
}

PlaceKey KeyOf(const Place& place) {
  const Location& at = place.finding.location;
  return {place.scope, at.file, at.line, place.located ? "" : FunctionsOf(place.finding.stack)};
}

void AddLineOf(const Stack& stack, const DiagnoseContext& context, std::set<FileLine>* lines) {
  const Stack reported = ReportedStack(stack, context.source_root);
  if (const Frame* user = UserFrame(reported, context)) lines->insert({user->file, user->line});
}

void AddOtherPlaces(const std::string& source, const std::vector<std::string>& texts,
                    Finding* finding) {
  for (std::size_t i = 1; i < texts.size() && i <= kOtherPlacesShown; ++i) {
    finding->evidence.push_back({source, texts[i]});
  }
  if (texts.size() > kOtherPlacesShown + 1) {
    const auto more = static_cast<std::int64_t>(texts.size() - kOtherPlacesShown - 1);
    finding->evidence.push_back({source, "+" + Counted(more, "more site")});
  }
}

}  // namespace memprof
