// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/place.h"

#include <cstddef>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kOtherPlacesShown = 5;

}  // namespace

Place PlaceOf(const Stack& stack, const RecordedTest& test, const DiagnoseContext& context) {
  Place place;
  place.located = Locate(stack, test, context, &place.finding);
  place.scope = ScopeOfStack(stack);
  return place;
}

PlaceKey KeyOf(const Place& place) {
  const Location& at = place.finding.location;
  return {place.scope, at.file, at.line, place.located ? "" : FunctionsOf(place.finding.stack)};
}

void AddLineOf(const Stack& stack, const DiagnoseContext& context, std::set<FileLine>* lines) {
  const Stack reported = ReportedStack(stack, context.source_root);
  if (const Frame* user = UserFrame(reported)) lines->insert({user->file, user->line});
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
