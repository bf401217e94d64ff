// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_VIEW_PAGE_H_
#define MEMPROF_RUNNER_VIEWS_VIEW_PAGE_H_

#include <functional>
#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/plan/view_request.h"
#include "runner/report/finding_order.h"
#include "runner/report/renderers.h"
#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

// What the text of all views has in common, and which part of a report a request is about.

/// Writes what a view begins with: of which program, how many tests, and what makes the result
/// partial (a crash, an interruption).
void WriteViewHead(const Report& report, TextPage* page);

/// As the renderers of the report take it.
RenderOptions RenderOptionsOf(const ViewRequest& request);

/// The tests that `request.test_filter` selects, in their order; all where there is no filter.
/// Errors: those of SelectNames().
Result<std::vector<const TestReport*>> TestsOf(const Report& report, const ViewRequest& request);

/// Whether a finding is shown by one of the tests that the filter selects. Without a filter all
/// are; what belongs to no test is in no selection of tests.
bool IsOfTests(const Finding& finding, const std::string& test_filter);

/// The findings that `wants` takes, with their numbers in the report: what is new before what the
/// baseline knows, worst first, and of equals the one that costs most.
std::vector<NumberedFinding> WorstFirst(const Report& report,
                                        const std::function<bool(const Finding&)>& wants);

/// What was not measured of the tests that the filter selects, by tools that `concerns` takes.
std::vector<NotMeasured> GapsOf(const Report& report, const std::string& test_filter,
                                const std::function<bool(const std::string& tool)>& concerns);

/// "memprof diagnose Cache.Lookup build/": a view of the same results, to be copied.
std::string ViewCommand(const char* view, const std::string& selector, const ViewRequest& request);

/// "memprof report memprof-out": the whole report of the same results, to be copied.
std::string ReportCommand(const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_VIEW_PAGE_H_
