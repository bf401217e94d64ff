// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Tests of a project that uses memprof: two keep memory, the others do not.

#include <gtest/gtest.h>
#include <locale.h>

#include <memory>
#include <string>
#include <vector>

#if defined(EXPECT_CONSUMER_BUILT_GOOGLETEST) && !defined(CONSUMER_BUILT_GOOGLETEST)
#error "memprof brought another GoogleTest than the one that this project builds"
#endif

namespace {

struct Account {
  std::vector<std::string> lines;
};

Account* volatile lost_account = nullptr;

std::vector<std::unique_ptr<Account>>& Ledger() {
  static std::vector<std::unique_ptr<Account>> accounts;
  return accounts;
}

TEST(Account, IsLost) { lost_account = new Account{{std::string(500, 'x')}}; }

TEST(Account, IsKeptInALedgerForEver) {
  Ledger().push_back(std::make_unique<Account>(Account{{std::string(500, 'x')}}));
}

TEST(Account, Closes) {
  const std::unique_ptr<Account> account(new Account{{std::string(500, 'x')}});
  EXPECT_EQ(account->lines.size(), 1u);
}

// Keeps no memory: the locale "C" is there once for all.
TEST(Account, TakesALocale) { EXPECT_NE(newlocale(LC_ALL_MASK, "C", nullptr), nullptr); }

TEST(Account, DISABLED_IsAuditedOvernight) { FAIL(); }

class Currency : public ::testing::TestWithParam<const char*> {};

TEST_P(Currency, HasThreeLetters) { EXPECT_EQ(std::string(GetParam()).size(), 3u); }

INSTANTIATE_TEST_SUITE_P(Known, Currency, ::testing::Values("EUR", "a;b", "[[]"));

}  // namespace
