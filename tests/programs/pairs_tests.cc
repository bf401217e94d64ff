// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/programs/pairs_calls.h"
#include "tests/programs/pairs_library.h"

namespace {

class Calls : public testing::TestWithParam<PairedCall> {};

TEST_P(Calls, AreAnsweredAsEver) { GetParam().run(); }

INSTANTIATE_TEST_SUITE_P(All, Calls,
                         testing::ValuesIn(kPairedCalls, kPairedCalls + kPairedCallCount),
                         [](const testing::TestParamInfo<PairedCall>& row) {
                           return std::string(row.param.name);
                         });

/// By a name without a slash the plug-in is found by this program's own RUNPATH.
void LeakInPlugIn(const char* file) {
  void* const plug_in = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(plug_in, nullptr) << dlerror();
  const auto leak = reinterpret_cast<void (*)()>(dlsym(plug_in, "LeakOneFigure"));
  ASSERT_NE(leak, nullptr);
  leak();
  EXPECT_EQ(dlclose(plug_in), 0);
}

TEST(PlugIn, LeaksOneByItsPath) { LeakInPlugIn(PAIRS_PLUGIN); }

TEST(PlugIn, LeaksOneByItsName) { LeakInPlugIn("libpairs_plugin.so"); }

TEST(PlugIn, ThatIsNotThereIsSaidToBe) {
  EXPECT_EQ(dlopen("libpairs_of_nobody.so", RTLD_NOW), nullptr);
  EXPECT_NE(std::string(dlerror()).find("libpairs_of_nobody.so"), std::string::npos);
}

}  // namespace
