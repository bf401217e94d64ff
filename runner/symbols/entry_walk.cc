// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/entry_walk.h"

#include <dwarf.h>

#include <algorithm>
#include <cstring>

namespace memprof {
namespace {

/// Compilers number abbreviations from 1; a greater number is damage.
constexpr std::uint64_t kMostShapes = 1 << 20;

}  // namespace

EntryWalk::EntryWalk(const Dwarf_Die& unit) : entry_(unit) {
  Dwarf_Die top = unit;
  Dwarf_Half version = 0;
  std::uint8_t type = 0;
  std::uint64_t signature = 0;
  if (top.addr == nullptr || dwarf_cu_info(top.cu, &version, &type, nullptr, nullptr, &signature,
                                           &address_size_, &offset_size_) != 0) {
    return;
  }
  version_ = version;
  const Dwarf_Off begin = dwarf_dieoffset(&top) - dwarf_cuoffset(&top);
  Dwarf_Off end = 0;
  std::size_t header = 0;
  // Type units have a section of their own before DWARF 5.
  std::uint64_t* wants_types = type == DW_UT_type && version < 5 ? &signature : nullptr;
  if (dwarf_next_unit(dwarf_cu_getdwarf(top.cu), begin, &end, &header, nullptr, nullptr, nullptr,
                      nullptr, wants_types, nullptr) != 0) {
    return;
  }
  next_ = static_cast<const Byte*>(top.addr);
  end_ = next_ + (end - dwarf_dieoffset(&top));
  if (!Read()) next_ = nullptr;
}

bool EntryWalk::Next() {
  while (next_ != nullptr && next_ < end_ && *next_ == 0) {
    ++next_;
    if (--level_ <= 0) next_ = nullptr;
  }
  if (next_ == nullptr || next_ >= end_ || level_ <= 0) return false;
  return Read();
}

/// Reads the entry at `next_`, and moves behind it.
bool EntryWalk::Read() {
  std::uint64_t code = 0;
  const Byte* at = ReadNumber(next_, &code);
  if (at == nullptr || code == 0 || code > kMostShapes) return false;
  entry_ = {const_cast<Byte*>(next_), entry_.cu, nullptr, 0};
  if (code >= shapes_.size()) shapes_.resize(code + 1);
  Shape& shape = shapes_[code];
  if (!shape.known) {
    shape.known = true;
    shape.tag = dwarf_tag(&entry_);
    if (shape.tag == DW_TAG_invalid) return false;
    shape.has_children = dwarf_haschildren(&entry_) > 0;
    // Not dwarf_getattrcnt: it takes constants that the abbreviation holds for attributes (0.188).
    unsigned name = 0, form = 0;
    for (std::size_t i = 0;
         dwarf_getabbrevattr_data(entry_.abbrev, i, &name, &form, nullptr, nullptr) == 0; ++i) {
      shape.attributes.emplace_back(name, form);
    }
  }
  shape_ = &shape;
  if (shape.tag == DW_TAG_invalid) return false;
  for (const auto& [name, form] : shape.attributes) {
    at = SkipValue(at, form);
    if (at == nullptr) break;
  }
  next_ = at;
  depth_ = level_;
  if (shape.has_children) ++level_;
  return at != nullptr;
}

bool EntryWalk::Has(unsigned attribute) const {
  return std::any_of(shape_->attributes.begin(), shape_->attributes.end(),
                     [&](const auto& one) { return one.first == attribute; });
}

void EntryWalk::SkipChildren() {
  if (!shape_->has_children || next_ == nullptr) return;
  const Dwarf_Die skipped = entry_;
  const Shape* shape = shape_;
  const int depth = depth_;
  if (Has(DW_AT_sibling)) {
    Dwarf_Die sibling;
    if (dwarf_siblingof(&entry_, &sibling) == 0 && sibling.addr > skipped.addr) {
      next_ = static_cast<const Byte*>(sibling.addr);
      level_ = depth;
      return;
    }
  }
  while (next_ != nullptr && level_ > depth) {
    if (next_ < end_ && *next_ == 0) {
      ++next_;
      --level_;
    } else if (next_ >= end_ || !Read()) {
      next_ = nullptr;
    }
  }
  entry_ = skipped;
  shape_ = shape;
  depth_ = depth;
}

const EntryWalk::Byte* EntryWalk::Advance(const Byte* at, std::uint64_t bytes) const {
  return bytes <= static_cast<std::uint64_t>(end_ - at) ? at + bytes : nullptr;
}

/// A number in groups of seven bits, as DWARF has most; null where it does not end.
const EntryWalk::Byte* EntryWalk::ReadNumber(const Byte* at, std::uint64_t* value) const {
  *value = 0;
  for (unsigned shift = 0; at < end_; shift += 7) {
    const Byte byte = *at++;
    if (shift < 64) *value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return at;
  }
  return nullptr;
}

std::uint64_t EntryWalk::FixedNumber(const Byte* at, int bytes) const {
  std::uint64_t value = 0;
  if (end_ - at < bytes) return UINT64_MAX;
  for (int i = bytes; i-- > 0;) value = value << 8 | at[i];
  return value;
}

/// Behind a value (DWARF 5, 7.5.6); null where it is unknown or does not end.
const EntryWalk::Byte* EntryWalk::SkipValue(const Byte* at, unsigned form, int depth) const {
  std::uint64_t number = 0;
  const auto skip_block = [&](int bytes) -> const Byte* {
    const Byte* begin = Advance(at, static_cast<std::uint64_t>(bytes));
    return begin != nullptr ? Advance(begin, FixedNumber(at, bytes)) : nullptr;
  };
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return at;
    case DW_FORM_data1:
    case DW_FORM_ref1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return Advance(at, 1);
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return Advance(at, 2);
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return Advance(at, 3);
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_ref_sup4:
      return Advance(at, 4);
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
      return Advance(at, 8);
    case DW_FORM_data16:
      return Advance(at, 16);
    case DW_FORM_addr:
      return Advance(at, address_size_);
    case DW_FORM_ref_addr:
      return Advance(at, version_ < 3 ? address_size_ : offset_size_);
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_strp_sup:
    case DW_FORM_sec_offset:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
      return Advance(at, offset_size_);
    case DW_FORM_string: {
      const void* end = std::memchr(at, 0, static_cast<std::size_t>(end_ - at));
      return end != nullptr ? static_cast<const Byte*>(end) + 1 : nullptr;
    }
    case DW_FORM_sdata:
    case DW_FORM_udata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index:
      return ReadNumber(at, &number);
    case DW_FORM_block1:
      return skip_block(1);
    case DW_FORM_block2:
      return skip_block(2);
    case DW_FORM_block4:
      return skip_block(4);
    case DW_FORM_block:
    case DW_FORM_exprloc:
      at = ReadNumber(at, &number);
      return at != nullptr ? Advance(at, number) : nullptr;
    case DW_FORM_indirect:
      at = ReadNumber(at, &number);
      if (at == nullptr || depth > 0) return nullptr;
      return SkipValue(at, static_cast<unsigned>(number), depth + 1);
    default:
      return nullptr;
  }
}

}  // namespace memprof
