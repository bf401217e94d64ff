// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A library whose constructor allocates and whose destructor frees; dlopened by counters_test.cc.
#include <cstdlib>

extern "C" {
void* block_of_constructor = nullptr;
}

namespace {

struct Plugin {
  Plugin() { block_of_constructor = std::malloc(3000); }
  ~Plugin() { std::free(block_of_constructor); }
};
Plugin plugin;

}  // namespace
