// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/source/compiles.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

namespace memprof {
namespace {

/// A directory of its own, gone with this.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "memprof-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void Write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string Read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

bool Runs(const std::string& command, const std::filesystem::path& log) {
  if (std::system((command + " > '" + log.string() + "' 2>&1").c_str()) == 0) return true;
  std::cout << command << '\n' << Read(log);
  return false;
}

}  // namespace

bool Compiles(const std::string& source) {
  const ScratchDirectory scratch;
  Write(scratch / "code.cc", source);
  const bool compiles =
      Runs(MEMPROF_TEST_CXX " -std=c++17 -Wall -Wextra -Wshadow -Werror -fsyntax-only '" +
               (scratch / "code.cc").string() + "'",
           scratch / "log");
  if (!compiles) std::cout << source << '\n';
  return compiles;
}

std::string Patched(const std::string& path, const std::string& before, const std::string& diff) {
  const ScratchDirectory scratch;
  Write(scratch / ("tree/" + path), before);
  Write(scratch / "diff", diff);
  const std::string command = "patch --batch --fuzz=0 -p1 -d '" + (scratch / "tree").string() +
                              "' -i '" + (scratch / "diff").string() + "'";
  if (!Runs(command, scratch / "log")) {
    std::cout << diff << '\n';
    return {};
  }
  return Read(scratch / ("tree/" + path));
}

}  // namespace memprof
