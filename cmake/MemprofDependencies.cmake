# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0

# Each library is taken from the system where it is installed, and fetched where it is not. What a
# parent project has already is used as it is.
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

foreach(library IN ITEMS fmt::fmt nlohmann_json::nlohmann_json CLI11::CLI11 tinyxml2::tinyxml2)
  if(NOT TARGET ${library})
    string(REGEX REPLACE "::.*" "" name ${library})
    FetchContent_MakeAvailable(${name})
  endif()
endforeach()
find_package(Threads REQUIRED)

# Makes GTest::gtest and GTest::gtest_main known everywhere: the ones that this build has, else the
# system's.
function(memprof_find_googletest)
  foreach(name IN ITEMS gtest gtest_main)
    if(TARGET ${name} AND NOT TARGET GTest::${name})
      add_library(GTest::${name} ALIAS ${name})  # GoogleTest before 1.11 has no such alias
    endif()
  endforeach()
  if(NOT TARGET GTest::gtest)
    find_package(GTest)
  endif()
  if(NOT TARGET GTest::gtest)
    message(FATAL_ERROR "memprof measures GoogleTest tests, and there is no GoogleTest: this project "
                        "does not build one and none is installed. Debian: apt-get install libgtest-dev")
  endif()
  foreach(name IN ITEMS gtest gtest_main)
    if(TARGET GTest::${name})
      get_target_property(imported GTest::${name} IMPORTED)
      if(imported)
        set_target_properties(GTest::${name} PROPERTIES IMPORTED_GLOBAL TRUE)
      endif()
    endif()
  endforeach()
endfunction()

# As part of another project we must not bring a GoogleTest before the project brings its own, which
# may well come after us; so we look once its last line has run. Links are resolved later still.
if(PROJECT_IS_TOP_LEVEL)
  FetchContent_MakeAvailable(GTest)
elseif(NOT TARGET GTest::gtest)
  cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL memprof_find_googletest)
endif()
