// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_BUILD_H_
#define MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_BUILD_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "runner/parse/record_file.h"

namespace memprof {

/// What a program of `scratch_program.h` printed: its modules, and the stacks it captured.
struct CapturedTrace {
  std::vector<RecordedModule> modules;
  std::vector<RecordedStack> stacks;
};

/// A directory that goes with the test, and compilers that write to it.
class ScratchBuild : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "/symbolsXXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    directory_ = std::filesystem::canonical(path);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string Path(const std::string& name) const { return (directory_ / name).string(); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name) << text;
  }

  bool Run(const std::string& command) const {
    return std::system(("cd '" + directory_.string() + "' && " + command).c_str()) == 0;
  }

  /// What the command prints; empty when it fails.
  std::string Output(const std::string& command) const {
    if (!Run("(" + command + ") > output")) return {};
    std::ifstream file(directory_ / "output");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  /// Runs a program that prints as `scratch_program.h` has it.
  CapturedTrace Capture(const std::string& command) const {
    CapturedTrace trace;
    std::istringstream lines(Output(command));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string kind, build_id;
      words >> kind >> std::hex;
      if (kind == "module") {
        RecordedModule module;
        words >> module.bias >> module.begin >> module.end >> build_id >> module.path;
        for (std::size_t i = 0; i + 1 < build_id.size(); i += 2) {
          module.build_id += static_cast<char>(std::stoi(build_id.substr(i, 2), nullptr, 16));
        }
        trace.modules.push_back(module);
      } else if (kind == "stack") {
        RecordedStack stack;
        for (std::uint64_t address; words >> address;) stack.addresses.push_back(address);
        trace.stacks.push_back(stack);
      }
    }
    return trace;
  }

  std::filesystem::path directory_;
};

/// The line of `text` that ends with the comment `// mark`; 0 when there is none.
inline int LineOf(const std::string& text, const std::string& mark) {
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with("// " + mark)) return number;
  }
  return 0;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_BUILD_H_
