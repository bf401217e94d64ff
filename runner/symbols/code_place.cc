// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/code_place.h"

#include <dwarf.h>

#include <cstddef>
#include <filesystem>
#include <optional>

namespace memprof {
namespace {

int Number(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0) return 0;
  return static_cast<int>(value);
}

}  // namespace

const std::string& CodePlaces::Absolute(const char* file, Dwarf_Die* unit) {
  const auto [entry, is_new] = files_.try_emplace({file, unit->addr});
  if (is_new && file != nullptr && *file != '\0') {
    Dwarf_Attribute attribute;
    const char* directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    const std::filesystem::path base = directory != nullptr ? directory : "";
    entry->second = (base / file).lexically_normal().string();
  }
  return entry->second;
}

/// The place of the instruction itself. Line 0 is code that the compiler made of several lines.
void CodePlaces::SetOwnPlace(Dwarf_Addr pc, Dwarf_Die* unit, CodePlace& place) {
  Dwarf_Line* line = dwarf_getsrc_die(unit, pc);
  if (line == nullptr || dwarf_lineno(line, &place.line) != 0 || place.line <= 0) return;
  dwarf_linecol(line, &place.column);
  place.file = Absolute(dwarf_linesrc(line, nullptr, nullptr), unit);
}

/// The place that an inlined function was called from. Its file is one of its own unit's, which of
/// a split unit is not the one that has the directory.
void CodePlaces::SetCaller(Dwarf_Die* inlined, Dwarf_Die* unit, CodePlace& place) {
  Dwarf_Die tree;
  Dwarf_Files* sources = nullptr;
  std::size_t count = 0;
  place.line = Number(inlined, DW_AT_call_line);
  place.column = Number(inlined, DW_AT_call_column);
  const auto file = static_cast<std::size_t>(Number(inlined, DW_AT_call_file));
  if (place.line <= 0 || dwarf_diecu(inlined, &tree, nullptr, nullptr) == nullptr) return;
  if (dwarf_getsrcfiles(&tree, &sources, &count) != 0 || file >= count) return;
  place.file = Absolute(dwarf_filesrc(sources, file, nullptr, nullptr), unit);
}

std::vector<CodePlace> CodePlaces::At(Dwarf_Addr pc) {
  std::optional<CodeAt> code = units_.At(pc);
  if (!code) return {};
  std::vector<CodePlace> places;
  CodePlace place;
  SetOwnPlace(pc, &code->unit, place);
  for (; !code->functions.empty(); code->functions.pop_back()) {
    place.function = code->functions.back();
    places.push_back(std::move(place));
    place = {};
    SetCaller(&code->functions.back(), &code->unit, place);
  }
  if (places.empty() && !place.file.empty()) places.push_back(std::move(place));
  return places;
}

const char* LinkageName(const Dwarf_Die& function) {
  Dwarf_Die die = function;
  for (const unsigned name : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name}) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(&die, name, &attribute) == nullptr) continue;
    if (const char* text = dwarf_formstring(&attribute)) return text;
  }
  return nullptr;
}

}  // namespace memprof
