// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// binutils' addr2line as the oracle: it reads debug information with code of its own.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "runner/symbols/module_symbols.h"
#include "tests/unit/symbols/scratch_build.h"

namespace memprof {
namespace {

constexpr char kProgram[] = R"cc(
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

  namespace shop {
  struct Item {
    std::string name;
    std::vector<int> sizes;
  };
  std::map<std::string, std::shared_ptr<Item>> items;

  template <class Less>
  void Sort(std::vector<std::string>& names, Less less) {
    std::sort(names.begin(), names.end(), [&](const auto& a, const auto& b) { return less(a, b); });
  }

  void Add(const std::string& name) {
    auto item = std::make_shared<Item>();
    item->name = name + "!";
    item->sizes.resize(name.size());
    items.emplace(name, std::move(item));
  }
  }  // namespace shop

  int main(int count, char** words) {
    std::vector<std::string> names(words, words + count);
    shop::Sort(names, std::greater<std::string>());
    std::function<void(const std::string&)> add = shop::Add;
    for (const std::string& name : names) add(name);
    return static_cast<int>(shop::items.size());
  }
)cc";

/// The last component, for addr2line leaves `..` in paths.
std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class Addr2line : public ScratchBuild {
 protected:
  /// For each offset its frames, as "function file:line" each.
  std::vector<std::vector<std::string>> Ask(const std::vector<std::uint64_t>& offsets) const {
    std::ostringstream list;
    for (const std::uint64_t offset : offsets) list << "0x" << std::hex << offset << "\n";
    Write("offsets", list.str());
    std::istringstream lines(Output("addr2line -a -i -f -C -e program < offsets"));
    std::vector<std::vector<std::string>> all;
    for (std::string function, place; std::getline(lines, function);) {
      if (function.starts_with("0x")) {
        all.emplace_back();
        continue;
      }
      std::getline(lines, place);
      place.resize(std::min(place.size(), place.find(" (discriminator")));
      all.back().push_back(function + " " + FileName(place));
    }
    return all;
  }
};

TEST_F(Addr2line, AgreesOnTheCodeOfARealProgram) {
  Write("program.cc", kProgram);
  for (const char* flags : {"-O2 -g", "-O0 -gdwarf-4"}) {
    ASSERT_TRUE(Run("g++ -std=c++20 program.cc -o program " + std::string(flags)));
    std::istringstream text(
        Output("readelf -SW program | sed -n 's/.* .text *PROGBITS *//p' | head -n 1"));
    std::uint64_t begin = 0, position = 0, size = 0;
    text >> std::hex >> begin >> position >> size;
    ASSERT_GT(size, 0u);
    std::vector<std::uint64_t> offsets;
    for (std::uint64_t i = 0; i < size; i += size / 3000 + 1) offsets.push_back(begin + i);
    const auto expected = Ask(offsets);
    ASSERT_EQ(expected.size(), offsets.size());

    ModuleSymbols symbols(Path("program"));
    std::size_t known = 0, inlined = 0, different = 0;
    std::string differences;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      std::vector<std::string> found;
      Stack stack = symbols.Resolve(offsets[i]);
      for (Frame& frame : stack) {
        // addr2line takes any name without a mangled one for the outermost function's.
        const bool initialises = frame.function == "__static_initialization_and_destruction_0";
        if (initialises) frame.function = stack.back().function;
        found.push_back(frame.function + " " + FileName(frame.file) + ":" +
                        (frame.line > 0 ? std::to_string(frame.line) : "?"));
      }
      if (found.empty()) continue;
      ++known;
      inlined += found.size() - 1;
      if (found == expected[i]) continue;
      if (++different > 10) continue;
      differences += "\nours:";
      for (const std::string& frame : found) differences += "\n  " + frame;
      differences += "\naddr2line's:";
      for (const std::string& frame : expected[i]) differences += "\n  " + frame;
    }
    EXPECT_GT(known, offsets.size() * 9 / 10) << flags;
    EXPECT_GT(inlined, flags[2] == '2' ? known : 0) << flags;
    // addr2line names the padding between functions after the one before.
    EXPECT_LE(different, known / 100) << flags << differences;
  }
}

}  // namespace
}  // namespace memprof
