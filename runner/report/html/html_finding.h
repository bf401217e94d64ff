// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HTML_HTML_FINDING_H_
#define MEMPROF_RUNNER_REPORT_HTML_HTML_FINDING_H_

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "runner/report/finding_order.h"
#include "runner/report/renderers.h"
#include "runner/report/report.h"

namespace memprof {

/// What findings share, each once in the page: names of tests and frames of stacks.
class HtmlShared {
 public:
  /// `report` must outlive it.
  explicit HtmlShared(const Report& report);

  /// Index of the test within the report, or its name where the report has no such test.
  nlohmann::ordered_json Test(const std::string& full_name) const;

  /// Index of the frame within Frames().
  std::size_t FrameIndex(const Frame& frame);

  /// `[function, file, line, module, kind]` each; kind 0 a library's, 1 the user's, 2 what calls
  /// tests.
  const nlohmann::ordered_json& Frames() const { return frames_; }

 private:
  std::unordered_map<std::string, std::size_t> tests_;
  std::map<std::tuple<std::string, std::string, int, std::string>, std::size_t> indices_;
  nlohmann::ordered_json frames_ = nlohmann::ordered_json::array();
};

/// A finding as the page's scripts read it.
nlohmann::ordered_json HtmlFinding(const NumberedFinding& numbered, const RenderOptions& options,
                                   HtmlShared* shared);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HTML_HTML_FINDING_H_
