// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the timer's closure captures the whole image by value, and goes on for as long as there is
// an image to draw. It has its own copy, so it goes on for ever, also when the preview is closed.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <utility>
#include <vector>

namespace viewer {

class Timers {
 public:
  using Callback = std::function<bool()>;  // false: done, drop it

  void Every(Callback callback) { callbacks_.push_back(std::move(callback)); }
  void Tick() {
    callbacks_.remove_if([](const Callback& callback) { return !callback(); });
  }

 private:
  std::list<Callback> callbacks_;
};

Timers& AppTimers() {
  static Timers timers;
  return timers;
}

using Image = std::vector<std::uint8_t>;

bool Draw(const Image& image) { return !image.empty(); }

class Preview {
 public:
  explicit Preview(std::size_t size) : image_(size, 0x7f) {}

  void StartRefresh() const {
    auto refresh = [image = image_] { return Draw(image); };  // LEAK: critical memory-growth
    AppTimers().Every(std::move(refresh));
  }

 private:
  Image image_;
};

}  // namespace viewer

TEST(Preview, RefreshesUntilItIsClosed) {
  {
    viewer::Preview preview(4096);
    preview.StartRefresh();
    viewer::AppTimers().Tick();
  }
  viewer::AppTimers().Tick();
}
