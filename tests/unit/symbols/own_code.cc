// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/symbols/own_code.h"

#include <dlfcn.h>
#include <link.h>

#include <filesystem>

namespace memprof {

std::uint64_t OffsetOfThisCall() {
  const char* const call = static_cast<const char*>(__builtin_return_address(0)) - 1;
  Dl_info info;
  link_map* module = nullptr;
  void** const extra = reinterpret_cast<void**>(&module);
  if (dladdr1(call, &info, extra, RTLD_DL_LINKMAP) == 0) return 0;
  return reinterpret_cast<std::uintptr_t>(call) - module->l_addr;
}

std::string OwnProgram() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

}  // namespace memprof
