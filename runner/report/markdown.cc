// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cctype>
#include <string>
#include <string_view>

#include "runner/report/markdown_report.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

/// GitHub takes 65,536 characters in a comment, and whoever posts it may add some.
constexpr MarkdownRoom kRoom = {.bytes = 60'000, .code_bytes = 6'000, .table_bytes = 20'000};

/// By which a bot finds the comment that it wrote before, to write it anew: one for each
/// configuration.
std::string Marker(std::string_view configuration) {
  std::string name;
  for (const char c : configuration.substr(0, 100)) {
    // A comment of HTML ends at "-->", and must not hold "--".
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '/';
    name += plain ? c : '_';
  }
  return fmt::format("<!-- memprof report: {} -->\n", name);
}

}  // namespace

std::string RenderMarkdown(const Report& report, const RenderOptions& options) {
  const std::string marker = Marker(options.configuration);
  MarkdownRoom room = kRoom;
  room.bytes -= marker.size();
  const bool only_one = options.configuration == RenderOptions().configuration;
  return marker + MarkdownReport(report, room, only_one ? "" : options.configuration);
}

}  // namespace memprof
