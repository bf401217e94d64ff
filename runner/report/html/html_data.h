// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HTML_HTML_DATA_H_
#define MEMPROF_RUNNER_REPORT_HTML_HTML_DATA_H_

#include <nlohmann/json.hpp>

#include "runner/report/renderers.h"
#include "runner/report/report.h"

namespace memprof {

/// All that the page shows, as its scripts read it. Words are made here, with the functions that
/// the text report has them from; the scripts only set them.
nlohmann::ordered_json HtmlData(const Report& report, const RenderOptions& options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HTML_HTML_DATA_H_
