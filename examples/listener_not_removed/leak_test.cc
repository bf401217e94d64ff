// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: a panel subscribes to the application's event bus and never unsubscribes. The bus outlives
// the panel, keeps its callback with all the settings in it, and goes on calling it.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace desktop {

class EventBus {
 public:
  using Listener = std::function<void(const std::string& event)>;

  void Subscribe(Listener listener) { listeners_.push_back(std::move(listener)); }

  void Publish(const std::string& event) const {
    for (const Listener& listener : listeners_) listener(event);
  }

 private:
  std::vector<Listener> listeners_;
};

EventBus& Bus() {
  static EventBus bus;
  return bus;
}

struct PanelSettings {
  int* repaints = nullptr;
  char theme[248] = "dark";
};

class Panel {
 public:
  explicit Panel(const PanelSettings& settings) {
    auto repaint = [settings](const std::string&) { ++*settings.repaints; };
    Bus().Subscribe(repaint);  // LEAK: critical memory-growth
  }
};

}  // namespace desktop

TEST(Panel, RepaintsOnEachEvent) {
  static int repaints = 0;
  const int before = repaints;
  desktop::PanelSettings settings;
  settings.repaints = &repaints;
  desktop::Panel panel(settings);
  desktop::Bus().Publish("resized");
  EXPECT_GT(repaints, before);
}
