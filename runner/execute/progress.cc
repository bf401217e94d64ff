// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/progress.h"

#include <fmt/format.h>

#include <cstdio>

namespace memprof {
namespace {

// Terminals narrower than this are rare, and a wrapped line could not be written over.
constexpr std::size_t kWidth = 79;

}  // namespace

void Progress::Clear() {
  if (line_shown_) std::fputs("\r\033[K", stderr);
  line_shown_ = false;
}

void Progress::Show(const std::string& text) {
  Clear();
  std::fputs(text.size() > kWidth ? (text.substr(0, kWidth - 1) + "…").c_str() : text.c_str(),
             stderr);
  std::fflush(stderr);
  line_shown_ = true;
}

void Progress::Start(const std::string& stage, int total) {
  const std::lock_guard lock(mutex_);
  stage_ = stage;
  done_ = 0;
  total_ = total;
  if (quiet_) return;
  const std::string text = total > 0 ? fmt::format("{}: {} to look at", stage, total)
                                     : fmt::format("{}: running", stage);
  if (terminal_) return Show(text);
  fmt::print(stderr, "memprof: {}\n", text);
}

void Progress::Update(int done, int total, const std::string& current) {
  const std::lock_guard lock(mutex_);
  if (quiet_ || !terminal_) return;
  Show(fmt::format("{}: {}/{}  {}", stage_, done, total, current));
}

void Progress::Advance(const std::string& current) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (quiet_ || !terminal_) return;
  Show(fmt::format("{}: {}/{}  {}", stage_, done_, total_, current));
}

void Progress::Finish(const std::string& summary) {
  const std::lock_guard lock(mutex_);
  if (quiet_) return;
  Clear();
  fmt::print(stderr, "memprof: {}: {}\n", stage_, summary);
}

void Progress::Note(const std::string& text) {
  const std::lock_guard lock(mutex_);
  Clear();
  fmt::print(stderr, "memprof: {}\n", text);
}

}  // namespace memprof
