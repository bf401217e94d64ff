// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/function_starts.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

namespace memprof {
namespace {

// How .eh_frame_hdr begins, and what follows (LSB, "Eh Frame Header"):
//
//     version 1 | encoding of the pointer | of the count | of the table
//     pointer to .eh_frame, 4 bytes | count, 4 bytes
//     count × (begin of the function, its call-frame information), 4 bytes each, from the header
constexpr std::string_view kHeader("\x01\x1b\x03\x3b", 4);
constexpr std::size_t kCountAt = 8;
constexpr std::size_t kTableAt = 12;
constexpr std::size_t kEntryBytes = 8;

constexpr std::string_view kBranchTarget("\xf3\x0f\x1e\xfa", 4);  // endbr64, of -fcf-protection
constexpr std::string_view kFramePointer("\x55\x48\x89\xe5", 4);  // push %rbp; mov %rsp,%rbp
constexpr std::string_view kSameOtherForm("\x55\x48\x8b\xec", 4);

std::optional<std::int32_t> WordAt(std::string_view bytes, std::size_t at) {
  std::int32_t word;
  if (at > bytes.size() || bytes.size() - at < sizeof(word)) return std::nullopt;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  return word;
}

bool BeginsWithFramePointer(std::string_view code) {
  if (code.starts_with(kBranchTarget)) code.remove_prefix(kBranchTarget.size());
  return code.starts_with(kFramePointer) || code.starts_with(kSameOtherForm);
}

}  // namespace

FunctionStarts LookAtFunctionStarts(std::string_view bytes, const ElfFile& elf) {
  FunctionStarts starts;
  const std::optional<std::string_view> header = BytesAt(bytes, elf, elf.frame_table);
  if (elf.frame_table == 0 || !header || !header->starts_with(kHeader)) return starts;
  const std::optional<std::int32_t> count = WordAt(*header, kCountAt);
  if (!count || *count <= 0) return starts;
  const auto room = (header->size() - kTableAt) / kEntryBytes;
  const auto entries = std::min(static_cast<std::size_t>(*count), room);
  starts.with_frame_information = static_cast<int>(entries);
  const std::size_t step = entries / kMostFunctionStarts + 1;
  for (std::size_t i = 0; i < entries; i += step) {
    const std::optional<std::int32_t> begin = WordAt(*header, kTableAt + i * kEntryBytes);
    const std::optional<std::string_view> code =
        BytesAt(bytes, elf, elf.frame_table + static_cast<std::uint64_t>(std::int64_t{*begin}));
    if (!code) continue;
    ++starts.looked_at;
    if (BeginsWithFramePointer(*code)) ++starts.with_frame_pointer;
  }
  return starts;
}

}  // namespace memprof
