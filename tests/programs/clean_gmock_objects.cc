// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Mocks with expectations and default actions; gmock keeps registries of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

struct Store {
  virtual ~Store() = default;
  virtual int Put(const std::string& key) = 0;
};

struct MockStore : Store {
  MOCK_METHOD(int, Put, (const std::string& key), (override));
};

TEST(Mock, MeetsItsExpectations) {
  testing::StrictMock<MockStore> store;
  EXPECT_CALL(store, Put("a")).Times(2).WillRepeatedly(testing::Return(7));
  EXPECT_CALL(store, Put(testing::StartsWith("b"))).WillOnce(testing::Return(8));
  EXPECT_EQ(store.Put("a") + store.Put("a") + store.Put("bb"), 22);
}
