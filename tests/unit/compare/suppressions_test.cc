// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/suppressions.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "runner/compare/suppression_pattern.h"

namespace memprof {
namespace {

Suppression One(const std::string& line) {
  Result<std::vector<Suppression>> parsed = ParseSuppressions(line, "leaks.supp");
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  if (!parsed || parsed->size() != 1) return {};
  return parsed.value()[0];
}

TEST(Suppressions, ReadsAPlainFileOfLeakSanitizer) {
  const auto parsed = ParseSuppressions(
      "# known leaks\n"
      "leak:libfontconfig.so\n"
      "\n"
      "  leak:^app::Registry::Add$  \r\n"
      "leak:std::map<int, app::Item*, std::less<int> >::operator=\n"
      "leak:bool app::operator== *",
      "leaks.supp");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 4u);
  EXPECT_EQ(parsed.value()[0].pattern, "libfontconfig.so");
  EXPECT_EQ(parsed.value()[0].line, 2);
  EXPECT_EQ(parsed.value()[1].pattern, "^app::Registry::Add$");
  EXPECT_EQ(parsed.value()[1].line, 4);
  EXPECT_EQ(parsed.value()[2].pattern, "std::map<int, app::Item*, std::less<int> >::operator=");
  EXPECT_EQ(parsed.value()[3].pattern, "bool app::operator== *");
}

TEST(Suppressions, ReadsEveryAttribute) {
  const Suppression read = One(
      R"(fd:OpenLog   max_count=2 max_bytes=4KiB expires=2027-03-01 reason="one \"log\" each: #4711")");
  EXPECT_EQ(read.file, "leaks.supp");
  EXPECT_EQ(read.kind, "fd");
  EXPECT_EQ(read.pattern, "OpenLog");
  EXPECT_EQ(read.max_count, 2);
  EXPECT_EQ(read.max_bytes, 4096);
  EXPECT_EQ(read.expires, "2027-03-01");
  EXPECT_EQ(read.reason, "one \"log\" each: #4711");
  EXPECT_TRUE(read.text.starts_with("fd:OpenLog   max_count=2"));
}

TEST(Suppressions, APatternMayHaveBlanksBeforeItsAttributes) {
  const Suppression read = One("leak:operator new(unsigned long) reason=later");
  EXPECT_EQ(read.pattern, "operator new(unsigned long)");
  EXPECT_EQ(read.reason, "later");
}

TEST(Suppressions, SizesAreInPowersOf1024) {
  EXPECT_EQ(One("leak:a max_bytes=512").max_bytes, 512);
  EXPECT_EQ(One("leak:a max_bytes=512B").max_bytes, 512);
  EXPECT_EQ(One("leak:a max_bytes=1MiB").max_bytes, 1 << 20);
  EXPECT_EQ(One("leak:a max_bytes=2GiB").max_bytes, std::int64_t{2} << 30);
}

TEST(Suppressions, AFileMayBeginWithAByteOrderMark) {
  EXPECT_EQ(One("\xEF\xBB\xBF"
                "leak:a")
                .kind,
            "leak");
}

struct Wrong {
  const char* line;
  const char* message;
  const char* hint;
};

void PrintTo(const Wrong& row, std::ostream* out) { *out << row.line; }

class WrongSuppression : public testing::TestWithParam<Wrong> {};

TEST_P(WrongSuppression, IsNamedWithItsLineAndWhatIsAllowed) {
  const auto parsed =
      ParseSuppressions(std::string("# one\nleak:a\n") + GetParam().line + "\n", "ci/leaks.supp");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(parsed.error().message, std::string("ci/leaks.supp:3: ") + GetParam().message);
  EXPECT_NE(parsed.error().hint.find(GetParam().hint), std::string::npos) << parsed.error().hint;
}

INSTANTIATE_TEST_SUITE_P(
    Compare, WrongSuppression,
    testing::Values(
        Wrong{"libfoo.so", "\"libfoo.so\" has no kind", "kind:pattern"},
        Wrong{"lek:libfoo.so", "there is no kind \"lek\"", "leak, growth, fd, thread"},
        Wrong{"interceptor_via_fun:dlopen",
              "\"interceptor_via_fun\" is a kind of another sanitizer, and suppresses no leak",
              "a file of their own"},
        Wrong{"race:foo", "\"race\" is a kind of another sanitizer, and suppresses no leak", "own"},
        Wrong{"leak:", "there is no pattern after the kind", "leak:*"},
        Wrong{"leak: reason=all", "there is no pattern after the kind", "leak:*"},
        Wrong{"leak:^$", "there is no pattern after the kind", "leak:*"},
        Wrong{"fd:a max_cuont=2", "there is no attribute max_cuont", "max_count, max_bytes"},
        Wrong{"fd:a max_count=two", "max_count is a whole number, and not \"two\"", "descriptors"},
        Wrong{"fd:a max_count=-1", "max_count is a whole number, and not \"-1\"", "descriptors"},
        Wrong{"leak:a max_bytes=4kb", "max_bytes is a size, and not \"4kb\"", "4KiB"},
        Wrong{"leak:a max_bytes=9999999999GiB", "max_bytes is a size, and not \"9999999999GiB\"",
              "4KiB"},
        Wrong{"leak:a expires=2027-02-29", "expires is a date, and not \"2027-02-29\"",
              "2027-03-01"},
        Wrong{"leak:a expires=1.3.2027", "expires is a date, and not \"1.3.2027\"", "2027-03-01"},
        Wrong{"leak:a reason=\"open", "the quotes of reason are not closed", "\""},
        Wrong{"leak:a reason=two words", "\"words\" is no attribute", "need quotes"}));

struct Match {
  const char* pattern;
  const char* text;
  bool matches;
};

void PrintTo(const Match& row, std::ostream* out) { *out << row.pattern << " in " << row.text; }

class SuppressionPattern : public testing::TestWithParam<Match> {};

TEST_P(SuppressionPattern, IsFoundAsLeakSanitizerFindsIt) {
  EXPECT_EQ(PatternFound(GetParam().pattern, GetParam().text), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Compare, SuppressionPattern,
    testing::Values(Match{"Load", "app::Load", true}, Match{"load", "app::Load", false},
                    Match{"^app", "app::Load", true}, Match{"^Load", "app::Load", false},
                    Match{"Load$", "app::Load", true}, Match{"app$", "app::Load", false},
                    Match{"^app::Load$", "app::Load", true},
                    Match{"^app::Load$", "app::LoadAll", false}, Match{"ap*ad", "app::Load", true},
                    Match{"ad*ap", "app::Load", false}, Match{"^*Load$", "app::Load", true},
                    Match{"^a*p*d$", "app::Load", true}, Match{"oo$", "foofoo", true},
                    Match{"^foo$", "foofoo", false}, Match{"*", "anything", true},
                    Match{"*", "", false}, Match{"a**b", "ab", true}, Match{"aa*a$", "aa", false}));

}  // namespace
}  // namespace memprof
