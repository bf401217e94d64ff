// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Loses 64 bytes a run, and hangs wherever LeakSanitizer is loaded.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

char* volatile lost = nullptr;

TEST(Lsan, IsNotSurvived) {
  while (dlsym(RTLD_DEFAULT, "__lsan_do_leak_check") != nullptr) pause();
  lost = new char[64];
  lost = nullptr;
}
