// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/preload_file.h"

#include <fmt/format.h>

#include <sstream>

#include "runner/execute/files.h"

namespace memprof {
namespace {

std::string PathIn(const std::string& directory) { return directory + "/screen.preload.txt"; }

}  // namespace

Result<std::string> LeavePreload(const RunOptions& options, const std::string& directory) {
  if (options.preload.empty()) return directory;
  return WriteFile(PathIn(directory), fmt::format("{}\n", fmt::join(options.preload, "\n")));
}

Result<PluginLibrary> TakePreload(const std::string& directory, RunOptions* options) {
  options->preload.clear();
  const Result<std::string> text = ReadFile(PathIn(directory));
  if (!text) return PluginLibrary{};
  std::istringstream lines(text.value());
  for (std::string line; std::getline(lines, line);) options->preload.push_back(line);
  if (options->preload.empty()) return PluginLibrary{};
  Result<PluginLibrary> plugin = FindPluginLibrary(options->plugin);
  if (plugin) options->preload.back() = plugin->path;
  return plugin;
}

}  // namespace memprof
