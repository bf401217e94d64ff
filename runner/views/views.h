// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_VIEWS_H_
#define MEMPROF_RUNNER_VIEWS_VIEWS_H_

#include <span>
#include <string>

#include "runner/base/result.h"
#include "runner/plan/view_request.h"
#include "runner/report/report.h"

namespace memprof {

/// Version of the JSON of all views: views.schema.json.
inline constexpr int kViewsSchemaVersion = 1;

/// One question that a result is asked: `render` answers it as text or JSON, as the request says.
/// It is pure; what it needs of files is in the request. Errors: kUsage, where the selector or the
/// test filter matches nothing, with the nearest names (see name_match.h).
struct ViewEntry {
  View view;
  const char* name;  ///< as the command line has it: "leaks"
  Result<std::string> (*render)(const Report&, const ViewRequest&);
};

/// All seven, in the order that `--help` lists them.
std::span<const ViewEntry> Views();

/// The entry of `view`.
const ViewEntry& EntryOf(View view);

Result<std::string> RenderLeaksView(const Report& report, const ViewRequest& request);
Result<std::string> RenderHandlesView(const Report& report, const ViewRequest& request);
Result<std::string> RenderObjectsView(const Report& report, const ViewRequest& request);
Result<std::string> RenderLinesView(const Report& report, const ViewRequest& request);
Result<std::string> RenderPatternsView(const Report& report, const ViewRequest& request);
Result<std::string> RenderRecommendView(const Report& report, const ViewRequest& request);
Result<std::string> RenderDiagnoseView(const Report& report, const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_VIEWS_H_
