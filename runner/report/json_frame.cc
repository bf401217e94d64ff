// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_frame.h"

#include <cstdint>

namespace memprof {

nlohmann::ordered_json FramesJson(const std::vector<Frame>& frames) {
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const Frame& frame : frames) {
    items.push_back({{"file", frame.file},
                     {"line", frame.line},
                     {"function", frame.function},
                     {"module", frame.module}});
    if (frame.module_offset != 0) items.back()["module_offset"] = frame.module_offset;
  }
  return items;
}

Frame ReadFrame(const JsonNode& node) {
  Frame frame;
  frame.file = node["file"].Text();
  frame.line = node["line"].SmallInteger();
  frame.function = node["function"].Text();
  frame.module = node["module"].Text();
  if (node.Has("module_offset")) {
    frame.module_offset = static_cast<std::uint64_t>(node["module_offset"].Integer());
  }
  return frame;
}

}  // namespace memprof
