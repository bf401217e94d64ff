// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "memprof/gtest.h"

namespace {

std::int64_t textures = 100;
std::int64_t queued = 0;
bool device_is_lost = false;

// In its constructor nothing is measured yet.
const memprof::Gauge texture_gauge("textures", [] {
  if (device_is_lost) throw std::runtime_error("no device");
  return textures;
});

std::vector<int> figures(8);
std::vector<std::unique_ptr<memprof::Gauge>> gauges;

class Values : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    queued = 5;
    gauges.push_back(std::make_unique<memprof::Gauge>("queued", [] {
      // What it takes itself is not the test's.
      const std::vector<int> copy(static_cast<std::size_t>(1000 + queued));
      return static_cast<std::int64_t>(copy.size() - 1000);
    }));
  }
  static void TearDownTestSuite() { gauges.clear(); }
};

TEST_F(Values, Grow) {
  textures += 3;
  queued += 1;
}

TEST_F(Values, StayTheSame) {
  textures += 7;
  textures -= 7;
}

TEST_F(Values, AreNotMeasuredWhereTheyFail) { device_is_lost = true; }

TEST_F(Values, AreNotKnownWhereTheyFailedBefore) { device_is_lost = false; }

TEST_F(Values, BeginWhereTheyCome) {
  gauges.push_back(std::make_unique<memprof::Gauge>("late", [] { return textures; }));
  textures -= 2;
}

TEST_F(Values, OfOneNameAddUp) {
  gauges.push_back(std::make_unique<memprof::Gauge>("late", [] { return queued; }));
  queued += 4;
}

TEST_F(Values, OfAGaugeThatIsGoneAreNotMeasured) {
  const memprof::Gauge gone("gone", [] { return std::int64_t{1}; });
}

TEST(Pairs, LeakOne) {
  memprof::Acquire("figure", &figures[0]);  // HERE
}

TEST(Pairs, ReleaseAll) {
  memprof::Acquire("figure", &figures[1]);
  memprof::Acquire("figure", &figures[1]);
  memprof::Acquire("figure", nullptr);
  memprof::Release("figure", &figures[1]);
  memprof::Release("figure", &figures[1]);
  memprof::Release("figure", &figures[2]);
}

}  // namespace
