// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <regex>
#include <system_error>
#include <vector>

namespace memprof {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Error FileError(ErrorKind kind, const char* verb, const std::string& path, int error) {
  return Error{kind, fmt::format("cannot {} {}: {}", verb, path, std::strerror(error)), ""};
}

/// "screen.rec", "triage-<16 hexadecimal digits>.log", "<16 hexadecimal digits>.screen.json" …
bool IsOwnName(const std::string& name) {
  for (const char* fixed : {"screen.rec", "screen.log", "not_measured.txt", "figures.txt",
                            "screen.preload.txt", "screen.libraries.txt", "pairs.tsv",
                            "screen.list.json", "screen.list.log", "screen.results.json"}) {
    if (name == fixed) return true;
  }
  static const std::regex kKeyed("((triage|massif|fds|isolate|lsan[0-9]+)-)?[0-9a-f]{16}\\..*");
  return std::regex_match(name, kKeyed);
}

}  // namespace

Result<std::string> ReadFile(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) {
    return FileError(errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kUnreadable, "read", path,
                     errno);
  }
  std::string content;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error) content.reserve(size);
  char buffer[1 << 16];
  std::size_t count = 0;
  while ((count = std::fread(buffer, 1, sizeof(buffer), file.get())) > 0) {
    content.append(buffer, count);
  }
  if (std::ferror(file.get()) != 0) return FileError(ErrorKind::kUnreadable, "read", path, errno);
  return content;
}

Result<std::string> WriteFile(const std::string& path, std::string_view content) {
  const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wbe");
  if (file == nullptr) return FileError(ErrorKind::kUnreadable, "write", path, errno);
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  // A full disk may show only when the buffer is flushed.
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    std::remove(temporary.c_str());
    return FileError(ErrorKind::kUnreadable, "write", path, error);
  }
  return path;
}

Result<std::string> MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return Error{ErrorKind::kUnreadable,
                 fmt::format("cannot make the directory {}: {}", path, error.message()),
                 "name another with --out"};
  }
  return std::filesystem::absolute(path, error).lexically_normal().string();
}

void RemoveOwnFiles(const std::string& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> ours;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.is_regular_file(error) && IsOwnName(entry.path().filename().string())) {
      ours.push_back(entry.path());
    }
  }
  for (const std::filesystem::path& path : ours) std::filesystem::remove(path, error);
}

std::string LastLines(const std::string& path, int lines) {
  Result<std::string> content = ReadFile(path);
  if (!content) return "";
  std::string_view text = content.value();
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::size_t at = text.size();
  for (int i = 0; i < lines && at != std::string_view::npos; ++i) {
    at = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  }
  return std::string(at == std::string_view::npos ? text : text.substr(at + 1));
}

}  // namespace memprof
