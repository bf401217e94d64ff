// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/time_left.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace memprof {
namespace {

/// What a test costs beside its own time: GoogleTest, the readings around it, its share of the
/// start of a process. Without it, a thousand empty tests would weigh nothing.
constexpr double kOwnCost = 0.02;

// The ground for a word on the time: shorter stages end before it can be read, and the first tests
// of a suite pay for what all of them use.
constexpr double kFewestSeconds = 3;
constexpr double kSmallestShare = 0.05;
constexpr int kFewestReports = 2;

/// Seconds over which what is shown turns to what is known.
constexpr double kTurn = 6;

}  // namespace

WorkList::WorkList(const std::vector<std::string>& tests, int rounds, const NativeTimes& times)
    : rounds_(std::max(rounds, 1)) {
  double known = 0;
  int count = 0;
  for (const std::string& test : tests) {
    const auto found = times.find(test);
    if (found == times.end()) continue;
    known += found->second;
    ++count;
  }
  const double mean = count == 0 ? 0 : known / count;
  double sum = 0;
  for (const std::string& test : tests) {
    const auto found = times.find(test);
    const double cost = kOwnCost + (found == times.end() ? mean : found->second);
    of_test_[test] = cost;
    sum += cost;
    sums_.push_back(sum);
  }
}

double WorkList::After(int runs) const {
  if (sums_.empty() || runs <= 0) return 0;
  const auto count = static_cast<std::size_t>(runs);
  const std::size_t rest = count % sums_.size();
  return static_cast<double>(count / sums_.size()) * Sum() + (rest == 0 ? 0 : sums_[rest - 1]);
}

double WorkList::Of(const std::string& test) const {
  const auto found = of_test_.find(test);
  return found == of_test_.end() ? 0 : found->second;
}

void TimeLeft::Start(double now_s, double total) {
  *this = TimeLeft();
  total_ = total;
  began_s_ = now_s;
  did_s_ = now_s;
  asked_s_ = now_s;
}

void TimeLeft::Did(double now_s, double done) {
  if (done <= done_) return;
  done_ = std::min(done, total_);
  did_s_ = now_s;
  ++told_;
}

std::optional<double> TimeLeft::At(double now_s) {
  const double took = did_s_ - began_s_;
  if (total_ <= 0 || told_ < kFewestReports || now_s - began_s_ < kFewestSeconds || took <= 0 ||
      done_ < kSmallestShare * total_) {
    return std::nullopt;
  }
  const double known = std::max(0.0, (total_ - done_) * took / done_ - (now_s - did_s_));
  if (!shown_) {
    shown_ = known;
  } else {
    const double passed = now_s - asked_s_;
    const double expected = std::max(0.0, *shown_ - passed);
    shown_ = expected + (known - expected) * (1 - std::exp(-passed / kTurn));
  }
  asked_s_ = now_s;
  if (known <= 0) return std::nullopt;
  return shown_;
}

}  // namespace memprof
