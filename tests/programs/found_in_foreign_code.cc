// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Loses memory in a worker thread, in a library written in C, and in a plug-in that is unloaded
// before its test ends.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "leaky_library.h"

char* volatile lost = nullptr;

void Work() {
  lost = new char[555];  // in the worker thread
  lost = nullptr;
}

std::size_t Normalise(const std::string& text) {
  return leaky_parse(text.c_str());  // calls the library
}

TEST(Foreign, WorkerThread) { std::thread(Work).join(); }

TEST(Foreign, CLibrary) { EXPECT_EQ(Normalise("a,b"), 2u); }

TEST(Foreign, PlugIn) {
  void* plugin = dlopen(LEAKY_PLUGIN, RTLD_NOW);
  ASSERT_NE(plugin, nullptr) << dlerror();
  auto* run = reinterpret_cast<void (*)()>(dlsym(plugin, "RunPlugin"));
  ASSERT_NE(run, nullptr);
  run();
  dlclose(plugin);
}

TEST(Foreign, ZIsClean) {}
