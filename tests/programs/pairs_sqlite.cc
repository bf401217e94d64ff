// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <vector>

// What stays open stays known to the program, so that no check for lost memory finds it.
std::vector<sqlite3*> open_connections;

TEST(Sqlite, LeavesAConnectionOpen) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &connection), SQLITE_OK);  // HERE
  open_connections.push_back(connection);
}

TEST(Sqlite, ClosesItsConnection) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &connection), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(connection, "create table t(a)", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(connection), SQLITE_OK);
}

TEST(Sqlite, IsBusyAtTheFirstAttempt) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open_v2(":memory:", &connection, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(connection, "select 1", -1, &statement, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(connection), SQLITE_BUSY);
  EXPECT_EQ(sqlite3_finalize(statement), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(connection), SQLITE_OK);
}

TEST(Sqlite, LeavesItOpenForItIsBusy) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open_v2(":memory:", &connection, SQLITE_OPEN_READWRITE, nullptr),  // HERE
            SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(connection, "select 1", -1, &statement, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(connection), SQLITE_BUSY);
  EXPECT_EQ(sqlite3_finalize(statement), SQLITE_OK);
  open_connections.push_back(connection);
}

TEST(Sqlite, FailsToOpenAndClosesAllTheSame) {
  sqlite3* connection = nullptr;
  EXPECT_NE(sqlite3_open("/nowhere/at/all", &connection), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(connection), SQLITE_OK);
}
