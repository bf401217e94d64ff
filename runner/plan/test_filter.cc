// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/test_filter.h"

#include <string_view>

namespace memprof {

std::string FilterFor(const std::vector<std::string>& names) {
  constexpr std::string_view kSpecial = ":-*?\r\n";
  std::string filter;
  for (const std::string& name : names) {
    if (!filter.empty()) filter += ':';
    for (const char c : name) filter += kSpecial.find(c) == std::string_view::npos ? c : '?';
  }
  return filter;
}

}  // namespace memprof
