// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// What suites do that no tool expects; a row of tests/hostile picks some by --filter. All but those
// that are called so lose nothing.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <locale>
#include <new>
#include <string>
#include <thread>
#include <vector>

char* volatile lost = nullptr;

void Lose(std::size_t bytes) {
  lost = new char[bytes];
  lost = nullptr;
}

// A name of 4 KiB, and a parameter that is printed as 4 KiB of any bytes.
struct LongText {};
void PrintTo(const LongText&, std::ostream* out) {
  *out << "\xff\xfe\x1b[2J\a\r" << std::string(4096, '"');
}
struct Names : testing::TestWithParam<LongText> {};
TEST_P(Names, Loses) { Lose(100); }
INSTANTIATE_TEST_SUITE_P(Long, Names, testing::Values(LongText{}),
                         [](const auto&) { return std::string(4096, 'n'); });

struct Registered : testing::Test {
  void TestBody() override { Lose(100); }
};
const testing::TestInfo* const umlauts =
    testing::RegisterTest("Größe", "Überlauf/日本語", nullptr, nullptr, __FILE__, -1,
                          []() -> testing::Test* { return new Registered; });

TEST(Threads, TwoHundredLoseEach) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 200; ++i) {
    threads.emplace_back([] { lost = new char[64]; });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Threads, TwoHundredJoined) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 200; ++i) threads.emplace_back([] { std::vector<char>(10000, 't'); });
  for (std::thread& thread : threads) thread.join();
}

// Held for the rest of the process and never touched; no memory is taken for it.
char* sparse = nullptr;
struct Sparse : testing::Test {
  static void SetUpTestSuite() {
    if (sparse == nullptr) sparse = static_cast<char*>(malloc(20ull << 30));
  }
  void SetUp() override {
    if (sparse == nullptr) GTEST_SKIP() << "20 GiB are refused";
  }
};
TEST_F(Sparse, LosesBesideIt) { Lose(100); }
TEST_F(Sparse, IsClean) { EXPECT_NE(sparse, nullptr); }

// 120 MB.
void Flood() {
  const std::string line(1 << 20, 'f');
  for (int i = 0; i < 120; ++i) std::fwrite(line.data(), 1, line.size(), stdout);
  std::puts("");
}
TEST(Output, Floods) { Flood(); }

TEST(Output, IsNoText) {
  const char bytes[] = "\xff\xfe\0 \x1b]0;owned\a\x1b[2J\x1b[?1049h <![CDATA[ ]]> </script> \r\n";
  fwrite(bytes, 1, sizeof(bytes), stdout);
  RecordProperty("bytes", bytes);
  Lose(100);
}

TEST(Output, FailsWithBytes) {
  ADD_FAILURE() << "\xff\xfe \x1b]0;owned\a\x1b[2J\x1b[?1049h ]]> </script>";
}

TEST(Changes, WhereStdoutGoes) {
  const int null = open("/dev/null", O_WRONLY);
  dup2(null, 1);
  close(null);
}
TEST(Changes, LosesAfterIt) { Lose(100); }

struct Commas : std::numpunct<char> {
  char do_thousands_sep() const override { return ','; }
  char do_decimal_point() const override { return ';'; }
  std::string do_grouping() const override { return "\1"; }
};
TEST(Locale, IsAnother) { std::locale::global(std::locale(std::locale(), new Commas)); }
TEST(Locale, LosesInIt) { Lose(100); }

TEST(NewHandler, IsAsked) {
  std::set_new_handler([] {
    std::set_new_handler(nullptr);
    throw std::bad_alloc();
  });
  void* volatile never = nullptr;
  EXPECT_THROW(never = operator new (~std::size_t{0} >> 1), std::bad_alloc);
}

TEST(Stdin, HasNothing) {
  char byte = 0;
  EXPECT_EQ(read(0, &byte, 1), 0);
}

TEST(Disabled, DISABLED_Crashes) { abort(); }
TEST(DISABLED_Whole, Crashes) { abort(); }
TEST(Skipped, IsNotRun) { GTEST_SKIP(); }

template <class T>
struct Typed : testing::Test {};
using Types = testing::Types<int, std::vector<std::string>>;
TYPED_TEST_SUITE(Typed, Types);
TYPED_TEST(Typed, Loses) { Lose(sizeof(TypeParam)); }
