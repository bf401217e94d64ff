// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/view_sources.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "runner/execute/build_times.h"
#include "runner/execute/source_reader.h"

namespace memprof {

decltype(ViewRequest::read_source) ViewSourceReader(const Report& report,
                                                    const std::string& source_root) {
  return [&report, source_root](const std::string& file) -> std::optional<ViewSource> {
    if (source_root.empty()) return std::nullopt;
    std::optional<std::string> text = ReadSourceText(file, source_root);
    if (!text) return std::nullopt;
    ViewSource source;
    source.text = *std::move(text);
    std::error_code error;
    const auto written =
        std::filesystem::last_write_time(std::filesystem::path(source_root) / file, error);
    const auto built = BuildTimes(report).Of(file);
    source.is_newer = !error && built && written > *built;
    return source;
  };
}

}  // namespace memprof
