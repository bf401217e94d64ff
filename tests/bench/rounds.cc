// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace memprof::bench {
namespace {

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

double Series::Least() const { return *std::min_element(cpu_s.begin(), cpu_s.end()); }

Rounds::Rounds(const Comparison& comparison, std::string directory)
    : comparison_(comparison),
      directory_(std::move(directory)),
      series_(comparison.variants.size()) {}

void Rounds::Add(int count) {
  const std::size_t variants = series_.size();
  for (int i = 0; i < count; ++i, ++rounds_) {
    for (std::size_t turn = 0; turn < variants; ++turn) {
      // Another one goes first in each round: nobody always runs after the slowest.
      const std::size_t at = (turn + static_cast<std::size_t>(rounds_)) % variants;
      Series& series = series_[at];
      if (!series.not_measured.empty()) continue;
      // A record that another process has claimed is refused.
      std::filesystem::remove(directory_ + "/driven.rec");
      const Result<Usage> usage =
          RunMeasured(comparison_.variants[at].invocation, directory_ + "/stderr.log");
      if (usage.ok()) {
        series.cpu_s.push_back(usage.value().cpu_s);
      } else {
        series.not_measured = usage.error().message + ": " + usage.error().hint;
        series.cpu_s.clear();
      }
    }
  }
}

double Rounds::LeastRatio(std::size_t variant) const {
  if (series_[0].cpu_s.empty() || series_[variant].cpu_s.empty()) return 0;
  return series_[variant].Least() / series_[0].Least();
}

double Rounds::MedianRatio(std::size_t variant) const {
  if (series_[0].cpu_s.empty() || series_[variant].cpu_s.empty()) return 0;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < series_[0].cpu_s.size(); ++i) {
    ratios.push_back(series_[variant].cpu_s[i] / series_[0].cpu_s[i]);
  }
  return Median(std::move(ratios));
}

std::vector<std::string> Rounds::Exceeded() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const Variant& variant = comparison_.variants[i];
    if (variant.limit == 0 || LeastRatio(i) <= variant.limit) continue;
    lines.push_back(fmt::format("{}, {}: {:.3f} times native, and the limit is {:.2f}",
                                comparison_.title, variant.name, LeastRatio(i), variant.limit));
  }
  return lines;
}

std::vector<std::string> Rounds::NotRun() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const Variant& variant = comparison_.variants[i];
    if (series_[i].not_measured.empty() || (i > 0 && variant.limit == 0)) continue;
    lines.push_back(fmt::format("{}, {}: not measured: {}", comparison_.title, variant.name,
                                series_[i].not_measured));
  }
  return lines;
}

std::string Rounds::Markdown() const {
  std::string text = fmt::format(
      "### {}\n\n| variant | CPU, least to least | CPU, median of {} rounds | limit "
      "|\n|---|---|---|---|\n",
      comparison_.title, rounds_);
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const Variant& variant = comparison_.variants[i];
    if (!series_[i].not_measured.empty()) {
      text += fmt::format("| {} | not measured: {} | | |\n", variant.name, series_[i].not_measured);
      continue;
    }
    text +=
        fmt::format("| {} | {:.3f} | {:.3f} | {} |\n", variant.name, LeastRatio(i), MedianRatio(i),
                    variant.limit > 0 ? fmt::format("{:.2f}", variant.limit) : "");
  }
  if (!series_[0].cpu_s.empty()) {
    text += fmt::format("\nNative took {:.3f} s of CPU time.\n", series_[0].Least());
  }
  return text;
}

}  // namespace memprof::bench
