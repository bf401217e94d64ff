// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN buffer-accumulation
// A motion detector keeps each frame that it compared, where the last one would do.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

namespace vision {

constexpr std::size_t kWidth = 160;
constexpr std::size_t kHeight = 120;

class Frame {
 public:
  explicit Frame(float level) : luma_(std::make_unique<float[]>(kWidth * kHeight)) {  // HERE
    for (std::size_t i = 0; i < kWidth * kHeight; ++i) {
      luma_[i] = level;
    }
  }

  float Mean() const {
    float sum = 0;
    for (std::size_t i = 0; i < kWidth * kHeight; ++i) {
      sum += luma_[i];
    }
    return sum / (kWidth * kHeight);
  }

 private:
  std::unique_ptr<float[]> luma_;
};

class MotionDetector {
 public:
  bool Feed(float level) {
    frames_.emplace_back(level);  // HERE
    if (frames_.size() < 2) {
      return false;
    }
    const Frame& previous = frames_[frames_.size() - 2];
    return std::fabs(frames_.back().Mean() - previous.Mean()) > 0.1F;
  }

 private:
  std::vector<Frame> frames_;
};

MotionDetector* FrontDoorCamera() {
  static MotionDetector detector;
  return &detector;
}

}  // namespace vision

namespace {

TEST(MotionDetector, SeesAChangeOfLight) {
  vision::MotionDetector* const detector = vision::FrontDoorCamera();
  detector->Feed(0.25F);
  EXPECT_TRUE(detector->Feed(0.75F));
  EXPECT_FALSE(detector->Feed(0.75F));
}

}  // namespace
