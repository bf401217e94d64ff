// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/report_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReportName = "report.json";

/// Other programs write a report.json too. Ours begins with its version and its tool.
bool IsOurs(const fs::path& file) {
  std::array<char, 512> head{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), head.size());
  const std::string_view text(head.data(), static_cast<std::size_t>(stream.gcount()));
  return text.find("\"schema_version\"") != std::string_view::npos &&
         text.find("\"memprof\"") != std::string_view::npos;
}

/// What a search finds below one directory.
struct Search {
  std::vector<std::string> reports;
  std::string screened;  ///< a directory of CTest's that has no report yet; or empty
};

Error CannotLookInto(const fs::path& directory, const std::error_code& error) {
  return Error{ErrorKind::kUnreadable,
               fmt::format("cannot look into {}: {}", directory.string(), error.message()),
               "what a report in it found would pass for clean; name the reports' directories"};
}

Result<Search> SearchBelow(const fs::path& directory, const fs::path& out) {
  Search search;
  std::error_code error;
  fs::path last = directory;
  fs::recursive_directory_iterator at(directory, error);
  for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_symlink(ignored) || !at->is_directory(ignored)) continue;
    last = at->path();
    if (!out.empty() && fs::equivalent(last, out, ignored)) {
      at.disable_recursion_pending();
      continue;
    }
    const fs::path report = at->path() / kReportName;
    if (fs::is_regular_file(report, ignored) && IsOurs(report)) {
      search.reports.push_back(report.string());
      at.disable_recursion_pending();  // what a run keeps beside it are parts of it
    } else if (fs::is_regular_file(at->path() / "screen.json", ignored)) {
      if (IsOurs(at->path() / "screen.json")) search.screened = at->path().string();
    }
  }
  if (error) return CannotLookInto(last, error);
  std::sort(search.reports.begin(), search.reports.end());
  return search;
}

Error NoReport(const std::string& path, const Search& search) {
  std::error_code ignored;
  const bool screened = fs::is_regular_file(fs::path(path) / "screen.json", ignored);
  const std::string where = screened ? path : search.screened;
  if (!where.empty()) {
    return Error{ErrorKind::kUsage,
                 fmt::format("there is no report.json yet in {}, where CTest has run the screen "
                             "alone",
                             where),
                 "the test that makes the report runs with: ctest -L memprof"};
  }
  return Error{ErrorKind::kUsage,
               fmt::format("there is no report.json of memprof in {} or below it", path),
               "name the directory of --out; report.json is written unless --format leaves json "
               "out"};
}

}  // namespace

Result<std::vector<std::string>> FindReportFiles(const std::vector<std::string>& paths,
                                                 const std::string& out) {
  std::vector<std::string> found;
  std::set<fs::path> known;
  const auto add = [&](const std::string& file) {
    std::error_code error;
    fs::path real = fs::canonical(file, error);
    if (error) real = file;
    if (known.insert(real).second) found.push_back(file);
  };
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error)) {
      return Error{ErrorKind::kUsage, fmt::format("there is no file or directory {}", path),
                   "A result is made by: memprof run -- TEST_BINARY, in memprof-out or in the "
                   "directory of its --out. Name such a directory, or its report.json."};
    }
    if (!fs::is_directory(path, error)) {
      add(path);
      continue;
    }
    const fs::path own = fs::path(path) / kReportName;
    const bool has_one = fs::is_regular_file(own, error);
    if (has_one && IsOurs(own)) {
      add(own.string());
      continue;
    }
    const Result<Search> search = SearchBelow(path, out);
    if (!search) return search.error();
    if (search->reports.empty()) {
      if (!has_one) return NoReport(path, *search);
      add(own.string());  // its reader tells what is wrong with it
    }
    for (const std::string& report : search->reports) add(report);
  }
  return found;
}

}  // namespace memprof
