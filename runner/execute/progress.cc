// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "runner/execute/process.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr auto kBetweenDraws = std::chrono::milliseconds(100);
/// Below the shortest limit on silence that CI services are known for, by far.
constexpr auto kBetweenLines = std::chrono::seconds(30);
constexpr std::size_t kDefaultColumns = 80;

std::size_t ScreenColumns() {
  winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kDefaultColumns;
}

/// In one write, so that lines of processes beside us do not get into it.
void Write(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

Progress::Progress(ProgressForm form, bool details, std::vector<std::string> stages)
    : form_(form), details_(details), stages_(std::move(stages)) {}

Progress::~Progress() {
  StopKeeping();
  Clear();
}

double Progress::Now() const {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

void Progress::Clear() {
  if (!shown_.empty()) Write("\r\033[K");
  shown_.clear();
}

void Progress::Print(const std::string& text) {
  Clear();
  Write(fmt::format("memprof: {}\n", text));
  printed_ = Clock::now();
}

void Progress::Draw() {
  const std::string line = ProgressLine(state_, ScreenColumns() - 1);
  drawn_ = Clock::now();
  if (line == shown_) return;
  Write(fmt::format("\r{}\033[K", line));
  shown_ = line;
}

void Progress::Look() {
  const Clock::time_point now = Clock::now();
  state_.elapsed_s = std::chrono::duration<double>(now - stage_began_).count();
  if (Interrupted()) return Clear();
  state_.left_s = time_left_.At(Now());
  if (live()) {
    if (shown_.empty() || now - drawn_ >= kBetweenDraws) Draw();
  } else if (now - printed_ >= kBetweenLines) {
    Print(fmt::format("{}: {}", StageName(state_), ProgressNote(state_)));
  }
}

void Progress::Keep() {
  std::unique_lock lock(mutex_);
  const auto pause = live() ? std::chrono::milliseconds(200) : std::chrono::milliseconds(1000);
  while (!stage_over_.wait_for(lock, pause, [this] { return !in_stage_; })) Look();
}

void Progress::StopKeeping() {
  {
    const std::lock_guard lock(mutex_);
    in_stage_ = false;
  }
  stage_over_.notify_all();
  if (keeper_.joinable()) keeper_.join();
}

void Progress::Expect(NativeTimes times) {
  const std::lock_guard lock(mutex_);
  native_times_ = std::move(times);
}

void Progress::BeginStep(const std::string& name, const std::vector<std::string>& tests,
                         int rounds) {
  state_.step = name;
  state_.done = 0;
  state_.total = static_cast<int>(tests.size()) * rounds;
  state_.current.clear();
  state_.left_s.reset();
  work_ = WorkList(tests, rounds, native_times_);
  work_done_ = 0;
  time_left_.Start(Now(), work_.total());
}

void Progress::Reach(const std::string& stage) {
  const std::lock_guard lock(mutex_);
  if (!Interrupted()) reached_ = stage;
}

std::string Progress::stage() {
  const std::lock_guard lock(mutex_);
  return reached_;
}

void Progress::Start(const std::string& stage, const std::vector<std::string>& tests, int rounds) {
  StopKeeping();
  Reach(stage);
  if (!tells_stages()) return;
  const std::lock_guard lock(mutex_);
  const auto place = std::find(stages_.begin(), stages_.end(), stage);
  state_ = {};
  state_.stage = stage;
  if (place != stages_.end() && stages_.size() > 1) {
    state_.number = static_cast<int>(place - stages_.begin()) + 1;
    state_.stages = static_cast<int>(stages_.size());
  }
  stage_began_ = Clock::now();
  BeginStep("", tests, rounds);
  in_stage_ = true;
  if (live()) {
    Look();
  } else {
    const auto count = static_cast<std::int64_t>(tests.size());
    Print(fmt::format("{}: {}", StageName(state_),
                      tests.empty() ? "running" : Counted(count, ThingOf(state_)) + " to look at"));
  }
  keeper_ = std::thread([this] { Keep(); });
}

void Progress::Step(const std::string& name, const std::vector<std::string>& tests, int rounds) {
  const std::lock_guard lock(mutex_);
  if (!in_stage_) return;
  BeginStep(name, tests, rounds);
  Look();
}

void Progress::Update(int done, int total, const std::string& current) {
  const std::lock_guard lock(mutex_);
  if (!in_stage_) return;
  if (total != state_.total && work_.total() <= 0) time_left_.Start(Now(), total);
  state_.done = done;
  state_.total = total;
  state_.current = current;
  time_left_.Did(Now(), work_.total() > 0 ? work_.After(done) : done);
  Look();
}

void Progress::Begin(const std::string& test) {
  const std::lock_guard lock(mutex_);
  if (!in_stage_) return;
  state_.current = test;
  Look();
}

void Progress::Advance(const std::string& test) {
  const std::lock_guard lock(mutex_);
  if (!in_stage_) return;
  // A test that failed beside others runs once more by itself.
  state_.done = std::min(state_.done + 1, state_.total);
  work_done_ += work_.Of(test);
  time_left_.Did(Now(), work_done_);
  Look();
}

void Progress::Finish(const std::string& summary) {
  StopKeeping();
  const std::lock_guard lock(mutex_);
  if (tells_stages()) Print(fmt::format("{}: {}", StageName(state_), summary));
}

void Progress::Note(const std::string& text) {
  if (form_ != ProgressForm::kErrors) Warn(text);
}

void Progress::Warn(const std::string& text) {
  const std::lock_guard lock(mutex_);
  Print(text);
}

void Progress::Detail(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (details_ && tells_stages()) Print(fmt::format("{}: {}", StageName(state_), text));
}

}  // namespace memprof
