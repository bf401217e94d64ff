// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HTML_HTML_ASSETS_H_
#define MEMPROF_RUNNER_REPORT_HTML_HTML_ASSETS_H_

#include <string_view>

namespace memprof {

/// The files that the HTML page is made of, built in by assets.cmake.
struct HtmlAssets {
  std::string_view page;     ///< page.html, with `<!--memprof:name-->` where the others go
  std::string_view style;    ///< style.css
  std::string_view scripts;  ///< our scripts, each in a block of its own
  std::string_view chart;    ///< Chart.js with its licence notice; empty where it was not found
};

extern const HtmlAssets kHtmlAssets;

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HTML_HTML_ASSETS_H_
