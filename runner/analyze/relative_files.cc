// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/relative_files.h"

#include <string_view>

namespace memprof {
namespace {

std::string_view WithoutLeadingDots(std::string_view path) {
  for (;;) {
    if (path.starts_with("./")) {
      path.remove_prefix(2);
    } else if (path.starts_with("../")) {
      path.remove_prefix(3);
    } else {
      return path;
    }
  }
}

const std::string* OnlyOneThatEndsIn(std::string_view tail, const std::set<std::string>& known) {
  const std::string* found = nullptr;
  for (const std::string& file : known) {
    const std::string_view text = file;
    const bool ends = text.size() > tail.size() && text.ends_with(tail) &&
                      text[text.size() - tail.size() - 1] == '/';
    if (!ends) continue;
    if (found != nullptr) return nullptr;
    found = &file;
  }
  return found;
}

}  // namespace

void ResolveRelativeFiles(const std::set<std::string>& known, Stack* stack) {
  for (Frame& frame : *stack) {
    if (frame.file.empty()) continue;
    if (const std::size_t twice = frame.file.find("//"); twice != std::string::npos) {
      if (known.contains(frame.file.substr(twice + 1))) frame.file.erase(0, twice + 1);
    }
    if (frame.file.front() == '/') continue;
    const std::string_view tail = WithoutLeadingDots(frame.file);
    if (tail.empty()) continue;
    if (const std::string* file = OnlyOneThatEndsIn(tail, known)) frame.file = *file;
  }
}

void AddAbsoluteFiles(const Stack& stack, std::set<std::string>* files) {
  for (const Frame& frame : stack) {
    if (!frame.file.empty() && frame.file.front() == '/') files->insert(frame.file);
  }
}

}  // namespace memprof
