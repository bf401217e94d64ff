// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/survivors.h"

#include <string.h>

#include "gtest_plugin/trace/definitions.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

constexpr uint32_t kAmountsInRecord = 4096;

// Zero again, and given back where that is more than a few pages.
void Clear(ReservedArray<Survivors::Amount>& amounts, uint32_t end) {
  constexpr uint32_t kWorthACall = 4096;
  if (end > kWorthACall) {
    ForgetMemory(amounts.data(), end * sizeof(Survivors::Amount));
  } else {
    memset(static_cast<void*>(amounts.data()), 0, end * sizeof(Survivors::Amount));
  }
}

// Gathers entries into records.
class AmountWriter {
 public:
  AmountWriter(uint32_t iteration, record::Writer* record)
      : iteration_(iteration), record_(record) {}
  void Add(uint32_t origin, const Survivors::Amount& amount) {
    DefineOrigin(origin, record_);
    entries_[count_++] = {origin, 0, amount.blocks, amount.bytes};
    if (count_ == kAmountsInRecord) Finish();
  }
  void Finish() {
    if (count_ == 0) return;
    const record::Survivors head = {iteration_, count_};
    const record::Piece pieces[] = {{&head, sizeof(head)},
                                    {entries_, count_ * sizeof(entries_[0])}};
    record_->Append(record::kSurvivors, pieces, 2);
    count_ = 0;
  }

 private:
  uint32_t iteration_;
  record::Writer* record_;
  uint32_t count_ = 0;
  // Static, since it may be written from a small stack, and there is one writer.
  static record::OriginAmount entries_[kAmountsInRecord];
};
record::OriginAmount AmountWriter::entries_[kAmountsInRecord];

}  // namespace

bool Survivors::Start() noexcept {
  const size_t capacity = OriginTable::kCapacity;
  return now_.Reserve(capacity) && last_.Reserve(capacity) && peak_.Reserve(capacity);
}

void Survivors::WriteChanges(uint32_t iteration, record::Writer* record) noexcept {
  all_ = {};
  g_tables.blocks.ForEach([this](uintptr_t address, uint64_t word) {
    const uint64_t size = SizeOf(reinterpret_cast<const void*>(address), word);
    Amount& amount = now_[BlockWord::Origin(word)];
    amount.blocks += 1;
    amount.bytes += size;
    all_.blocks += 1;
    all_.bytes += size;
  });
  const uint32_t end = g_tables.origins.end();
  AmountWriter writer(iteration, record);
  for (uint32_t i = 0; i < end; ++i) {
    if (!(now_[i] == last_[i])) writer.Add(i, now_[i]);
  }
  writer.Finish();
  Clear(last_, end_of_last_);
  const ReservedArray<Amount> cleared = last_;
  last_ = now_;
  now_ = cleared;
  end_of_last_ = end;
}

void Survivors::CountPeak() noexcept {
  const uint32_t window = __atomic_load_n(&g_window, __ATOMIC_RELAXED);
  g_tables.blocks.ForEach([this, window](uintptr_t address, uint64_t word) {
    const uint32_t origin = BlockWord::Origin(word);
    if (g_tables.origins[origin].window != window) return;
    Amount& amount = peak_[origin];
    amount.blocks += 1;
    amount.bytes += SizeOf(reinterpret_cast<const void*>(address), word);
  });
  end_of_peak_ = g_tables.origins.end();
}

void Survivors::ForgetPeak() noexcept {
  Clear(peak_, end_of_peak_);
  end_of_peak_ = 0;
}

void Survivors::WritePeak(uint32_t test, uint32_t iteration, bool defines_all,
                          record::Writer* record) noexcept {
  if (end_of_peak_ == 0) return;
  static record::OriginAmount named[kNamed];  // ascending by bytes
  uint32_t count = 0;
  Amount other = {};
  for (uint32_t i = 1; i < end_of_peak_; ++i) {
    const Amount& amount = peak_[i];
    if (amount.blocks == 0) continue;
    if (defines_all) DefineOrigin(i, record);
    other.blocks += amount.blocks;
    other.bytes += amount.bytes;
    if (count == kNamed && amount.bytes <= named[0].bytes) continue;
    // Insertion into a short sorted list; the smallest falls out when it is full.
    uint32_t at = 0;
    if (count == kNamed) {
      while (at + 1 < count && named[at + 1].bytes < amount.bytes) {
        named[at] = named[at + 1];
        ++at;
      }
    } else {
      at = count++;
      while (at > 0 && named[at - 1].bytes > amount.bytes) {
        named[at] = named[at - 1];
        --at;
      }
    }
    named[at] = {i, 0, amount.blocks, amount.bytes};
  }
  for (uint32_t i = 0; i < count; ++i) {
    other.blocks -= named[i].blocks;
    other.bytes -= named[i].bytes;
    DefineOrigin(named[i].origin, record);
  }
  const record::Peak head = {test, iteration, count, 0, other.blocks, other.bytes};
  const record::Piece pieces[] = {{&head, sizeof(head)}, {named, count * sizeof(named[0])}};
  record->Append(record::kPeak, pieces, 2);
  Clear(peak_, end_of_peak_);
  end_of_peak_ = 0;
}

}  // namespace memprof
