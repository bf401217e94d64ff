// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROGRESS_H_
#define MEMPROF_RUNNER_EXECUTE_PROGRESS_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runner/plan/time_left.h"
#include "runner/report/progress_text.h"

namespace memprof {

/// How much a run says on stderr of what it does.
enum class ProgressForm {
  kErrors,  ///< only what went wrong
  kNotes,   ///< and what the user should know; nothing of the stages
  kLines,   ///< and each stage's start, end, and from time to time how far it is: for logs
  kLive,    ///< and one line that is written over, for terminals
};

/// Says on stderr what is being done. May be called on any thread.
///
/// Between Start() and Finish() a thread of its own keeps the line alive: a test that takes minutes
/// must not look like a hang, and CI services end jobs that are silent for too long. The live line
/// is a column shorter than the terminal, so it never wraps, and is taken away before anything else
/// is printed and after a first Ctrl-C, so that a second one leaves nothing behind.
class Progress {
 public:
  /// `stages` are the names of all stages of the run, in order, for "[2/4]". With `details`, what
  /// each rerun did is told too.
  Progress(ProgressForm form, bool details, std::vector<std::string> stages);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// What the tests took in the screen, as ground for the time that later stages take.
  void Expect(NativeTimes times);

  /// Notes what is being done, for stage(); Start() does too.
  void Reach(const std::string& stage);
  /// What was being done when the user interrupted, or is; empty before the first.
  std::string stage();

  /// A stage begins that runs `tests`, each `rounds` times; none: they are not known yet.
  void Start(const std::string& stage, const std::vector<std::string>& tests = {}, int rounds = 1);
  /// A part of the stage, which counts anew; `name` may be empty.
  void Step(const std::string& name, const std::vector<std::string>& tests, int rounds = 1);
  /// `done` of `total` runs are done, in the order of the tests, and `current` is running.
  void Update(int done, int total, const std::string& current);
  /// `test` begins beside what runs already.
  void Begin(const std::string& test);
  /// `test` is done, counted by itself.
  void Advance(const std::string& test);
  /// The stage is over; `summary` is one line without the stage's name.
  void Finish(const std::string& summary);

  /// A line of its own, for what the user should know at once.
  void Note(const std::string& text);
  /// The same for what went wrong: said even where nothing else is.
  void Warn(const std::string& text);
  /// A line of its own, where details are asked for.
  void Detail(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;

  bool live() const { return form_ == ProgressForm::kLive; }
  bool tells_stages() const { return form_ >= ProgressForm::kLines; }
  double Now() const;
  void BeginStep(const std::string& name, const std::vector<std::string>& tests, int rounds);
  void StopKeeping();
  void Keep();
  void Look();
  void Draw();
  void Clear();
  void Print(const std::string& text);

  const ProgressForm form_;
  const bool details_;
  const std::vector<std::string> stages_;
  std::mutex mutex_;
  NativeTimes native_times_;
  ProgressState state_;
  WorkList work_;
  double work_done_ = 0;
  TimeLeft time_left_;
  Clock::time_point stage_began_;
  Clock::time_point drawn_;    ///< when the live line was written last
  Clock::time_point printed_;  ///< when a line that stays was
  std::string shown_;          ///< the live line; empty: there is none
  bool in_stage_ = false;
  std::string reached_;  ///< stays as it is after an interruption
  std::condition_variable stage_over_;
  std::thread keeper_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROGRESS_H_
