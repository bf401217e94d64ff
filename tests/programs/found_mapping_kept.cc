// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One anonymous mapping of 64 KiB more a run.
#include <gtest/gtest.h>
#include <sys/mman.h>

TEST(Mapping, OneMore) {
  void* mapped = mmap(nullptr, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  *static_cast<char*>(mapped) = 1;
}
