// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One bug under fifty tests: what watches the catalogue is never taken out. The tests come to it
// from a fixture's SetUp, through helpers, and by themselves.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

namespace catalogue {

struct Watcher {
  char name[200];
  int seen;
};

class Catalogue {
 public:
  Watcher* Watch(const std::string& name) {
    Watcher* const watcher = new Watcher{};  // LEAK: critical memory-growth
    std::strncpy(watcher->name, name.c_str(), sizeof(watcher->name) - 1);
    watchers_.push_back(watcher);
    return watchers_.back();
  }

  int Notify() {
    for (Watcher* const watcher : watchers_) ++watcher->seen;
    return static_cast<int>(watchers_.size());
  }

 private:
  std::vector<Watcher*> watchers_;
};

Catalogue& Shared() {
  static Catalogue catalogue;
  return catalogue;
}

}  // namespace catalogue

static catalogue::Watcher* WatchShelf(int shelf) {
  return catalogue::Shared().Watch("shelf " + std::to_string(shelf));
}

static std::size_t LengthOfName(const std::string& name) {
  return std::strlen(catalogue::Shared().Watch(name)->name);
}

class Reader : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { watcher_ = catalogue::Shared().Watch("reader"); }

  catalogue::Watcher* watcher_ = nullptr;
};

TEST_P(Reader, IsToldOfEachBook) {
  EXPECT_GT(catalogue::Shared().Notify(), 0);
  EXPECT_EQ(watcher_->seen, 1);
}

INSTANTIATE_TEST_SUITE_P(Of, Reader, testing::Range(0, 16));

class Shelf : public testing::TestWithParam<int> {};

TEST_P(Shelf, HasAName) { EXPECT_EQ(WatchShelf(GetParam())->name[0], 's'); }

INSTANTIATE_TEST_SUITE_P(Of, Shelf, testing::Range(0, 16));

template <class Text>
class Name : public testing::Test {};

TYPED_TEST_SUITE_P(Name);

TYPED_TEST_P(Name, IsKept) { EXPECT_EQ(LengthOfName(TypeParam::kText), TypeParam::kLength); }

REGISTER_TYPED_TEST_SUITE_P(Name, IsKept);

template <std::size_t length>
struct Letter {
  static constexpr const char* kText = "x";
  static constexpr std::size_t kLength = 1;
};

using Letters = testing::Types<Letter<0>, Letter<1>, Letter<2>, Letter<3>, Letter<4>, Letter<5>,
                               Letter<6>, Letter<7>, Letter<8>, Letter<9>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Of, Name, Letters);

TEST(Librarian, WatchesByDay) { EXPECT_NE(catalogue::Shared().Watch("day"), nullptr); }
TEST(Librarian, WatchesByNight) { EXPECT_NE(catalogue::Shared().Watch("night"), nullptr); }
TEST(Librarian, WatchesTwice) {
  EXPECT_NE(catalogue::Shared().Watch("one"), catalogue::Shared().Watch("two"));
}
TEST(Librarian, WatchesThroughALambda) {
  const auto watch = [](const char* name) { return catalogue::Shared().Watch(name); };
  EXPECT_NE(watch("lambda"), nullptr);
}
TEST(Librarian, WatchesEachShelf) {
  for (int shelf = 0; shelf < 3; ++shelf) EXPECT_NE(WatchShelf(shelf), nullptr);
}
TEST(Librarian, WatchesNames) { EXPECT_EQ(LengthOfName("abc"), 3u); }
TEST(Librarian, WatchesLongNames) { EXPECT_EQ(LengthOfName(std::string(100, 'n')), 100u); }
TEST(Librarian, NotifiesWhomItAdded) {
  catalogue::Shared().Watch("added");
  EXPECT_GT(catalogue::Shared().Notify(), 0);
}
