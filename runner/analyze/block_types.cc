// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/block_types.h"

namespace memprof {
namespace {

constexpr std::uint32_t kNoWord = UINT32_MAX;
constexpr std::uint64_t kCountBytes = 8;  ///< of `new T[n]`, by the Itanium C++ ABI

}  // namespace

BlockTypes::BlockTypes(const HeapSnapshot& snapshot, const RecordedTrace& trace,
                       ProgramTypes& types)
    : snapshot_(snapshot),
      trace_(trace),
      types_(types),
      first_word_(snapshot.blocks.size(), kNoWord),
      by_stack_(trace.stacks.size()) {
  for (std::uint32_t word = 0; word < snapshot.image_words.size(); ++word) {
    const record::ImageWord& image = snapshot.image_words[word];
    if (image.offset == 0) first_word_[image.block] = word;
  }
}

std::uint32_t BlockTypes::StackOf(std::uint32_t block) const {
  const std::uint32_t origin = snapshot_.blocks[block].origin;
  return origin == kNoOrigin ? 0 : trace_.origins[origin].stack;
}

TypeId BlockTypes::FromVirtualTable(std::uint32_t block) {
  const std::uint32_t word = first_word_[block];
  if (word == kNoWord) return kNoType;
  const std::uint64_t address = snapshot_.image_words[word].address;
  const auto [entry, is_new] = by_table_.try_emplace(address, kNoType);
  if (is_new) entry->second = types_.TypeOfVirtualTable(address);
  const TypeId type = entry->second;
  // What remains of a freed object may lie in front of a smaller one.
  return types_.Type(type).bytes <= snapshot_.blocks[block].bytes ? type : kNoType;
}

const BlockType& BlockTypes::AllocatedBy(std::uint32_t stack) {
  std::optional<BlockType>& known = by_stack_[stack];
  if (!known) known = stack == 0 ? BlockType{} : types_.AllocatedBy(stack);
  return *known;
}

bool BlockTypes::EndsInFlexibleArray(const TypeInfo& info) {
  if (info.members.empty()) return false;
  const TypeMember& last = info.members.back();
  const TypeInfo& array = types_.Type(last.type);
  if (array.kind != TypeInfo::Kind::kArray) return false;
  // Older code writes it with one element.
  return array.bytes == 0 || array.bytes == types_.Type(array.target).bytes;
}

std::optional<TypedBlock> BlockTypes::Fitting(TypeId type, bool is_array, std::uint64_t bytes) {
  if (type == kNoType) return std::nullopt;
  const TypeInfo& info = types_.Type(type);
  if (info.bytes == 0) return TypedBlock{type, is_array, false};
  if (!is_array) {
    const bool fits = info.bytes == bytes || (info.bytes < bytes && EndsInFlexibleArray(info));
    return fits ? std::optional(TypedBlock{type, false, false}) : std::nullopt;
  }
  if (bytes % info.bytes == 0) return TypedBlock{type, true, false};
  if (bytes > kCountBytes && (bytes - kCountBytes) % info.bytes == 0) {
    return TypedBlock{type, true, true};
  }
  return std::nullopt;
}

TypedBlock BlockTypes::Of(std::uint32_t block) {
  const std::uint64_t bytes = snapshot_.blocks[block].bytes;
  const BlockType& made = AllocatedBy(StackOf(block));
  const std::optional<TypedBlock> by_stack = Fitting(made.type, made.is_array, bytes);
  const TypeId object = FromVirtualTable(block);
  if (object == kNoType) return by_stack.value_or(TypedBlock{});
  if (by_stack) {
    if (by_stack->type == object) return *by_stack;
    // The table may be of the first member alone: then the whole is what was asked for.
    const std::uint64_t whole = types_.Type(by_stack->type).bytes;
    if (whole == bytes && types_.Type(object).bytes < whole) return *by_stack;
  }
  return {object, false, false};
}

TypedBlock BlockTypes::FromPointer(std::uint32_t block, std::uint64_t to_offset,
                                   const MemberPlace& place) {
  if (place.pointee == kNoType || to_offset != 0) return {};
  const TypeInfo& info = types_.Type(place.pointee);
  if (info.bytes == 0) return {};
  const std::uint64_t bytes = snapshot_.blocks[block].bytes;
  const bool is_class = info.kind == TypeInfo::Kind::kClass;
  // More bytes than a class has are a derived one's, or others behind it.
  if (const auto one = Fitting(place.pointee, false, bytes);
      one && (is_class || bytes == info.bytes)) {
    return {place.pointee, place.in_vector || info.bytes == 1, false};
  }
  if ((!is_class || place.in_vector) && bytes > 0 && bytes % info.bytes == 0) {
    return {place.pointee, true, false};
  }
  return {};
}

}  // namespace memprof
