// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/preload_file.h"

#include <sstream>
#include <string>

#include "runner/execute/files.h"

namespace memprof {
namespace {

const std::string kSanitizer = "sanitizer=";

std::string PathIn(const std::string& directory) { return directory + "/screen.preload.txt"; }

}  // namespace

Result<std::string> LeavePreload(const RunOptions& options, const std::string& directory) {
  if (options.preload.empty() && options.sanitizer.empty()) return directory;
  std::string text = options.sanitizer.empty() ? "" : kSanitizer + options.sanitizer + "\n";
  for (const std::string& library : options.preload) text += library + "\n";
  return WriteFile(PathIn(directory), text);
}

Result<PluginLibrary> TakePreload(const std::string& directory, RunOptions* options) {
  options->preload.clear();
  options->sanitizer.clear();
  const Result<std::string> text = ReadFile(PathIn(directory));
  if (!text) return PluginLibrary{};
  std::istringstream lines(text.value());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kSanitizer)) {
      options->sanitizer = line.substr(kSanitizer.size());
    } else {
      options->preload.push_back(line);
    }
  }
  if (options->preload.empty()) return PluginLibrary{};
  Result<PluginLibrary> plugin = FindPluginLibrary(options->plugin);
  if (plugin) options->preload.back() = plugin->path;
  return plugin;
}

}  // namespace memprof
