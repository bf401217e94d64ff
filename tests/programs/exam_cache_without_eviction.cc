// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN cache-without-eviction
// A tile service remembers every tile that anybody asked for.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace maps {

struct Tile {
  int zoom = 0;
  std::vector<std::uint8_t> pixels;
};

class TileRenderer {
 public:
  std::shared_ptr<const Tile> Render(int zoom, int x, int y) const {
    auto tile = std::make_shared<Tile>();  // HERE
    tile->zoom = zoom;
    tile->pixels.assign(600, static_cast<std::uint8_t>(x ^ y));  // HERE
    return tile;
  }
};

class TileService {
 public:
  std::shared_ptr<const Tile> Fetch(int zoom, int x, int y) {
    const std::string id = std::to_string(zoom) + "/" + std::to_string(x) + "/" + std::to_string(y);
    if (const auto found = tiles_.find(id); found != tiles_.end()) {
      return found->second;
    }
    auto tile = renderer_.Render(zoom, x, y);  // HERE
    tiles_.emplace(id, tile);                  // HERE
    return tile;
  }

 private:
  TileRenderer renderer_;
  std::unordered_map<std::string, std::shared_ptr<const Tile>> tiles_;
};

TileService& SharedTiles() {
  static const std::unique_ptr<TileService> service = std::make_unique<TileService>();
  return *service;
}

}  // namespace maps

namespace {

int west_edge = 0;

TEST(TileService, ServesEachTileOfARow) {
  for (int column = 0; column < 12; ++column) {
    const auto tile = maps::SharedTiles().Fetch(14, west_edge + column, 52);
    ASSERT_NE(tile, nullptr);
    EXPECT_EQ(tile->zoom, 14);
  }
  west_edge += 12;
}

TEST(TileService, ServesTheSameTileTwice) {
  const auto first = maps::SharedTiles().Fetch(3, 1, 1);
  EXPECT_EQ(first, maps::SharedTiles().Fetch(3, 1, 1));
}

}  // namespace
