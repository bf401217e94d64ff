// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/content_scan.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/snapshot/bad_pages.h"
#include "gtest_plugin/snapshot/block_index.h"
#include "gtest_plugin/snapshot/memory_reader.h"
#include "gtest_plugin/snapshot/parked_threads.h"
#include "gtest_plugin/snapshot/process_maps.h"
#include "gtest_plugin/snapshot/snapshot_file.h"
#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {

struct ContentPlan {
  uint32_t number;
  uint32_t window;
  uint64_t unfilled;
  pid_t owner;
  char path[PATH_MAX];

  // The child's:
  ProcessMaps maps;
  MemoryReader reader;
  BlockIndex blocks;
  SnapshotFile file;
  RecordArray<record::ContentGroup, record::kContentGroups> groups;
};

namespace {

constexpr char kSuffix[] = ".peak";
constexpr size_t kDigits = 10;
constexpr uint64_t kMostGroups = uint64_t{1} << 17;

/// The hash of what a block holds, and whether that is one byte over and over.
class ContentHash {
 public:
  /// [begin, end) of memory, which lies `offset` bytes behind the block's begin. Offsets ascend;
  /// what is left out between holds zeros.
  void Add(uint64_t begin, uint64_t end, uint64_t offset) noexcept {
    if (offset != next_) {
      AddWord(0);
      Mix(offset);
    }
    next_ = offset + (end - begin);
    for (; begin + 8 <= end; begin += 8) AddWord(*reinterpret_cast<const uint64_t*>(begin));
    if (begin == end) return;
    // The rest of a word is filled up with what would make it one byte over and over.
    uint64_t rest = any_ ? first_ : *reinterpret_cast<const uint8_t*>(begin) * kEachByte;
    memcpy(&rest, reinterpret_cast<const void*>(begin), end - begin);
    AddWord(rest);
  }
  /// After all of a block of `bytes`.
  bool IsUniform(uint64_t bytes) noexcept {
    if (next_ != bytes) AddWord(0);
    return is_uniform_;
  }
  /// Of which each bit depends on the last word too: Mix leaves the low ones to the words before.
  uint64_t value() const noexcept {
    const uint64_t mixed = (hash_ ^ (hash_ >> 32)) * 0xd6e8feb86659fd93u;
    return mixed ^ (mixed >> 32);
  }

 private:
  static constexpr uint64_t kEachByte = 0x0101010101010101u;

  void Mix(uint64_t word) noexcept {
    hash_ = (hash_ ^ word) * 0x9e3779b97f4a7c15u;
    hash_ ^= hash_ >> 29;
  }
  void AddWord(uint64_t word) noexcept {
    if (!any_) first_ = (word & 0xff) * kEachByte;
    any_ = true;
    is_uniform_ = is_uniform_ && word == first_;
    Mix(word);
  }

  uint64_t hash_ = 0x243f6a8885a308d3u;
  uint64_t first_ = 0;
  uint64_t next_ = 0;
  bool any_ = false;
  bool is_uniform_ = true;
};

/// Blocks of one size and hash. Of the stacks that made them one is voted for: each block of it is
/// one for, each other one against, and at 0 the next block's takes over, so that the stack of more
/// than half of the blocks is the one that is left.
struct Group {
  uint64_t hash;
  uint64_t bytes;
  uint64_t address;
  uint32_t blocks;
  uint32_t votes;
  uint32_t origin;
};

/// By open addressing, at most half full.
class GroupTable {
 public:
  bool Reserve(uint64_t blocks) noexcept {
    capacity_ = 1024;
    while (capacity_ < 2 * blocks) capacity_ *= 2;
    // memprof: keep – it is made in a copy of the process that ends with the scan
    groups_ = static_cast<Group*>(ReserveMemory(capacity_ * sizeof(Group)));
    return groups_ != nullptr;
  }
  void Add(uint64_t hash, uint64_t bytes, uint64_t address, uint32_t origin) noexcept {
    uint64_t at = hash & (capacity_ - 1);
    while (groups_[at].blocks != 0 && (groups_[at].hash != hash || groups_[at].bytes != bytes)) {
      at = (at + 1) & (capacity_ - 1);
    }
    Group& group = groups_[at];
    if (group.blocks == 0) group = {hash, bytes, address, 0, 0, origin};
    group.blocks += 1;
    if (group.votes == 0) {
      group.origin = origin;
      group.votes = 1;
    } else if (g_tables.origins[group.origin].stack == g_tables.origins[origin].stack) {
      group.votes += 1;
    } else {
      group.votes -= 1;
    }
  }
  template <class Visit>
  void ForEachOfSeveral(Visit visit) const noexcept {
    for (uint64_t i = 0; i < capacity_; ++i) {
      if (groups_[i].blocks > 1) visit(groups_[i]);
    }
  }

 private:
  Group* groups_ = nullptr;
  uint64_t capacity_ = 0;
};

bool IsWanted(const ContentPlan& plan, uint32_t block) {
  const uint32_t origin = plan.blocks.origin(block);
  return origin != 0 && origin < g_tables.origins.end() &&
         g_tables.origins[origin].window == plan.window &&
         plan.blocks.bytes(block) >= record::kLeastContents &&
         plan.blocks.address(block) != plan.unfilled;
}

ContentHash HashOf(ContentPlan* plan, uint32_t block) {
  const uint64_t begin = plan->blocks.address(block);
  const uint64_t end = begin + plan->blocks.bytes(block);
  ContentHash hash;
  const auto add = [&](uint64_t from, uint64_t to) { hash.Add(from, to, from - begin); };
  if (plan->blocks.IsOpen(block) && end - begin < MemoryReader::kSparse) {
    add(begin, end);
  } else {
    plan->reader.ForEachReadable(begin, end, add);
  }
  return hash;
}

/// Fewer printable characters than this may be anything.
constexpr size_t kLeastShown = 4;

void Show(const Group& group, char* shown) {
  const auto* const text = reinterpret_cast<const char*>(group.address);
  size_t length = 0;
  while (length < record::kContentsShown && length < group.bytes && text[length] != '\0') {
    if (text[length] < 0x20 || text[length] > 0x7e) return;
    ++length;
  }
  if (length >= kLeastShown) memcpy(shown, text, length);
}

}  // namespace

ContentPlan* MakeContentPlan(uint32_t number, uint32_t window, const void* unfilled,
                             const char* record_path, const char** why_not) noexcept {
  const size_t length = strlen(record_path);
  if (length + sizeof(kSuffix) + kDigits > sizeof(ContentPlan::path)) {
    *why_not = "the path of its file is too long";
    return nullptr;
  }
  auto* const plan = static_cast<ContentPlan*>(ReserveMemory(sizeof(ContentPlan)));
  if (plan == nullptr) {
    *why_not = "there is no address space for its tables (ulimit -v)";
    return nullptr;
  }
  plan->number = number;
  plan->window = window;
  plan->unfilled = reinterpret_cast<uint64_t>(unfilled);
  plan->owner = static_cast<pid_t>(syscall(SYS_getpid));
  // By hand: the stack of the thread may be small, and stdio is for others.
  memcpy(plan->path, record_path, length);
  memcpy(plan->path + length, kSuffix, sizeof(kSuffix));
  char digits[kDigits];
  size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  char* at = plan->path + length + sizeof(kSuffix) - 1;
  while (count > 0) *at++ = digits[--count];
  *at = '\0';
  return plan;
}

void ForgetContentPlan(ContentPlan* plan) noexcept { ReleaseMemory(plan, sizeof(ContentPlan)); }

int ScanContents(ContentPlan* plan) noexcept {
  const auto begin = static_cast<uint64_t>(MonotonicNs());
  ReadBadPagesAsZeros();
  int error = plan->maps.Read();
  if (error != 0) return error;
  plan->reader.Start(&plan->maps);
  plan->groups.Start(&plan->file);
  error = plan->blocks.Build(&plan->maps);
  if (error != 0) return error;
  record::ContentsEnd end = {};
  for (uint32_t i = 0; i < plan->blocks.count(); ++i) {
    if (!IsWanted(*plan, i)) continue;
    end.blocks += 1;
    end.bytes += plan->blocks.bytes(i);
  }
  GroupTable table;
  if (!table.Reserve(end.blocks)) return ENOMEM;
  for (uint32_t i = 0; i < plan->blocks.count(); ++i) {
    if (!IsWanted(*plan, i)) continue;
    ContentHash hash = HashOf(plan, i);
    const uint64_t bytes = plan->blocks.bytes(i);
    if (hash.IsUniform(bytes)) continue;
    table.Add(hash.value(), bytes, plan->blocks.address(i), plan->blocks.origin(i));
  }
  error = plan->file.Create(plan->path, plan->owner);
  if (error != 0) return error;
  const record::ContentsStart start = {plan->number, plan->window};
  plan->file.Append(record::kContentsStart, &start, sizeof(start));
  table.ForEachOfSeveral([&](const Group& found) {
    if (end.groups == kMostGroups) {
      end.left_out += 1;
      return;
    }
    end.groups += 1;
    record::ContentGroup group = {found.origin, 0, found.blocks, found.bytes, {}};
    Show(found, group.shown);
    plan->groups.Append(group);
  });
  plan->groups.Flush();
  end.scan_ns = static_cast<uint64_t>(MonotonicNs()) - begin;
  plan->file.Append(record::kContentsEnd, &end, sizeof(end));
  return plan->file.Close();
}

}  // namespace memprof
