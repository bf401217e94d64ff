// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN object-not-released
// A filter compiles its expression with regcomp() and never calls regfree().
#include <gtest/gtest.h>
#include <regex.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace logs {

class LineFilter {
 public:
  explicit LineFilter(const std::string& expression) {
    if (regcomp(&compiled_, expression.c_str(), REG_EXTENDED | REG_NOSUB) != 0) {  // HERE
      throw std::invalid_argument("not an expression: " + expression);
    }
  }

  bool Matches(const std::string& line) const {
    return regexec(&compiled_, line.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_;
};

class Grep {
 public:
  explicit Grep(std::vector<std::string> lines) : lines_(std::move(lines)) {}

  std::vector<std::string> Find(const std::string& expression) const {
    const LineFilter filter(expression);  // HERE
    std::vector<std::string> found;
    for (const std::string& line : lines_) {
      if (filter.Matches(line)) {
        found.push_back(line);
      }
    }
    return found;
  }

 private:
  std::vector<std::string> lines_;
};

}  // namespace logs

namespace {

TEST(Grep, FindsTheLinesOfOneService) {
  const logs::Grep grep({"db: started", "web: started", "db: slow query"});
  EXPECT_EQ(grep.Find("^db:").size(), 2U);
  EXPECT_EQ(grep.Find("slow|refused").size(), 1U);
}

TEST(Grep, FindsNothingInNothing) { EXPECT_TRUE(logs::Grep({}).Find("x").empty()); }

}  // namespace
