// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/type_table.h"

#include <dwarf.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "runner/analyze/block_type_name.h"
#include "runner/symbols/system_library.h"
#include "runner/symbols/template_argument.h"
#include "runner/symbols/type_spelling.h"

namespace memprof {
namespace {

/// Longer chains of types are damage.
constexpr int kMaxDepth = 64;

/// sizeof(std::string) of libstdc++, of all characters.
constexpr std::uint64_t kStringBytes = 32;

bool IsClass(int tag) {
  return tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/// The entry that an attribute of `die` refers to.
std::optional<Dwarf_Die> Referred(Dwarf_Die die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Die referred;
  if (dwarf_attr_integrate(&die, name, &attribute) == nullptr) return {};
  if (dwarf_formref_die(&attribute, &referred) == nullptr) return {};
  return referred;
}

std::optional<std::uint64_t> Number(Dwarf_Die die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr_integrate(&die, name, &attribute) == nullptr) return {};
  if (dwarf_formudata(&attribute, &value) != 0) return {};
  return value;
}

std::uint64_t SizeOf(Dwarf_Die die) {
  Dwarf_Word bytes = 0;
  return dwarf_aggregate_size(&die, &bytes) == 0 ? bytes : 0;
}

/// Where a member or base class begins; nothing for a virtual base, whose place is the object's.
std::optional<std::uint64_t> OffsetOf(Dwarf_Die member) {
  Dwarf_Attribute attribute;
  // A union's members have no place.
  if (dwarf_attr(&member, DW_AT_data_member_location, &attribute) == nullptr) return 0;
  Dwarf_Word value = 0;
  if (dwarf_formudata(&attribute, &value) == 0) return value;
  Dwarf_Op* operations = nullptr;
  std::size_t count = 0;
  if (dwarf_getlocation(&attribute, &operations, &count) != 0 || count != 1) return {};
  if (operations[0].atom != DW_OP_plus_uconst) return {};
  return operations[0].number;
}

bool IsBitField(Dwarf_Die member) {
  return dwarf_hasattr(&member, DW_AT_bit_size) || dwarf_hasattr(&member, DW_AT_data_bit_offset);
}

/// Static data members: DWARF 4 has them as members.
bool IsStatic(Dwarf_Die member) {
  return dwarf_hasattr(&member, DW_AT_declaration) || dwarf_hasattr(&member, DW_AT_external);
}

/// A unit that uses a type of -fdebug-types-section has its signature alone.
Dwarf_Die Whole(const Dwarf_Die& type) { return Referred(type, DW_AT_signature).value_or(type); }

Dwarf_Die WithoutTypedefs(Dwarf_Die die) {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const int tag = dwarf_tag(&die);
    if (tag != DW_TAG_typedef && tag != DW_TAG_const_type && tag != DW_TAG_volatile_type) break;
    const std::optional<Dwarf_Die> type = Referred(die, DW_AT_type);
    if (!type) break;
    die = *type;
  }
  return Whole(die);
}

/// Whether a class has no data: as a base or member it would only hide what shares its place.
bool IsEmpty(Dwarf_Die type, int depth = 0) {
  type = WithoutTypedefs(type);
  if (!IsClass(dwarf_tag(&type)) || depth > kMaxDepth) return false;
  if (dwarf_hasattr(&type, DW_AT_declaration) || SizeOf(type) > 1) return false;
  Dwarf_Die child;
  for (int end = dwarf_child(&type, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_member && !IsStatic(child)) return false;
    if (tag != DW_TAG_inheritance) continue;
    const std::optional<Dwarf_Die> base = Referred(child, DW_AT_type);
    if (!base || !IsEmpty(*base, depth + 1)) return false;
  }
  return true;
}

/// Text like "[2][3]", and how many elements that is; 0 when unknown.
std::pair<std::string, std::uint64_t> Bounds(Dwarf_Die array) {
  std::pair<std::string, std::uint64_t> bounds = {"", 1};
  Dwarf_Die child;
  for (int end = dwarf_child(&array, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
    if (dwarf_tag(&child) != DW_TAG_subrange_type) continue;
    std::optional<std::uint64_t> count = Number(child, DW_AT_count);
    if (!count) {
      const std::optional<std::uint64_t> last = Number(child, DW_AT_upper_bound);
      if (last) count = *last + 1;
    }
    bounds.first += "[" + (count ? std::to_string(*count) : "") + "]";
    bounds.second *= count.value_or(0);
  }
  return bounds;
}

/// Qualifiers of the whole type make no other type.
std::string_view WithoutConst(std::string_view normalized) {
  constexpr std::string_view kConst = " const";
  while (normalized.ends_with(kConst)) normalized.remove_suffix(kConst.size());
  return normalized;
}

bool IsLibraryName(std::string_view name) {
  return name.starts_with("std::") || name.starts_with("__gnu_cxx::") ||
         name.starts_with("__cxxabiv1::");
}

}  // namespace

TypeId TypeTable::Of(const Dwarf_Die& die) { return Find(die, 0); }

TypeId TypeTable::TypeOf(const Dwarf_Die& die) {
  const std::optional<Dwarf_Die> type = Referred(die, DW_AT_type);
  return type ? Find(*type, 0) : kNoType;
}

TypeId TypeTable::Intern(const std::string& key, const Dwarf_Die& die) {
  const auto [entry, is_new] = by_key_.try_emplace(key, static_cast<TypeId>(types_.size()));
  if (is_new) types_.push_back({{}, die, false});
  return entry->second;
}

TypeId TypeTable::Find(Dwarf_Die die, int depth) {
  if (die.addr == nullptr || depth > kMaxDepth) return kNoType;
  if (const auto known = by_die_.find(die.addr); known != by_die_.end()) return known->second;
  const int tag = dwarf_tag(&die);
  TypeId id = kNoType;
  switch (tag) {
    case DW_TAG_typedef:
    case DW_TAG_const_type:
    case DW_TAG_volatile_type:
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type: {
      const std::optional<Dwarf_Die> type = Referred(die, DW_AT_type);
      if (!type) break;
      Dwarf_Die target = *type;
      // C's way to name a structure.
      const bool names_it =
          tag == DW_TAG_typedef && IsClass(dwarf_tag(&target)) && dwarf_diename(&target) == nullptr;
      id = names_it ? OfNamed(target, names_.Qualified(die)) : Find(target, depth + 1);
      break;
    }
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type: {
      const std::optional<Dwarf_Die> type = Referred(die, DW_AT_type);
      id = PointerTo(type ? Find(*type, depth + 1) : kNoType,
                     tag == DW_TAG_pointer_type ? '*' : '&');
      break;
    }
    case DW_TAG_array_type: {
      const std::optional<Dwarf_Die> type = Referred(die, DW_AT_type);
      const TypeId target = type ? Find(*type, depth + 1) : kNoType;
      const auto [text, count] = Bounds(die);
      id = Intern(text + std::to_string(target), die);
      TypeInfo& info = types_[id].info;
      info.kind = TypeInfo::Kind::kArray;
      info.target = target;
      info.bytes = count * types_[target].info.bytes;
      info.name = types_[target].info.name + text;
      break;
    }
    case DW_TAG_ptr_to_member_type:
    case DW_TAG_subroutine_type:
      id = Intern(tag == DW_TAG_subroutine_type ? "function" : "member pointer", die);
      types_[id].info.kind = TypeInfo::Kind::kOther;
      types_[id].info.name = tag == DW_TAG_subroutine_type ? "function" : "pointer to member";
      break;
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_base_type:
    case DW_TAG_unspecified_type:
      id = OfNamed(die, "");
      break;
    default:
      return kNoType;
  }
  by_die_[die.addr] = id;
  return id;
}

TypeId TypeTable::PointerTo(TypeId target, char sign) {
  const TypeId id = Intern(sign + std::to_string(target), {});
  TypeInfo& info = types_[id].info;
  info.kind = TypeInfo::Kind::kPointer;
  info.target = target;
  info.bytes = sizeof(void*);
  info.name = (target == kNoType ? "void" : types_[target].info.name) + sign;
  return id;
}

TypeId TypeTable::OfNamed(Dwarf_Die die, const std::string& alias) {
  die = Whole(die);
  std::string name = alias.empty() ? names_.Qualified(die) : alias;
  if (dwarf_hasattr(&die, DW_AT_declaration)) {
    const std::optional<Dwarf_Die> definition = names_.FindType(name, &die);
    if (!definition) return NameOnly(name);
    die = *definition;
  }
  std::string key = NormalizedTypeName(name) + ' ' + std::to_string(SizeOf(die)) + ' ' +
                    std::to_string(names_.LineOf(die));
  if (name.find("(anonymous") != std::string::npos) key += ' ' + names_.FileOf(die);
  const TypeId id = Intern(key, die);
  TypeInfo& info = types_[id].info;
  if (info.name.empty()) {
    info.name = std::move(name);
    info.bytes = SizeOf(die);
    info.kind = IsClass(dwarf_tag(&die)) ? TypeInfo::Kind::kClass : TypeInfo::Kind::kOther;
  }
  return id;
}

TypeId TypeTable::NameOnly(const std::string& name) {
  const TypeId id = Intern('?' + NormalizedTypeName(name), {});
  TypeInfo& info = types_[id].info;
  if (info.name.empty()) {
    info.name = name;
    // Clang leaves its definition to the library, whose debug information is not read.
    if (name.starts_with("std::__cxx11::basic_string<")) info.bytes = kStringBytes;
  }
  return id;
}

TypeId TypeTable::Named(const std::string& name) {
  if (name.empty()) return kNoType;
  const auto [entry, is_new] = named_.try_emplace(name);
  if (!is_new) return entry->second;
  const std::string normalized = NormalizedTypeName(name);
  if (normalized == "void") return kNoType;
  const std::string_view pointer = WithoutConst(normalized);
  TypeId id = kNoType;
  if (pointer.ends_with('*') || pointer.ends_with('&')) {
    id = PointerTo(Named(std::string(pointer.substr(0, pointer.size() - 1))), pointer.back());
  } else {
    const std::optional<Dwarf_Die> die = names_.FindType(std::string(pointer));
    id = die ? Find(*die, 0) : NameOnly(name);
  }
  return named_[name] = id;
}

const TypeInfo& TypeTable::Info(TypeId id) {
  Entry& entry = types_[id < types_.size() ? id : kNoType];
  if (!entry.filled) {
    entry.filled = true;
    Fill(entry);
  }
  return entry.info;
}

void TypeTable::Fill(Entry& entry) {
  TypeInfo& info = entry.info;
  if (info.kind == TypeInfo::Kind::kPointer || info.kind == TypeInfo::Kind::kArray) return;
  info.is_library = IsLibraryName(info.name);
  if (entry.die.addr == nullptr) return;
  info.file = names_.FileOf(entry.die);
  info.line = names_.LineOf(entry.die);
  info.is_library = info.is_library || IsSystemHeader(info.file);
  if (info.kind == TypeInfo::Kind::kClass) AddMembers(entry.die, info);
  // The bytes in which a node of the library has its value.
  if (!IsAlignedBufferName(info.name)) return;
  if (const auto value = FirstTemplateArgument(entry.die)) info.target = TypeOf(*value);
}

void TypeTable::AddMembers(Dwarf_Die type, TypeInfo& info) {
  const bool is_closure = DebugNames::IsClosure(type);
  Dwarf_Die child;
  for (int end = dwarf_child(&type, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
    const int tag = dwarf_tag(&child);
    if (tag != DW_TAG_member && tag != DW_TAG_inheritance) continue;
    if (IsBitField(child) || (tag == DW_TAG_member && IsStatic(child))) continue;
    const std::optional<std::uint64_t> offset = OffsetOf(child);
    const std::optional<Dwarf_Die> type_of = Referred(child, DW_AT_type);
    if (!offset || !type_of || IsEmpty(*type_of)) continue;
    const char* text = dwarf_diename(&child);
    std::string_view name = text != nullptr ? text : "";
    // Where the virtual table's address is.
    if (name.starts_with("_vptr")) continue;
    // GCC's captures; Clang has them as they are written.
    if (is_closure && name.starts_with("__")) name.remove_prefix(2);
    info.members.push_back({std::string(name), Find(*type_of, 0), *offset, false});
    info.members.back().is_base = tag == DW_TAG_inheritance;
    if (!is_closure) info.members.back().line = names_.LineOf(child);
  }
  std::stable_sort(info.members.begin(), info.members.end(),
                   [](const TypeMember& a, const TypeMember& b) { return a.offset < b.offset; });
}

}  // namespace memprof
