# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0

# Each library is taken from the system where it is installed, and fetched where it is not.
include(FetchContent)

FetchContent_Declare(GTest
  URL https://github.com/google/googletest/archive/refs/tags/v1.14.0.tar.gz
  FIND_PACKAGE_ARGS)
FetchContent_Declare(fmt
  URL https://github.com/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz
  FIND_PACKAGE_ARGS)
FetchContent_Declare(nlohmann_json
  URL https://github.com/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz
  FIND_PACKAGE_ARGS)
FetchContent_Declare(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.3.2.tar.gz
  FIND_PACKAGE_ARGS)
FetchContent_Declare(tinyxml2
  URL https://github.com/leethomason/tinyxml2/archive/refs/tags/9.0.0.tar.gz
  FIND_PACKAGE_ARGS)

# A project that builds GoogleTest itself has the targets already.
if(NOT TARGET GTest::gtest)
  FetchContent_MakeAvailable(GTest)
endif()
FetchContent_MakeAvailable(fmt nlohmann_json CLI11 tinyxml2)
find_package(Threads REQUIRED)
