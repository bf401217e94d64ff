// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/test_names.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {
namespace {

constexpr size_t kFirstCapacity = 1024;
constexpr size_t kTextBytes = 256 * 1024;

// Plain system calls: the libc functions of these names are our own hooks, and would count.
void* MapBytes(size_t bytes) {
  void* const mapped = reinterpret_cast<void*>(syscall(
      SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L));
  return mapped == MAP_FAILED ? nullptr : mapped;
}

// FNV-1a, continued from `hash`.
uint64_t Hash(uint64_t hash, const char* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    hash = (hash ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3u;
  }
  return hash;
}

uint64_t HashOf(const char* suite, const char* name, size_t length) {
  const uint64_t hash = Hash(0xcbf29ce484222325u, name, length);
  const uint64_t mixed = Hash(hash, reinterpret_cast<const char*>(&suite), sizeof(suite));
  return mixed ^ (mixed >> 32);
}

}  // namespace

const char* TestNames::Copy(const char* text, size_t length) noexcept {
  if (length + 1 > text_left_) {
    const size_t bytes = length + 1 > kTextBytes ? length + 1 : kTextBytes;
    void* const mapped = MapBytes(bytes);
    if (mapped == nullptr) return nullptr;
    text_ = static_cast<char*>(mapped);
    text_left_ = bytes;
  }
  char* const copy = text_;
  memcpy(copy, text, length);
  copy[length] = '\0';
  text_ += length + 1;
  text_left_ -= length + 1;
  return copy;
}

bool TestNames::Grow() noexcept {
  const size_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
  auto* const entries = static_cast<Entry*>(MapBytes(capacity * sizeof(Entry)));
  if (entries == nullptr) return false;
  // In the order of the old table, so that tests that share a name keep their order.
  for (size_t i = 0; i < capacity_; ++i) {
    if (entries_[i].name == nullptr) continue;
    size_t at = entries_[i].hash & (capacity - 1);
    while (entries[at].name != nullptr) at = (at + 1) & (capacity - 1);
    entries[at] = entries_[i];
  }
  if (entries_ != nullptr) syscall(SYS_munmap, entries_, capacity_ * sizeof(Entry));
  entries_ = entries;
  capacity_ = capacity;
  return true;
}

TestNames::Entry* TestNames::Find(const char* suite, const char* name, size_t length,
                                  uint32_t not_run_in) noexcept {
  if (2 * (used_ + 1) > capacity_ && !Grow()) return nullptr;
  const uint64_t hash = HashOf(suite, name, length);
  size_t at = hash & (capacity_ - 1);
  for (; entries_[at].name != nullptr; at = (at + 1) & (capacity_ - 1)) {
    Entry& entry = entries_[at];
    if (entry.hash == hash && entry.suite == suite && entry.length == length &&
        memcmp(entry.name, name, length) == 0 &&
        (suite == nullptr || entry.last_run < not_run_in)) {
      return &entry;
    }
  }
  const char* const copy = Copy(name, length);
  if (copy == nullptr) return nullptr;
  entries_[at] = {hash, suite, copy, static_cast<uint32_t>(length), kNoNumber, 0, 0};
  ++used_;
  return &entries_[at];
}

const char* TestNames::Suite(const char* name, size_t length) noexcept {
  const Entry* const entry = Find(nullptr, name, length, 0);
  return entry != nullptr ? entry->name : "";
}

TestNames::Test TestNames::Start(const char* suite, const char* name, size_t length,
                                 uint32_t iteration) noexcept {
  Entry* const entry = Find(suite, name, length, iteration + 1);
  if (entry == nullptr) return {};
  Test test = {entry->id, entry->name, entry->id == kNoNumber};
  if (test.is_new) test.id = entry->id = next_id_++;
  entry->last_run = iteration + 1;
  return test;
}

}  // namespace memprof
