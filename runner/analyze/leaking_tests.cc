// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/leaking_tests.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace memprof {
namespace {

/// "Cart" of "Prefix/Cart/0": what the source calls a suite, or a test.
std::string_view SourceSuite(std::string_view suite) {
  const auto slash = suite.find('/');
  if (slash == std::string_view::npos) return suite;
  const std::string_view rest = suite.substr(slash + 1);
  // A typed suite is "Cart/0", without a prefix.
  const bool is_number = rest.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ? suite.substr(0, slash) : rest.substr(0, rest.find('/'));
}

std::string_view SourceName(std::string_view name) { return name.substr(0, name.find('/')); }

class TestIndex {
 public:
  explicit TestIndex(const std::vector<RecordedTest>& tests) : tests_(tests) {
    for (std::uint32_t i = 0; i < tests.size(); ++i) {
      const std::string suite(SourceSuite(tests[i].suite));
      by_class_.emplace(suite + "_" + std::string(SourceName(tests[i].name)) + "_Test", i);
      by_class_.emplace(suite, i);
    }
  }

  std::optional<std::uint32_t> Find(const Stack& stack) const {
    // The innermost that tells: a test that runs another program's tests has none of them here.
    for (const Frame& frame : stack) {
      if (const auto found = ByClass(frame.function)) return found;
      if (frame.function.ends_with("TestBody") || frame.function.ends_with("TestBody()")) {
        if (const auto found = ByLine(frame)) return found;
      }
    }
    return std::nullopt;
  }

 private:
  /// Each qualifier that stands before a "::": of "(anonymous namespace)::A_b_Test::TestBody()".
  std::optional<std::uint32_t> ByClass(std::string_view function) const {
    constexpr std::string_view kOfNames =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    for (std::size_t end = function.find("::"); end != std::string_view::npos;
         end = function.find("::", end + 2)) {
      // A typed test's class is a template: "Cart_Adds_Test<int>::TestBody()".
      std::size_t last = end;
      for (int depth = 0; last > 0 && (depth > 0 || function[last - 1] == '>'); --last) {
        depth += function[last - 1] == '>' ? 1 : function[last - 1] == '<' ? -1 : 0;
      }
      const std::size_t before =
          last == 0 ? std::string_view::npos : function.find_last_not_of(kOfNames, last - 1);
      const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
      if (begin >= last) continue;
      const auto found = by_class_.find(std::string(function.substr(begin, last - begin)));
      if (found != by_class_.end()) return found->second;
    }
    return std::nullopt;
  }

  std::optional<std::uint32_t> ByLine(const Frame& frame) const {
    std::optional<std::uint32_t> last;
    for (std::uint32_t i = 0; i < tests_.size(); ++i) {
      const RecordedTest& test = tests_[i];
      if (test.file.empty() || test.line > frame.line || !IsSameFile(test.file, frame.file)) {
        continue;
      }
      if (!last || tests_[*last].line < test.line) last = i;
    }
    return last;
  }

  /// One of them may be relative to the directory of the build.
  static bool IsSameFile(std::string_view a, std::string_view b) {
    return a.substr(a.rfind('/') + 1) == b.substr(b.rfind('/') + 1);
  }

  const std::vector<RecordedTest>& tests_;
  std::unordered_map<std::string, std::uint32_t> by_class_;
};

}  // namespace

LeakingTests FindLeakingTests(const std::vector<LsanLeak>& leaks,
                              const std::vector<RecordedTest>& tests) {
  const TestIndex index(tests);
  LeakingTests result;
  std::set<std::uint32_t> found;
  for (const LsanLeak& leak : leaks) {
    if (const auto test = index.Find(leak.stack)) {
      found.insert(*test);
    } else {
      result.other_bytes += leak.bytes;
      result.other_blocks += leak.blocks;
    }
  }
  result.tests.assign(found.begin(), found.end());
  return result;
}

}  // namespace memprof
