// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/system_library.h"

namespace memprof {

bool IsSystemLibrary(std::string_view path) {
  if (path.starts_with("linux-vdso.so") || path == "[vdso]") return true;
  if (path.find(".so") == std::string_view::npos) return false;
  if (path.substr(path.rfind('/') + 1).starts_with("libmemprof.so")) return true;
  for (const std::string_view directory : {"/lib/", "/lib32/", "/lib64/", "/usr/lib/",
                                           "/usr/lib32/", "/usr/lib64/", "/usr/libexec/"}) {
    if (path.starts_with(directory)) return true;
  }
  return false;
}

bool IsSystemHeader(std::string_view file) {
  for (const std::string_view directory : {"/usr/include/", "/usr/local/include/", "/usr/lib/",
                                           "/usr/lib32/", "/usr/lib64/", "/usr/local/lib/"}) {
    if (file.starts_with(directory)) return true;
  }
  // Compilers in other places, and compilers below the source root.
  for (const std::string_view part : {"/include/c++/", "/lib/gcc/", "/lib/clang/"}) {
    if (file.find(part) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace memprof
