// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the cache keeps a thumbnail for every upload that was ever shown and evicts none. Hits work
// as they should, and each upload seen for the first time adds its pixels for good.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <vector>

namespace gallery {

struct Thumbnail {
  std::vector<std::uint8_t> pixels;
};

class ThumbnailCache {
 public:
  const Thumbnail& Get(int upload) {
    const auto cached = thumbnails_.find(upload);
    if (cached != thumbnails_.end()) return cached->second;
    return thumbnails_.emplace(upload, Render(upload)).first->second;
  }

 private:
  static Thumbnail Render(int upload) {
    Thumbnail thumbnail;
    thumbnail.pixels.assign(32 * 32, std::uint8_t(upload));  // LEAK: critical memory-growth
    return thumbnail;
  }

  std::map<int, Thumbnail> thumbnails_;
};

ThumbnailCache& Thumbnails() {
  static ThumbnailCache cache;
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
