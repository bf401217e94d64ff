// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/plain_path.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace memprof {
namespace {

namespace fs = std::filesystem;

bool IsPlain(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-+@").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

PlainPath::PlainPath(const std::string& directory) : path_(directory) {
  if (IsPlain(directory)) return;
  std::error_code error;
  std::string pattern = (fs::temp_directory_path(error) / "memprof-XXXXXX").string();
  if (error || !IsPlain(pattern)) pattern = "/tmp/memprof-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) return;
  temporary_ = pattern;
  fs::create_directory_symlink(directory, temporary_ + "/work", error);
  if (!error) path_ = temporary_ + "/work";
}

PlainPath::~PlainPath() {
  if (temporary_.empty()) return;
  std::error_code ignored;
  fs::remove(temporary_ + "/work", ignored);
  fs::remove(temporary_, ignored);
}

}  // namespace memprof
