// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/allocated_type.h"

#include <algorithm>
#include <cstddef>

#include "runner/analyze/block_type_name.h"
#include "runner/analyze/block_types.h"

namespace memprof {
namespace {

/// More are no answer to what the blocks are.
constexpr std::size_t kMostTypes = 3;

/// Whether as many objects, or arrays of them, were allocated as the sizes of the blocks allow.
/// Sums alone are known of the blocks, so arrays are mostly believed.
bool Fits(const TypeInfo& info, bool is_array, const record::Site& site) {
  if (info.bytes == 0 || is_array) return true;
  return site.largest == info.bytes && site.bytes == site.allocations * info.bytes;
}

/// Whether blocks are larger than the type by what it ends in: an array without size.
bool EndsInArray(const TypeInfo& info, ProgramTypes& types) {
  if (info.members.empty()) return false;
  const TypeInfo& last = types.Type(info.members.back().type);
  return last.kind == TypeInfo::Kind::kArray && last.bytes == 0;
}

}  // namespace

AllocatedTypes::AllocatedTypes(const RecordedTrace& trace, const HeapSnapshot* snapshot,
                               ProgramTypes& types)
    : trace_(trace), snapshot_(snapshot), types_(types) {
  for (const record::Site& site : trace.sites) site_of_stack_[site.stack] = &site;
}

std::string AllocatedTypes::Of(std::uint32_t stack) {
  if (stack == record::kNoStack) return "";
  std::string name = ByStack(stack);
  return name.empty() ? ByVirtualTables(stack) : name;
}

std::string AllocatedTypes::ByStack(std::uint32_t stack) {
  const BlockType made = types_.AllocatedBy(stack);
  const TypeInfo& info = types_.Type(made.type);
  if (made.type == kNoType || info.name.empty()) return "";
  const auto site = site_of_stack_.find(stack);
  const bool fits = site == site_of_stack_.end() || Fits(info, made.is_array, *site->second) ||
                    EndsInArray(info, types_);
  return fits ? ReadableTypeName(info.name) + (made.is_array ? "[]" : "") : "";
}

void AllocatedTypes::ReadVirtualTables() {
  has_read_tables_ = true;
  if (snapshot_ == nullptr) return;
  BlockTypes blocks(*snapshot_, trace_, types_);
  for (std::uint32_t block = 0; block < snapshot_->blocks.size(); ++block) {
    const std::uint32_t stack = blocks.StackOf(block);
    if (stack == record::kNoStack) continue;
    std::vector<TypeId>& types = in_snapshot_[stack];
    if (types.size() > kMostTypes) continue;
    const TypeId type = blocks.Of(block).type;
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  }
}

std::string AllocatedTypes::ByVirtualTables(std::uint32_t stack) {
  if (!has_read_tables_) ReadVirtualTables();
  const auto found = in_snapshot_.find(stack);
  if (found == in_snapshot_.end() || found->second.size() > kMostTypes) return "";
  std::vector<std::string> names;
  for (const TypeId type : found->second) {
    if (type == kNoType) return "";
    names.push_back(ReadableTypeName(types_.Type(type).name));
  }
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " or ") + name;
  return text;
}

}  // namespace memprof
