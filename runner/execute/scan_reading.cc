// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/scan_reading.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "runner/execute/process.h"
#include "runner/scan/compile_arguments.h"

namespace memprof {
namespace {

/// Of one unit.
struct UnitFacts {
  scan::ScanFacts facts;
  std::set<std::string> files;
  std::set<std::string> members;
  std::optional<UnreadUnit> unread;
};

/// The first error that is about the code.
std::optional<std::string> FirstError(const std::vector<std::string>& errors) {
  const auto first = std::find_if(errors.begin(), errors.end(), [](const std::string& error) {
    return !scan::IsAboutArguments(error);
  });
  if (first == errors.end()) return std::nullopt;
  return *first;
}

UnitFacts FactsOf(const scan::UnitToParse& what) {
  UnitFacts of_unit;
  const Result<scan::ParsedUnit> parsed = scan::ParseUnit(what);
  if (!parsed) {
    of_unit.unread = UnreadUnit{what.file, parsed.error().message, false};
    return of_unit;
  }
  if (std::optional<std::string> error = FirstError(parsed->errors)) {
    of_unit.unread = UnreadUnit{what.file, std::move(*error), true};
  }
  of_unit.facts = scan::CollectFacts(parsed->unit);
  of_unit.files.insert(parsed->unit.files.begin(), parsed->unit.files.end());
  for (const scan::SyntaxNode& node : parsed->unit.nodes) {
    if (node.kind == scan::NodeKind::kField && !node.is_system) {
      of_unit.members.emplace(node.qualified);
    }
  }
  return of_unit;
}

/// Threads take units in their order; facts are merged in that order too, whichever comes first.
class Reader {
 public:
  Reader(const std::vector<scan::UnitToParse>& units, Progress* progress)
      : units_(units), progress_(progress) {}

  void Work() {
    for (;;) {
      std::size_t number = 0;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == units_.size() || Interrupted()) return;
        number = next_++;
      }
      progress_->Begin(units_[number].file);
      UnitFacts of_unit = FactsOf(units_[number]);
      progress_->Advance(units_[number].file);
      const std::lock_guard lock(mutex_);
      done_.emplace(number, std::move(of_unit));
      MergeDone();
    }
  }

  ScanReading Take() {
    reading_.interrupted = next_ < units_.size();
    reading_.units = static_cast<int>(next_);
    return std::move(reading_);
  }

 private:
  void MergeDone() {
    for (auto first = done_.begin(); first != done_.end() && first->first == merged_;
         first = done_.begin(), ++merged_) {
      UnitFacts& of_unit = first->second;
      Merge(std::move(of_unit.facts), &reading_.facts);
      reading_.files.merge(of_unit.files);
      reading_.members.merge(of_unit.members);
      if (of_unit.unread) reading_.unread.push_back(std::move(*of_unit.unread));
      done_.erase(first);
    }
  }

  const std::vector<scan::UnitToParse>& units_;
  Progress* progress_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::size_t merged_ = 0;
  std::map<std::size_t, UnitFacts> done_;
  ScanReading reading_;
};

}  // namespace

ScanReading ReadUnits(const std::vector<scan::UnitToParse>& units, int jobs, Progress* progress) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::string> files;
  for (const scan::UnitToParse& unit : units) files.push_back(unit.file);
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  progress->Start("scan", files);
  Reader reader(units, progress);
  std::vector<std::thread> threads;
  const auto count = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(jobs, 1)), 1,
                                             std::max<std::size_t>(units.size(), 1));
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&reader] { reader.Work(); });
  for (std::thread& thread : threads) thread.join();
  // Clang's driver makes a unit's directory that of the whole process.
  if (!here.empty()) std::filesystem::current_path(here, error);
  ScanReading reading = reader.Take();
  reading.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return reading;
}

}  // namespace memprof
