// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/end_figures.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace memprof::bench {
namespace {

// By plain reads into the stack: what is measured must not allocate.
long KibOf(const char* text, const char* name) {
  const char* const line = std::strstr(text, name);
  return line != nullptr ? std::strtol(line + std::strlen(name), nullptr, 10) : 0;
}

class EndFigures : public testing::EmptyTestEventListener {
  using Clock = std::chrono::steady_clock;

  void OnTestSuiteEnd(const testing::TestSuite&) override { before_ = Clock::now(); }
  void OnTestIterationEnd(const testing::UnitTest&, int) override { Write(); }
  void OnTestProgramEnd(const testing::UnitTest&) override { Write(); }

  void Write() {
    const auto elapsed = Clock::now() - before_;
    char status[4096] = {};
    const int in = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (in < 0 || read(in, status, sizeof(status) - 1) <= 0) std::abort();
    close(in);
    const char* const path = std::getenv("BENCH_FIGURES");
    if (path == nullptr) return;
    const int out = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (out < 0) return;
    dprintf(
        out, "%ld %ld %ld\n", KibOf(status, "VmRSS:"), KibOf(status, "VmHWM:"),
        static_cast<long>(std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count()));
    close(out);
    before_ = Clock::now();
  }

  Clock::time_point before_;
};

}  // namespace

bool AppendEndFigures() {
  testing::UnitTest::GetInstance()->listeners().Append(new EndFigures);
  return true;
}

long FromEnvironment(const char* name, long otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::strtol(text, nullptr, 10) : otherwise;
}

}  // namespace memprof::bench
