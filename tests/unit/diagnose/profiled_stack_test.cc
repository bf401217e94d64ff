// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/profiled_stack.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

const Frame kNew = {"operator new(unsigned long)", "", 0, "/usr/lib/libstdc++.so.6"};
const Frame kAllocate = {"std::vector<int>::push_back", "/usr/include/c++/12/vector", 9, "/p/t"};
const Frame kUser = {"app::Load(int)", "/p/src/load.cc", 7, "/p/t"};
const Frame kBody = {"A_B_Test::TestBody()", "/p/tests/a.cc", 3, "/p/t"};
const Frame kMock = {"testing::internal::FunctionMocker<int ()>::Invoke()",
                     "/p/_deps/googletest/googlemock/include/gmock/gmock-spec-builders.h", 5,
                     "/p/t"};
const Frame kResult = {"testing::TestResult::AddTestPartResult(int)",
                       "/p/_deps/googletest/googletest/src/gtest.cc", 5, "/p/t"};
const Frame kRun = {"testing::TestInfo::Run()", "/p/_deps/googletest/googletest/src/gtest.cc", 8,
                    "/p/t"};
const Frame kMain = {"main", "/p/tests/main.cc", 3, "/p/t"};
const Frame kPool = {"__gnu_cxx::__freeres()", "", 0, "/usr/lib/libstdc++.so.6"};
const Frame kProbe = {"memprof_probe_claim", "", 0, "/p/libmemprof.so"};
const Frame kOpen = {"dlopen", "", 0, "/p/libmemprof.so"};
const Frame kOtherMain = {"main", "", 0, "/p/t"};
const Frame kStart = {"_dl_start_user", "", 0, "/lib64/ld-linux-x86-64.so.2"};

TEST(ProfiledStack, ShowsTheUsersWayAndNothingOfWhatIsNobodys) {
  struct Row {
    Stack stack;
    bool is_told;
    std::vector<std::string> files;
  };
  const std::vector<Row> rows = {
      {{kNew, kAllocate, kUser, kBody, kRun, kMain},
       true,
       {"/usr/include/c++/12/vector", "src/load.cc", "tests/a.cc"}},
      {{kNew, kResult, kRun, kMain}, false, {}},
      {{kUser, kMock, kBody, kRun, kMain}, true, {"src/load.cc", kMock.file, "tests/a.cc"}},
      {{kPool, kStart}, false, {}},
      {{kPool}, false, {}},
      {{kPool, kOtherMain, kStart}, false, {}},
      {{kPool, kProbe, kUser, kMain}, false, {}},
      {{kPool, kOpen, kUser, kBody, kRun}, true, {"", "", "src/load.cc", "tests/a.cc"}},
      {{kUser, kMain}, true, {"src/load.cc"}},
  };
  const UserCode user_code({"/p", "/p/t", "", {}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::optional<Stack> shown = ProfiledStack(rows[i].stack, user_code, "/p");
    ASSERT_EQ(shown.has_value(), rows[i].is_told) << "row " << i;
    std::vector<std::string> files;
    if (shown) {
      for (const Frame& frame : *shown) files.push_back(frame.file);
    }
    EXPECT_EQ(files, rows[i].files) << "row " << i;
  }
}

}  // namespace
}  // namespace memprof
