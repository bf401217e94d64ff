// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN thread-not-joined
// A watchdog starts a thread for each device and lets it go.
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace plant {

struct Pulse {
  std::mutex mutex;
  std::condition_variable changed;
  bool armed = false;
  bool alarm = false;
};

class Watchdog {
 public:
  explicit Watchdog(std::string device)
      : device_(std::move(device)), pulse_(std::make_shared<Pulse>()) {}

  void Arm() {
    std::thread watcher(&Watchdog::Watch, pulse_);  // HERE
    watcher.detach();
    std::unique_lock<std::mutex> lock(pulse_->mutex);
    pulse_->changed.wait(lock, [this] { return pulse_->armed; });
  }

  bool alarm() const {
    const std::lock_guard<std::mutex> lock(pulse_->mutex);
    return pulse_->alarm;
  }

  const std::string& device() const { return device_; }

 private:
  static void Watch(const std::shared_ptr<Pulse>& pulse) {
    std::unique_lock<std::mutex> lock(pulse->mutex);
    pulse->armed = true;
    pulse->changed.notify_all();
    pulse->changed.wait(lock, [&] { return pulse->alarm; });
  }

  std::string device_;
  std::shared_ptr<Pulse> pulse_;
};

}  // namespace plant

namespace {

TEST(Watchdog, IsQuietWhileTheDeviceAnswers) {
  plant::Watchdog watchdog("pump-7");
  watchdog.Arm();
  EXPECT_FALSE(watchdog.alarm());
  EXPECT_EQ(watchdog.device(), "pump-7");
}

}  // namespace
