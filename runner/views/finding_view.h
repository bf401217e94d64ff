// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_FINDING_VIEW_H_
#define MEMPROF_RUNNER_VIEWS_FINDING_VIEW_H_

#include <nlohmann/json.hpp>
#include <string>

#include "runner/plan/view_request.h"
#include "runner/report/finding_order.h"
#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

// A finding in short, as views list it; the whole is in the report and in `memprof diagnose`.

/// Writes its heading, how much, where, what holds it, its tests, the fix in a line, and the
/// command that shows the rest.
void WriteFindingInShort(const NumberedFinding& numbered, const ViewRequest& request,
                         TextPage* page);

/// "alma::consolidation_cache → std::_Rb_tree_node<…> → rows: Result"; of a cycle its types. Empty
/// where nothing is known to hold it.
std::string HeldInOneLine(const Finding& finding);

/// The tests that show it, or the suite or program that it belongs to.
std::string WhoShows(const Finding& finding, std::size_t limit);

/// The same as JSON; null is what does not apply or was not measured.
nlohmann::ordered_json FindingInShortJson(const Finding& finding, const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_FINDING_VIEW_H_
