// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_reader.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "runner/diagnose/advise.h"
#include "runner/execute/files.h"

namespace memprof {
namespace {

constexpr std::uintmax_t kLargest = 4 << 20;

}  // namespace

Sources ReadSources(const std::set<std::string>& files, const std::string& source_root) {
  Sources sources;
  for (const std::string& file : files) {
    const std::string path = source_root + "/" + file;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) continue;
    if (const auto size = std::filesystem::file_size(path, error); error || size > kLargest) {
      continue;
    }
    Result<std::string> text = ReadFile(path);
    if (text) sources.Add(SourceFile(file, std::move(text).value()));
  }
  return sources;
}

void AdviseFromDisk(const std::string& source_root, Report* report) {
  Advise(ReadSources(FilesToRead(*report), source_root), report);
}

}  // namespace memprof
