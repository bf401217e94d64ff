// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/authored_test.h"

#include <stdio.h>
#include <string.h>

namespace memprof {
namespace {

struct LimitText {
  const char* function;
  const char* format;  ///< of what was measured, then the limit
};

constexpr LimitText kTexts[] = {
    {"LimitPeak", "had %lld bytes more alive at its peak than at its start, and may have %lld"},
    {"LimitKept", "kept %lld bytes more than it found, and may keep %lld"},
    {"LimitAllocations", "made %lld allocations, and may make %lld"},
};

struct Text {
  explicit Text(const char* value) : bytes(value), length(static_cast<uint32_t>(strlen(value))) {}
  const char* bytes;
  uint32_t length;
};

template <class T>
record::Piece PieceOf(const T& value) {
  return {&value, sizeof(value)};
}

}  // namespace

void AuthoredTest::SetPlace(Place* place, const char* file, int line) noexcept {
  snprintf(place->file, sizeof(place->file), "%s", file != nullptr ? file : "");
  place->line = line > 0 ? static_cast<uint32_t>(line) : 0;
}

void AuthoredTest::Begin() noexcept {
  const SpinLock::Holder held(&lock_);
  is_open_ = true;
  has_limits_ = false;
  for (Limit& limit : limits_) limit.value = -1;
  keeps_count_ = 0;
}

void AuthoredTest::AddLimit(memprof_limit kind, int64_t value, const char* file,
                            int line) noexcept {
  const auto index = static_cast<uint32_t>(kind);
  if (index >= kKinds || value < 0) return;
  const SpinLock::Holder held(&lock_);
  if (!is_open_) return;
  Limit& limit = limits_[index];
  if (limit.value >= 0 && limit.value <= value) return;
  limit.value = value;
  SetPlace(&limit.place, file, line);
  has_limits_ = true;
}

void AuthoredTest::AddKeeps(int64_t bytes, const char* why, const char* file, int line) noexcept {
  if (bytes < 0) return;
  Kept said;
  said.bytes = bytes;
  snprintf(said.why, sizeof(said.why), "%s", why != nullptr ? why : "");
  SetPlace(&said.place, file, line);
  const SpinLock::Holder held(&lock_);
  if (!is_open_) return;
  for (uint32_t i = 0; i < keeps_count_; ++i) {
    Kept& known = keeps_[i];
    if ((i + 1 < kMostKeeps) &&
        (known.place.line != said.place.line || strcmp(known.why, said.why) != 0 ||
         strcmp(known.place.file, said.place.file) != 0)) {
      continue;
    }
    if (__builtin_add_overflow(known.bytes, bytes, &known.bytes)) known.bytes = INT64_MAX;
    return;
  }
  keeps_[keeps_count_++] = said;
}

void AuthoredTest::End(const record::Window& window, const IgnoredSum& ignored) noexcept {
  const SpinLock::Holder held(&lock_);
  is_open_ = false;
  window_ = window;
  ignored_ = ignored;
}

void AuthoredTest::Write(uint32_t test, uint32_t iteration, record::Writer* record) const noexcept {
  if (has_limits_) {
    record::Limits limits = {};
    limits.test = test;
    limits.iteration = iteration;
    const Place* place = nullptr;  // of the first kind that there is
    for (uint32_t i = kKinds; i-- > 0;) {
      if (limits_[i].value >= 0) place = &limits_[i].place;
    }
    limits.line = place->line;
    limits.peak_bytes = limits_[MEMPROF_LIMIT_PEAK_BYTES].value;
    limits.kept_bytes = limits_[MEMPROF_LIMIT_KEPT_BYTES].value;
    limits.allocations = limits_[MEMPROF_LIMIT_ALLOCATIONS].value;
    const Text file(place->file);
    const record::Piece pieces[] = {
        PieceOf(limits), PieceOf(file.length), {file.bytes, file.length}};
    record->Append(record::kLimits, pieces, 3);
  }
  if (ignored_.allocations != 0) {
    const record::Ignored ignored = {test, iteration, ignored_.kept_bytes, ignored_.kept_blocks,
                                     ignored_.allocations};
    const record::Piece piece = PieceOf(ignored);
    record->Append(record::kIgnored, &piece, 1);
  }
  for (uint32_t i = 0; i < keeps_count_; ++i) {
    const Kept& kept = keeps_[i];
    const record::Keeps keeps = {test, iteration, kept.place.line, 0, kept.bytes};
    const Text file(kept.place.file);
    const Text why(kept.why);
    const record::Piece pieces[] = {PieceOf(keeps),
                                    PieceOf(file.length),
                                    {file.bytes, file.length},
                                    PieceOf(why.length),
                                    {why.bytes, why.length}};
    record->Append(record::kKeeps, pieces, 5);
  }
}

record::Window AuthoredTest::Unintended() const noexcept {
  record::Window window = window_;
  window.kept_bytes -= ignored_.kept_bytes;
  window.kept_blocks -= ignored_.kept_blocks;
  window.allocations -=
      ignored_.allocations < window.allocations ? ignored_.allocations : window.allocations;
  for (uint32_t i = 0; i < keeps_count_ && window.kept_bytes > 0; ++i) {
    const int64_t kept = keeps_[i].bytes;
    window.kept_bytes = kept < window.kept_bytes ? window.kept_bytes - kept : 0;
  }
  return window;
}

int64_t AuthoredTest::Measured(uint32_t kind, const record::Window& unintended) const noexcept {
  if (kind == MEMPROF_LIMIT_PEAK_BYTES) return unintended.peak_bytes;
  if (kind == MEMPROF_LIMIT_KEPT_BYTES) return unintended.kept_bytes;
  return static_cast<int64_t>(unintended.allocations);
}

bool AuthoredTest::Broken(uint32_t index, memprof_broken_limit* broken) const noexcept {
  if (!has_limits_ || (window_.measured & record::kHeapMeasured) == 0) return false;
  const record::Window unintended = Unintended();
  for (uint32_t kind = 0; kind < kKinds; ++kind) {
    const Limit& limit = limits_[kind];
    const int64_t measured = Measured(kind, unintended);
    if (limit.value < 0 || measured <= limit.value) continue;
    if (index-- > 0) continue;
    *broken = {};
    broken->line = static_cast<int>(limit.place.line);
    snprintf(broken->file, sizeof(broken->file), "%s", limit.place.file);
    char what[256];
    snprintf(what, sizeof(what), kTexts[kind].format, static_cast<long long>(measured),
             static_cast<long long>(limit.value));
    snprintf(broken->message, sizeof(broken->message), "This test %s (memprof::%s).", what,
             kTexts[kind].function);
    return true;
  }
  return false;
}

}  // namespace memprof
