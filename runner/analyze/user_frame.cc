// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/user_frame.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace memprof {
namespace {

bool IsAbsolute(std::string_view path) { return path.starts_with('/'); }

/// Resolves `.` and `..`, and takes the last slash off, so that "/" becomes "".
std::string Normalise(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  while (normal.ends_with('/')) normal.pop_back();
  return normal;
}

/// False for nearly all paths that debug information holds, and cheap: millions are looked at.
bool MayNeedNormalising(std::string_view path) {
  return path.starts_with('.') || path.ends_with('/') ||
         path.find("/.") != std::string_view::npos || path.find("//") != std::string_view::npos;
}

/// What follows `directory` and its slash in `path`; none when `path` is not within it.
std::optional<std::string> Below(const std::string& path, const std::string& directory) {
  if (!path.starts_with(directory) || path.size() <= directory.size() + 1) return std::nullopt;
  if (path[directory.size()] != '/') return std::nullopt;
  return path.substr(directory.size() + 1);
}

std::optional<std::string> BelowRoot(const std::string& path, const std::string& root) {
  if (!IsAbsolute(path) || !IsAbsolute(root)) return std::nullopt;
  return Below(Normalise(path), Normalise(root));
}

}  // namespace

bool IsBelow(std::string_view path, std::string_view directory) {
  if (path.empty() || directory.empty() || IsAbsolute(path) != IsAbsolute(directory)) return false;
  if (!MayNeedNormalising(path) && !MayNeedNormalising(directory)) {
    return path.size() > directory.size() + 1 && path.starts_with(directory) &&
           path[directory.size()] == '/';
  }
  return Below(Normalise(std::string(path)), Normalise(std::string(directory))).has_value();
}

const Frame* LocateInUserCode(const Stack& stack, const std::string& source_root) {
  for (const Frame& frame : stack) {
    if (BelowRoot(frame.file, source_root)) return &frame;
  }
  return nullptr;
}

bool IsOutsideRoot(const Stack& stack, const std::string& root) {
  bool known = false;
  for (const Frame& frame : stack) known = known || IsAbsolute(frame.file);
  return known && LocateInUserCode(stack, root) == nullptr;
}

std::string PathBelowRoot(const std::string& path, const std::string& root) {
  return BelowRoot(path, root).value_or(path);
}

std::string MapPath(const std::string& path,
                    std::span<const std::pair<std::string, std::string>> old_new) {
  for (const auto& [old, replacement] : old_new) {
    if (old.empty()) continue;
    if (path == old) return replacement;
    std::string directory = old;
    while (directory.ends_with('/')) directory.pop_back();
    const auto rest = Below(path, directory);
    if (!rest) continue;
    return replacement.ends_with('/') ? replacement + *rest : replacement + "/" + *rest;
  }
  return path;
}

}  // namespace memprof
