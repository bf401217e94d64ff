// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN listener-not-removed
// A blotter subscribes to the price feed of the process and never takes its handler back.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace trading {

struct Quote {
  std::string symbol;
  double bid = 0;
  double ask = 0;
};

class PriceFeed {
 public:
  using Handler = std::function<void(const Quote&)>;

  static PriceFeed& Instance() {
    static PriceFeed feed;
    return feed;
  }

  int Subscribe(Handler handler) {
    const int ticket = next_ticket_++;
    handlers_[ticket] = std::move(handler);  // HERE
    return ticket;
  }

  void Unsubscribe(int ticket) { handlers_.erase(ticket); }

  void Publish(const Quote& quote) {
    for (auto& [ticket, handler] : handlers_) {
      handler(quote);
    }
  }

 private:
  std::map<int, Handler> handlers_;
  int next_ticket_ = 1;
};

struct Position {
  double last = 0;
  int ticks = 0;
};

class Blotter {
 public:
  Blotter(std::string desk, Position* position) : desk_(std::move(desk)), position_(position) {
    PriceFeed::Instance().Subscribe(  // HERE
        [desk = desk_, position = position_, weight = 0.5](const Quote& quote) {
          if (quote.symbol == desk) {
            position->last = weight * (quote.bid + quote.ask);
            ++position->ticks;
          }
        });
  }

  int ticks() const { return position_->ticks; }

 private:
  std::string desk_;
  Position* position_;
};

}  // namespace trading

namespace {

trading::Position position;

TEST(Blotter, SeesTheQuotesOfItsDesk) {
  const int before = position.ticks;
  trading::Blotter blotter("EURUSD", &position);
  trading::PriceFeed::Instance().Publish({"EURUSD", 1.1, 1.2});
  EXPECT_GT(blotter.ticks(), before);
}

}  // namespace
