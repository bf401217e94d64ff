# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0

# Warnings reach our own targets through this one, and never those of the people who use us.
add_library(memprof_warnings INTERFACE)
target_compile_options(memprof_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Wundef
  # GCC 12 warns of overlaps within std::string that cannot be (GCC bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  $<$<BOOL:${MEMPROF_WERROR}>:-Werror>)
