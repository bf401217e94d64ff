// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/screen_figures.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/rerun.h"
#include "runner/execute/result_layout.h"

namespace memprof {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kFigureBytes = 21;  // a blank, and any of 64 bits
constexpr std::size_t kLineBytes = kKeyBytes + 3 * kFigureBytes + 1;

std::string Field(const std::optional<std::int64_t>& value) {
  return fmt::format(" {:>20}", value ? std::to_string(*value) : "-");
}

std::optional<std::int64_t> FigureAt(std::string_view line, std::size_t index) {
  std::string_view field = line.substr(kKeyBytes + index * kFigureBytes, kFigureBytes);
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) return std::nullopt;
  return value;
}

/// The line of `key` in a file of `lines` lines; empty where there is none.
std::string LineOf(int fd, std::size_t lines, const std::string& key) {
  std::size_t begin = 0, end = lines;
  std::string line(kLineBytes, '\0');
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    const auto offset = static_cast<off_t>(middle * kLineBytes);
    if (pread(fd, line.data(), kLineBytes, offset) != static_cast<ssize_t>(kLineBytes)) return "";
    const int order = line.compare(0, kKeyBytes, key);
    if (order == 0) return line;
    if (order < 0) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return "";
}

}  // namespace

Result<std::string> LeaveFigures(const Report& report, const std::string& directory) {
  std::vector<std::string> lines;
  for (const TestReport& test : report.tests) {
    if (test.iterations.empty()) continue;
    const IterationStats& last = test.iterations.back();
    lines.push_back(fmt::format("{:16}{}{}{}\n", FileKey(test.FullName()), Field(last.kept_bytes),
                                Field(last.peak_bytes), Field(last.allocations)));
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line;
  return WriteFile(FiguresPath(directory), text);
}

TestFigures FiguresOfScreen(const std::string& directory, const std::string& test) {
  TestFigures figures;
  const int fd = open(FiguresPath(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return figures;
  struct stat status {};
  std::string line;
  if (fstat(fd, &status) == 0) {
    line = LineOf(fd, static_cast<std::size_t>(status.st_size) / kLineBytes, FileKey(test));
  }
  close(fd);
  if (line.empty()) return figures;
  figures.kept_bytes = FigureAt(line.substr(0, kLineBytes - 1), 0);
  figures.peak_bytes = FigureAt(line.substr(0, kLineBytes - 1), 1);
  figures.allocations = FigureAt(line.substr(0, kLineBytes - 1), 2);
  return figures;
}

}  // namespace memprof
