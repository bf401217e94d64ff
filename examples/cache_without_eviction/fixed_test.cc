// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the cache has a capacity and drops the thumbnail that was used least recently. What is in
// use stays cached, and the memory ends at the capacity however many uploads there are.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <utility>
#include <vector>

namespace gallery {

struct Thumbnail {
  std::vector<std::uint8_t> pixels;
};

class ThumbnailCache {
 public:
  explicit ThumbnailCache(std::size_t capacity) : capacity_(capacity) {}

  const Thumbnail& Get(int upload) {
    const auto cached = index_.find(upload);
    if (cached != index_.end()) {
      recent_.splice(recent_.begin(), recent_, cached->second);
      return recent_.front().second;
    }
    recent_.emplace_front(upload, Render(upload));
    index_[upload] = recent_.begin();
    if (recent_.size() > capacity_) {
      index_.erase(recent_.back().first);
      recent_.pop_back();
    }
    return recent_.front().second;
  }

 private:
  using Entries = std::list<std::pair<int, Thumbnail>>;

  static Thumbnail Render(int upload) {
    Thumbnail thumbnail;
    thumbnail.pixels.assign(32 * 32, std::uint8_t(upload));
    return thumbnail;
  }

  std::size_t capacity_;
  Entries recent_;  // the front was used last
  std::map<int, Entries::iterator> index_;
};

ThumbnailCache& Thumbnails() {
  static ThumbnailCache cache(8);
  return cache;
}

}  // namespace gallery

TEST(Gallery, ShowsNewUploads) {
  static int upload = 0;
  for (int i = 0; i < 4; ++i) {
    ++upload;
    const std::uint8_t* first = gallery::Thumbnails().Get(upload).pixels.data();
    EXPECT_EQ(gallery::Thumbnails().Get(upload).pixels.data(), first) << "not cached";
  }
}
