// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/profile_text.h"

namespace memprof {

std::string PlaceText(const Location& location, const std::string& module) {
  std::string text;
  if (!location.file.empty()) {
    text = location.file;
    if (location.line > 0) text += ":" + std::to_string(location.line);
  }
  if (!location.function.empty()) text += (text.empty() ? "" : " ") + location.function;
  if (location.file.empty() && !module.empty()) {
    text += (text.empty() ? "[" : " [") + module.substr(module.rfind('/') + 1) + "]";
  }
  return text.empty() ? "unknown code" : text;
}

}  // namespace memprof
