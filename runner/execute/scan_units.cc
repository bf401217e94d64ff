// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/scan_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "runner/analyze/user_frame.h"
#include "runner/execute/files.h"
#include "runner/execute/source_root.h"
#include "runner/scan/compile_arguments.h"
#include "runner/scan/compile_commands.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "compile_commands.json";
constexpr const char* kHowToMake =
    "it says how the files are compiled. Make one: cmake -B build "
    "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON, or with `bear -- make`; then memprof scan -p build";

bool IsFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool IsDirectory(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::string Absolute(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  std::string text = (error ? path.lexically_normal() : whole).generic_string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

/// Of several builds the one made last: it is the one that is worked with.
std::optional<fs::path> NewestBuildIn(const fs::path& directory) {
  std::optional<fs::path> newest;
  fs::file_time_type made;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    const bool is_build = entry.path().filename().string().starts_with("build") ||
                          entry.path().filename().string().starts_with("cmake-build");
    const fs::path database = entry.path() / kName;
    if (!is_build || !IsFile(database)) continue;
    const fs::file_time_type time = fs::last_write_time(database, error);
    if (newest && time <= made) continue;
    newest = database;
    made = time;
  }
  return newest;
}

bool IsBelowOrIs(const std::string& path, const std::string& directory) {
  return path == directory || IsBelow(path, directory);
}

/// What FetchContent and vcpkg bring is others' code.
bool IsBrought(const std::string& file) {
  return file.find("/_deps/") != std::string::npos ||
         file.find("/vcpkg_installed/") != std::string::npos;
}

std::optional<std::string> ReadFrom(const std::string& directory, const std::string& file) {
  Result<std::string> text = ReadFile((fs::path(directory) / file).string());
  if (!text) return std::nullopt;
  return std::move(text).value();
}

std::string RootOf(const std::vector<scan::CompileCommand>& commands, const std::string& build,
                   const std::string& source_root) {
  std::vector<std::string> files;
  std::vector<std::string> of_build;  // all of them, where the build is made among the sources
  for (const scan::CompileCommand& command : commands) {
    if (IsBrought(command.file)) continue;
    (IsBelow(command.file, build) ? of_build : files).push_back(command.file);
  }
  RunOptions options;
  options.source_root = source_root;
  return FindSourceRoot(options, files.empty() ? of_build : files);
}

scan::UnitToParse UnitOf(const scan::CompileCommand& command) {
  scan::UnitToParse unit;
  unit.file = command.file;
  unit.arguments =
      scan::ClangArguments(command, [](const std::string& file) { return IsFile(file); });
  return unit;
}

}  // namespace

Result<std::string> FindCompileCommands(const std::string& asked, const std::string& start) {
  if (!asked.empty()) {
    const fs::path path = IsDirectory(asked) ? fs::path(asked) / kName : fs::path(asked);
    if (IsFile(path)) return path.lexically_normal().string();
    return Error{ErrorKind::kUsage, path.string() + " is not there", kHowToMake};
  }
  for (fs::path at = start; !at.empty(); at = at.parent_path()) {
    if (IsFile(at / kName)) return (at / kName).string();
    if (const std::optional<fs::path> newest = NewestBuildIn(at)) return newest->string();
    if (at == at.root_path()) break;
  }
  return Error{
      ErrorKind::kUsage,
      fmt::format("there is no {} in {}, its build* directories or those above it", kName, start),
      kHowToMake};
}

Result<ScanUnits> ReadScanUnits(const std::string& database, const std::string& source_root,
                                const std::vector<std::string>& paths) {
  ScanUnits units;
  units.database = database;
  // A link to it in the source root is common: the build is where it leads.
  units.build = fs::path(Absolute(database)).parent_path().string();
  for (const std::string& path : paths) {
    if (!IsFile(path) && !IsDirectory(path)) {
      return Error{ErrorKind::kUsage, path + " is not there",
                   "name files and directories of the source, or none for all of it"};
    }
    units.below.push_back(Absolute(path));
  }
  const Result<std::string> text = ReadFile(database);
  if (!text) return text.error();
  Result<std::vector<scan::CompileCommand>> commands = scan::ParseCompileCommands(*text, database);
  if (!commands) return commands.error();
  units.root = RootOf(commands.value(), units.build, source_root);
  std::set<std::pair<std::string, std::vector<std::string>>> seen;
  for (scan::CompileCommand& command : commands.value()) {
    const bool is_ours = IsBelow(command.file, units.root) || IsBelow(command.file, units.build);
    if (!is_ours || IsBrought(command.file) || !scan::CompilesCpp(command)) continue;
    command.arguments = scan::WithResponseFiles(
        std::move(command.arguments),
        [&](const std::string& file) { return ReadFrom(command.directory, file); });
    scan::UnitToParse unit = UnitOf(command);
    // The same code under another name of the object file is one unit.
    if (seen.emplace(unit.file, unit.arguments).second) units.units.push_back(std::move(unit));
  }
  return units;
}

bool IsToldOf(const std::string& file, const ScanUnits& units) {
  if (!IsBelow(file, units.root) || IsBrought(file)) return false;
  const bool has_own_build = units.build != units.root && !IsBelow(units.root, units.build);
  if (has_own_build && IsBelow(file, units.build)) return false;
  return units.below.empty() ||
         std::any_of(units.below.begin(), units.below.end(),
                     [&](const std::string& path) { return IsBelowOrIs(file, path); });
}

}  // namespace memprof
