// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// BENCH_BLOCKS live blocks of 512 bytes on average, each with two pointers to others and referred
// to by a vector, BENCH_GROWTH more each run, while seven threads are at work that say how long
// they stood still.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/end_figures.h"

namespace library {

/// A node of a graph, as documents, scenes and syntax trees are: one of a few classes, some of them
/// polymorphic.
struct Page {
  virtual ~Page() = default;
  Page* previous = nullptr;
  Page* related = nullptr;
};

template <int Kind>
struct PageOf : Page {
  char text[480 - 56 + 32 * (Kind % 5)] = {};
};

struct Shelf {
  std::vector<std::unique_ptr<Page>> pages;
};

std::map<int, Shelf> shelves;

template <int Kind>
std::unique_ptr<Page> Make() {
  return std::make_unique<PageOf<Kind>>();
}

void Fill(Shelf* shelf, long count) {
  constexpr std::unique_ptr<Page> (*kMake[])() = {&Make<0>, &Make<1>, &Make<2>, &Make<3>,
                                                  &Make<4>, &Make<5>, &Make<6>, &Make<7>};
  static std::minstd_rand random(1);
  std::vector<std::unique_ptr<Page>>& pages = shelf->pages;
  for (long i = 0; i < count; ++i) {
    std::unique_ptr<Page> page = kMake[random() % 8]();
    if (!pages.empty()) {
      page->previous = pages.back().get();
      page->related = pages[random() % pages.size()].get();
    }
    pages.push_back(std::move(page));
  }
}

}  // namespace library

namespace {

[[maybe_unused]] const bool g_figures = memprof::bench::AppendEndFigures();

constexpr int kShelves = 64;
constexpr int kWorkers = 7;  // and the main thread

/// Threads that compute a little, sleep a little, and never for long. What one thread needed more
/// than it wanted is appended to the file BENCH_GAPS at the end, in microseconds.
class Workers {
  using Clock = std::chrono::steady_clock;

 public:
  Workers() {
    for (std::thread& thread : threads_) thread = std::thread([this] { Work(); });
  }
  ~Workers() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    const char* const path = std::getenv("BENCH_GAPS");
    if (path == nullptr) return;
    std::FILE* const out = std::fopen(path, "a");
    if (out == nullptr) return;
    std::fprintf(out, "%ld\n", longest_us_.load());
    std::fclose(out);
  }

 private:
  void Work() {
    Clock::time_point before = Clock::now();
    while (!stop_) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      std::string text;
      for (int i = 0; i < 20; ++i) text += std::to_string(i);
      const Clock::time_point now = Clock::now();
      const long us = static_cast<long>(
          std::chrono::duration_cast<std::chrono::microseconds>(now - before).count());
      before = now;
      long longest = longest_us_;
      while (us > longest && !longest_us_.compare_exchange_weak(longest, us)) {
      }
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<long> longest_us_{0};
  std::thread threads_[kWorkers];
};

TEST(Heap, OfManyBlocksGrows) {
  static Workers workers;
  const long blocks = memprof::bench::FromEnvironment("BENCH_BLOCKS", 2000000);
  if (library::shelves.empty()) {
    for (int i = 0; i < kShelves; ++i) library::Fill(&library::shelves[i], blocks / kShelves);
  }
  library::Fill(&library::shelves[0], memprof::bench::FromEnvironment("BENCH_GROWTH", 100));
}

}  // namespace
