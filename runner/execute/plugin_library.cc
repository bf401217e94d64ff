// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/plugin_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName =
    "libmemprof.so.0";  // with its version: packages for use have no other

/// Where the driver's own file is known to be, installed and built.
std::vector<fs::path> Places() {
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::vector<fs::path> places = {
      here / ".." / MEMPROF_LIBDIR,
      here / "../lib",
      here / "../gtest_plugin",
      here / "../../gtest_plugin" / here.filename(),  // a directory for each configuration
      here,
  };
  for (fs::path& place : places) place = place.lexically_normal();
  // The same twice where the library directory is called lib.
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

PluginLibrary AsPlain(const fs::path& file) {
  std::error_code error;
  const fs::path whole = fs::absolute(file, error).lexically_normal();
  PluginLibrary library;
  library.directory = std::make_shared<const PlainPath>(whole.parent_path().string());
  library.path = library.directory->path() + "/" + whole.filename().string();
  return library;
}

}  // namespace

Result<PluginLibrary> FindPluginLibrary(const std::string& named) {
  std::error_code error;
  const char* variable = std::getenv("MEMPROF_PLUGIN");
  const std::string chosen = !named.empty() ? named : variable != nullptr ? variable : "";
  if (!chosen.empty()) {
    if (fs::is_regular_file(chosen, error)) return AsPlain(chosen);
    return Error{ErrorKind::kNotFound,
                 fmt::format("there is no libmemprof.so at {}, which {} names", chosen,
                             named.empty() ? "MEMPROF_PLUGIN" : "--plugin"),
                 "name the file itself: --plugin /path/libmemprof.so.0"};
  }
  std::vector<std::string> looked_at;
  for (const fs::path& place : Places()) {
    if (fs::is_regular_file(place / kName, error)) return AsPlain(place / kName);
    looked_at.push_back(place.string());
  }
  return Error{
      ErrorKind::kNotFound,
      fmt::format("{} is needed to measure a binary that memprof is not linked into, and is "
                  "in none of {}",
                  kName, fmt::join(looked_at, ", ")),
      "install memprof whole, or name the library: --plugin /path/libmemprof.so.0"};
}

}  // namespace memprof
