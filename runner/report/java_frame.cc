// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/java_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "runner/analyze/function_name.h"
#include "runner/report/plain_text.h"

namespace memprof {

std::string JavaFrame(const std::string& function, const std::string& file, int line) {
  if (file.empty() || line <= 0) return {};
  const std::string path = OneLine(file);
  const std::size_t slash = path.rfind('/');
  std::string directories = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  if (directories.starts_with('/')) directories.erase(0, 1);
  std::replace(directories.begin(), directories.end(), '/', '.');
  const std::string base = slash == std::string::npos ? path : path.substr(slash + 1);

  std::string name = ShortFunctionName(OneLine(function));
  if (name.empty()) name = "::";
  if (name.front() > 'Z') name.insert(0, "::");
  return fmt::format("at {}{}({}:{})\n", directories, name, base, line);
}

}  // namespace memprof
