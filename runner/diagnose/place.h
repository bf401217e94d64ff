// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PLACE_H_
#define MEMPROF_RUNNER_DIAGNOSE_PLACE_H_

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/diagnose/evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// Where memory is allocated, as a report shows it.
struct Place {
  Finding finding;  ///< with stack and location alone
  /// Whether the location is the user's code; else it is the TEST line, and outside the tests none.
  bool located = false;
  Scope scope = Scope::kTest;
  std::string scope_label;  ///< which part of the suite or the program, from the whole stack
};

/// Of a stack that a tool took: what it says itself of the scope.
Place PlaceOf(const Stack& stack, const RecordedTest& test, const DiagnoseContext& context);

/// Of a stack of the trace, which knows the scope from the windows.
Place PlaceOf(const Stack& stack, Scope scope, const RecordedTest& test,
              const DiagnoseContext& context);

/// Attribute() for what was made at `place`.
void AttributeTo(const Place& place, const RecordedTest& test, const DiagnoseContext& context,
                 Finding* finding);

/// "Load src/a.cc:3", or that it is no line of the user's.
std::string PlaceText(const Place& place);

/// Equal for stacks that are told as one place: those of one scope that meet at one line of the
/// user's code, and without such a line those of the same functions.
using PlaceKey = std::tuple<Scope, std::string, int, std::string>;
PlaceKey KeyOf(const Place& place);

/// A line of the user's code: file relative to the source root, and number.
using FileLine = std::pair<std::string, int>;

/// Adds the line of a stack to `lines`; nothing when it names no file of the user's.
void AddLineOf(const Stack& stack, const DiagnoseContext& context, std::set<FileLine>* lines);

/// Adds evidence on all places of a finding but the first, `texts[0]`: five, and how many more.
void AddOtherPlaces(const std::string& source, const std::vector<std::string>& texts,
                    Finding* finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PLACE_H_
