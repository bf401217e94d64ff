// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/system/compiled_test.h"

#include <fmt/format.h>

#include <cstdlib>

#include "runner/execute/files.h"

namespace memprof {

std::string CompileTest(const std::string& directory, const std::string& name,
                        const std::string& sources, const std::string& flags) {
  const std::string command = fmt::format(
      "cd '{}' && '{}' -std=c++17 -g -O0 {} -o '{}' {} -lgtest_main -lgtest -lpthread "
      "> build.log 2>&1",
      directory, MEMPROF_TEST_CXX, flags, name, sources);
  if (std::system(command.c_str()) == 0) return "";
  const Result<std::string> said = ReadFile(directory + "/build.log");
  return said ? said.value() : "it could not be started: " + command;
}

}  // namespace memprof
