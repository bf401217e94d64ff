// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_TIME_LEFT_H_
#define MEMPROF_RUNNER_PLAN_TIME_LEFT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memprof {

/// What each test took when it ran as it is, in seconds, by its full name.
using NativeTimes = std::map<std::string, double>;

/// The tests that a stage has before it, weighed by what they took in the screen: a stage that is
/// half through its tests may be a tenth through its work.
class WorkList {
 public:
  WorkList() = default;
  /// `tests` in the order that they run in, all of them `rounds` times over. A test that `times`
  /// does not have weighs as much as the mean of the others.
  WorkList(const std::vector<std::string>& tests, int rounds, const NativeTimes& times);

  double total() const { return rounds_ * Sum(); }
  /// The work of the first `runs` runs, of which each round has one of each test.
  double After(int runs) const;
  /// The work of one run of that test.
  double Of(const std::string& test) const;

 private:
  double Sum() const { return sums_.empty() ? 0 : sums_.back(); }

  std::vector<double> sums_;  ///< of the tests up to and with this one
  std::map<std::string, double> of_test_;
  int rounds_ = 1;
};

/// How long it still takes, told from how fast it went so far. A heuristic, made not to jump: it
/// says nothing before there is ground for it, follows new figures over some seconds, and falls
/// silent where the work takes longer than it said. Times are in seconds of any one clock.
class TimeLeft {
 public:
  /// Begins anew, with `total` of work before it, in any unit; 0: not known, and nothing is said.
  void Start(double now_s, double total);
  /// So much of it is done.
  void Did(double now_s, double done);
  /// Must be asked at times that do not go back.
  std::optional<double> At(double now_s);

 private:
  double total_ = 0;
  double done_ = 0;
  double began_s_ = 0;
  double did_s_ = 0;  ///< when `done_` was said
  int told_ = 0;      ///< how often it rose
  double asked_s_ = 0;
  std::optional<double> shown_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_TIME_LEFT_H_
