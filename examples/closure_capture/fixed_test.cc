// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the closure captures only what it needs, a weak_ptr to the preview's own image. No pixel
// is copied, and once the preview is closed the callback says so, and the timers drop it.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
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
  explicit Preview(std::size_t size) : image_(std::make_shared<Image>(size, std::uint8_t{0x7f})) {}

  void StartRefresh() const {
    auto refresh = [weak = std::weak_ptr<Image>(image_)] {
      const auto image = weak.lock();
      return image && Draw(*image);
    };
    AppTimers().Every(std::move(refresh));
  }

 private:
  std::shared_ptr<Image> image_;
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
