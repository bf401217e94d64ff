// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/pair_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <string_view>

namespace memprof {
namespace {

struct Row {
  const char* name;
  const char* text;
  const char* for_plugin;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class PairTableRows : public testing::TestWithParam<Row> {};

TEST_P(PairTableRows, AreForThePlugin) {
  const Result<PairTable> table = ParsePairTable(GetParam().text, "app.pairs");
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(PairsForPlugin(*table), GetParam().for_plugin);
}

INSTANTIATE_TEST_SUITE_P(
    Parse, PairTableRows,
    testing::Values(Row{"ResultAndFirstArgument", "figure_new figure_free\n",
                        "figure_new\tacquire\tfigure_new\treturn\n"
                        "figure_new\trelease\tfigure_free\targ1\n"},
                    Row{"CommentsAndBlanks", "# ours\n\n \t\r\n  a_new \t a_free # the last\r\n",
                        "a_new\tacquire\ta_new\treturn\na_new\trelease\ta_free\targ1\n"},
                    Row{"WhereTheHandleIs", "open(*2) close(3)",
                        "open\tacquire\topen\t*arg2\n"
                        "open\trelease\tclose\targ3\n"},
                    Row{"ReleasedThroughAPointer", "make(return) end(*1)",
                        "make\tacquire\tmake\treturn\n"
                        "make\trelease\tend\t*arg1\n"},
                    Row{"OnlySomeResultsCount", "init(1)==0 end==0|stop!=0",
                        "init\tacquire\tinit\targ1\tzero\ninit\trelease\tend\targ1\tzero\n"
                        "init\trelease\tstop\targ1\tnonzero\n"},
                    Row{"SeveralAndAKindOfItsOwn", "my kind: a|b(1) c|d",
                        "my kind\tacquire\ta\treturn\nmy kind\tacquire\tb\targ1\n"
                        "my kind\trelease\tc\targ1\nmy kind\trelease\td\targ1\n"},
                    Row{"LinesOfOneKindAddUp", "k: a z\nk: b z|y",
                        "k\tacquire\ta\treturn\nk\tacquire\tb\treturn\n"
                        "k\trelease\tz\targ1\nk\trelease\ty\targ1\n"}),
    [](const auto& row) { return row.param.name; });

struct BadRow {
  const char* name;
  const char* text;
  const char* message;
};

void PrintTo(const BadRow& row, std::ostream* out) { *out << row.name; }

class BadPairTables : public testing::TestWithParam<BadRow> {};

TEST_P(BadPairTables, AreRefusedWithTheirLine) {
  const Result<PairTable> table = ParsePairTable(GetParam().text, "app.pairs");
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(table.error().message.find(GetParam().message), 0u) << table.error().message;
  EXPECT_NE(table.error().hint, "");
}

INSTANTIATE_TEST_SUITE_P(
    Parse, BadPairTables,
    testing::Values(
        BadRow{"Empty", "# nothing\n", "app.pairs: no pair of functions in it"},
        BadRow{"NoRelease", "a b\nc\n", "app.pairs:2: `c` has nothing that releases behind it"},
        BadRow{"OneWordTooMany", "a b c", "app.pairs:1: `c` is one word too many"},
        BadRow{"NoName", "a |b", "app.pairs:1: `` does not begin with the name of a C function"},
        BadRow{"ADigitFirst", "1a b", "app.pairs:1: `1a` does not begin with the name"},
        BadRow{"NoSuchArgument", "a(*7) b", "app.pairs:1: `a(*7)`: in brackets stands where"},
        BadRow{"ArgumentZero", "a(0) b", "app.pairs:1: `a(0)`: in brackets stands where"},
        BadRow{"OpenBracket", "a(1 b", "app.pairs:1: `a(1`: in brackets stands where"},
        BadRow{"NoSuchResult", "a b==1", "app.pairs:1: `b==1`: `==1` is none of"},
        BadRow{"ReleaseByItsResult", "a b(return)", "app.pairs:1: `b(return)`: what releases"},
        BadRow{"ResultTwice", "a==0 b", "app.pairs:1: `a==0`: the result is the handle"},
        BadRow{"KindWithoutAName", ": a b", "app.pairs:1: nothing stands before the colon"},
        BadRow{"OneFunctionOfTwoKinds", "a z\n\nb z", "app.pairs:3: `z` stands in line 1 already"},
        BadRow{"OneFunctionTwoWays", "k: a z\nk: b z(2)",
               "app.pairs:2: `z` stands in line 1 already"}),
    [](const auto& row) { return row.param.name; });

TEST(PairTable, OfAFunctionInTwoTablesTheFirstCounts) {
  const Result<PairTable> own = ParsePairTable("mine: a z==0", "own");
  const Result<PairTable> other = ParsePairTable("theirs: a|b z|y\nlost: c d", "other");
  ASSERT_TRUE(own.ok() && other.ok());
  EXPECT_EQ(PairsForPlugin(JoinPairs(*own, *other)),
            "mine\tacquire\ta\treturn\nmine\trelease\tz\targ1\tzero\n"
            "theirs\tacquire\tb\treturn\ntheirs\trelease\ty\targ1\n"
            "lost\tacquire\tc\treturn\nlost\trelease\td\targ1\n");
  const Result<PairTable> half = ParsePairTable("half: e z", "half");
  ASSERT_TRUE(half.ok());
  EXPECT_EQ(JoinPairs(*own, *half).size(), 1u) << "nothing of it is left that releases";
}

TEST(KnownPairs, AreWholeAndNameEachFunctionOnce) {
  const PairTable known = KnownPairs();
  EXPECT_GT(known.size(), 20u);
  std::set<std::string> names;
  for (const PairKind& kind : known) {
    EXPECT_FALSE(kind.acquires.empty() || kind.releases.empty()) << kind.name;
    for (const auto& function : kind.acquires) EXPECT_TRUE(names.insert(function.name).second);
    for (const auto& function : kind.releases) EXPECT_TRUE(names.insert(function.name).second);
  }
  const std::string text = PairsForPlugin(known);
  EXPECT_NE(text.find("sqlite3 database\tacquire\tsqlite3_open\t*arg2\n"), std::string::npos);
  EXPECT_NE(text.find("sqlite3 database\trelease\tsqlite3_close\targ1\tzero\n"), std::string::npos);
  EXPECT_NE(text.find("cairo context\trelease\tcairo_destroy\targ1\n"), std::string::npos);
}

}  // namespace
}  // namespace memprof
