// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_excerpts.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "runner/diagnose/excerpt_lines.h"
#include "runner/execute/source_reader.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

/// When the programs and libraries were written that a file's code runs in.
class BuildTimes {
 public:
  explicit BuildTimes(const Report& report) : program_(TimeOf(report.binary)) {
    for (const Finding& finding : report.findings) Add(finding.stack);
    for (const Profile& profile : report.profiles) Add(profile.frames);
  }

  /// The earliest for `file`; the program's where no frame tells, as of a holder.
  std::optional<fs::file_time_type> Of(const std::string& file) const {
    const auto known = of_file_.find(file);
    return known == of_file_.end() ? program_ : known->second;
  }

 private:
  static std::optional<fs::file_time_type> TimeOf(const std::string& path) {
    std::error_code error;
    const auto time = fs::last_write_time(path, error);
    return error ? std::nullopt : std::optional(time);
  }

  void Add(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
      if (frame.file.empty() || frame.file.front() == '/' || frame.module.empty()) continue;
      if (!seen_.emplace(frame.file, frame.module).second) continue;
      const auto [module, is_new] = of_module_.try_emplace(frame.module);
      if (is_new) module->second = TimeOf(frame.module);
      if (!module->second) continue;
      const auto [known, is_first] = of_file_.try_emplace(frame.file, *module->second);
      if (!is_first && *module->second < known->second) known->second = *module->second;
    }
  }

  std::optional<fs::file_time_type> program_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::map<std::string, std::optional<fs::file_time_type>> of_module_;
  std::map<std::string, fs::file_time_type> of_file_;
};

}  // namespace

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
