// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest_plugin/record/format.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

// How libFuzzer changes files of records. Each record has a checksum and a number, so that bytes
// changed at random are turned away before anything is read of them: here whole records are
// changed, doubled, taken out and put elsewhere, and written with numbers and checksums that fit.

namespace memprof {
namespace {

struct Item {
  std::uint16_t type = 0;
  std::string payload;
};

class RecordFileItems {
 public:
  /// As far as there are records; lengths are believed as far as there are bytes.
  explicit RecordFileItems(std::string_view bytes) {
    for (std::size_t at = sizeof(record::FileHeader); at < bytes.size();) {
      record::RecordHeader head;
      if (bytes.size() - at < sizeof(head)) break;
      std::memcpy(&head, bytes.data() + at, sizeof(head));
      at += sizeof(head);
      if (head.length == 0) break;
      items.push_back({head.type, std::string(bytes.substr(at, head.length))});
      at += record::PaddedLength(items.back().payload.size());
    }
  }

  std::string Write(bool with_end) const {
    record::FileHeader header = {};
    std::memcpy(header.magic, record::kMagic, sizeof(header.magic));
    header.major = record::kMajor;
    header.minor = record::kMinor;
    header.header_bytes = sizeof(header);
    header.header_crc = record::Crc32(0, &header, offsetof(record::FileHeader, header_crc));
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof(header));
    std::uint32_t sequence = 0;
    for (const Item& item : items) {
      if (item.payload.empty()) continue;  // no length is the end's mark
      record::RecordHeader head = {static_cast<std::uint32_t>(item.payload.size()), item.type, 0, 0,
                                   sequence++};
      std::uint32_t crc = record::Crc32(0, &head, offsetof(record::RecordHeader, crc));
      crc = record::Crc32(crc, item.payload.data(), item.payload.size());
      head.crc = record::Crc32(crc, &head.sequence, sizeof(head.sequence));
      bytes.append(reinterpret_cast<const char*>(&head), sizeof(head));
      bytes.append(item.payload);
      bytes.append(record::PaddedLength(item.payload.size()) - item.payload.size(), '\0');
    }
    if (with_end) bytes.append(sizeof(record::RecordHeader), '\0');
    return bytes;
  }

  std::vector<Item> items;
};

using Random = std::minstd_rand;

std::size_t Below(std::size_t count, Random* random) { return (*random)() % count; }

void ChangeBytes(std::string* payload, std::size_t room) {
  std::vector<std::uint8_t> bytes(payload->size() + room);
  std::memcpy(bytes.data(), payload->data(), payload->size());
  const std::size_t size = LLVMFuzzerMutate(bytes.data(), payload->size(), bytes.size());
  payload->assign(reinterpret_cast<const char*>(bytes.data()), size);
}

/// A number in it becomes one that a reader might trip over.
void ChangeNumber(std::string* payload, Random* random) {
  constexpr std::uint64_t kNumbers[] = {0,         1,          2,          3,          0x7f,
                                        0xffff,    0x7fffffff, 0x80000000, 0xffffffff, 1ull << 47,
                                        INT64_MAX, 1ull << 63, UINT64_MAX, 1ull << 62, 0x100000};
  const std::uint64_t number = kNumbers[Below(std::size(kNumbers), random)];
  const std::size_t width = Below(2, random) == 0 ? 4 : 8;
  if (payload->size() < width) return;
  const std::size_t at = Below((payload->size() - width) / 4 + 1, random) * 4;
  std::memcpy(payload->data() + at, &number, width);
}

void Change(std::vector<Item>* items, Random* random) {
  if (items->empty()) {
    items->push_back({record::kHello, std::string(64, '\1')});
    return;
  }
  const std::size_t at = Below(items->size(), random);
  const std::size_t other = Below(items->size(), random);
  const auto place = [](std::size_t index) { return static_cast<std::ptrdiff_t>(index); };
  switch (Below(10, random)) {
    case 0:
      items->insert(items->begin() + place(other), Item((*items)[at]));
      break;
    case 1:
      items->erase(items->begin() + place(at));
      break;
    case 2:
      std::swap((*items)[at], (*items)[other]);
      break;
    case 3:
      (*items)[at].type = static_cast<std::uint16_t>(Below(64, random));
      break;
    case 4:
      items->resize(at + 1);
      break;
    case 5:
    case 6:
    case 7:
      ChangeNumber(&(*items)[at].payload, random);
      break;
    default:
      ChangeBytes(&(*items)[at].payload, 64);
  }
}

std::size_t Store(const std::string& bytes, std::uint8_t* data, std::size_t max_size) {
  const std::size_t size = std::min(bytes.size(), max_size);
  std::memcpy(data, bytes.data(), size);
  return size;
}

std::string_view View(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace
}  // namespace memprof

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace memprof;
  Random random(seed);
  if (Below(16, &random) == 0) return LLVMFuzzerMutate(data, size, max_size);
  RecordFileItems file(View(data, size));
  for (std::size_t times = 1 + Below(3, &random); times > 0; --times) Change(&file.items, &random);
  return Store(file.Write(Below(16, &random) != 0), data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second,
                                                 std::size_t second_size, std::uint8_t* out,
                                                 std::size_t max_size, unsigned seed) {
  using namespace memprof;
  Random random(seed);
  RecordFileItems file(View(first, first_size));
  const RecordFileItems other(View(second, second_size));
  if (!other.items.empty()) {
    const std::size_t begin = Below(other.items.size(), &random);
    const std::size_t end = begin + 1 + Below(other.items.size() - begin, &random);
    const std::size_t at = Below(file.items.size() + 1, &random);
    file.items.insert(file.items.begin() + static_cast<std::ptrdiff_t>(at),
                      other.items.begin() + static_cast<std::ptrdiff_t>(begin),
                      other.items.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return Store(file.Write(true), out, max_size);
}
