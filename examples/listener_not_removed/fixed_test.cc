// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: Subscribe returns a connection that unsubscribes when it is destroyed, and the panel holds
// it as a member. The callback now lives exactly as long as the panel that it serves.
#include <gtest/gtest.h>

#include <functional>
#include <list>
#include <string>
#include <utility>

namespace desktop {

class EventBus {
 public:
  using Listener = std::function<void(const std::string& event)>;

  class Connection {
   public:
    Connection(EventBus& bus, std::list<Listener>::iterator place) : bus_(bus), place_(place) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { bus_.listeners_.erase(place_); }

   private:
    EventBus& bus_;
    std::list<Listener>::iterator place_;
  };

  [[nodiscard]] Connection Subscribe(Listener listener) {
    return Connection(*this, listeners_.insert(listeners_.end(), std::move(listener)));
  }

  void Publish(const std::string& event) const {
    for (const Listener& listener : listeners_) listener(event);
  }

 private:
  std::list<Listener> listeners_;
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
  explicit Panel(const PanelSettings& settings)
      : connection_(Bus().Subscribe([settings](const std::string&) { ++*settings.repaints; })) {}

 private:
  EventBus::Connection connection_;
};

}  // namespace desktop

TEST(Panel, RepaintsOnEachEvent) {
  int repaints = 0;
  desktop::PanelSettings settings;
  settings.repaints = &repaints;
  desktop::Panel panel(settings);
  desktop::Bus().Publish("resized");
  EXPECT_EQ(repaints, 1);
}
