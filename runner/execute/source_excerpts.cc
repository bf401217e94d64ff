// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_excerpts.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "runner/diagnose/excerpt_lines.h"
#include "runner/execute/build_times.h"
#include "runner/execute/source_reader.h"

namespace memprof {

namespace fs = std::filesystem;

void ReadSourceExcerpts(const std::string& source_root, Report* report) {
  const BuildTimes built(*report);
  report->sources.clear();
  std::size_t bytes_left = kMostExcerptBytes;
  for (const NamedLines& named : LinesToShow(*report)) {
    if (bytes_left == 0) return;
    std::error_code error;
    const auto written = fs::last_write_time(fs::path(source_root) / named.file, error);
    const auto program = built.Of(named.file);
    if (error || (program && written > *program)) continue;
    const std::optional<std::string> text = ReadSourceText(named.file, source_root);
    if (text) CutExcerpts(named, *text, &bytes_left, &report->sources);
  }
}

}  // namespace memprof
