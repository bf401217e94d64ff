// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/demangled.h"

#include <cxxabi.h>

#include <cstdlib>
#include <string_view>

namespace memprof {
namespace {

std::string_view WithoutSuffix(std::string_view name) {
  for (const std::string_view suffix :
       {"@", ".cold", ".isra.", ".part.", ".constprop.", ".lto_priv.", ".localalias", ".llvm."}) {
    // Not at the front: ".cold" alone is a name.
    const auto at = name.find(suffix, 1);
    if (at != std::string_view::npos) name = name.substr(0, at);
  }
  return name;
}

}  // namespace

std::string Demangled(const char* name) {
  std::string text(WithoutSuffix(name));
  if (!text.starts_with("_Z")) return text;
  int status = 0;
  char* demangled = abi::__cxa_demangle(text.c_str(), nullptr, nullptr, &status);
  if (status == 0) text = demangled;
  std::free(demangled);
  return text;
}

}  // namespace memprof
