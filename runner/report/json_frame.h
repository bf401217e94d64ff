// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_FRAME_H_
#define MEMPROF_RUNNER_REPORT_JSON_FRAME_H_

#include <nlohmann/json.hpp>
#include <vector>

#include "runner/base/frame.h"
#include "runner/report/json_node.h"

namespace memprof {

/// Frames as report.json has them. An offset that is not known is left out.
nlohmann::ordered_json FramesJson(const std::vector<Frame>& frames);

/// A frame that FramesJson() wrote. Throws JsonMismatch where it is not one.
Frame ReadFrame(const JsonNode& node);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_FRAME_H_
