// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/symbol_table.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <vector>

namespace memprof {
namespace {

/// How far a symbol without a size reaches at most. Only hand-written code, such as `_init`, has
/// none, and it is short.
constexpr std::uint64_t kUnsizedReach = 64;

struct Symbol {
  std::uint64_t low, high;
  const char* name;

  /// What makes one of several names at an address the best; the least is.
  auto Rank() const {
    const std::string_view text = name;
    const bool internal = text.starts_with('_') && !text.starts_with("_Z");
    return std::tuple(high == low, internal, text.size(), text);
  }
};

std::vector<Symbol> Functions(Dwfl_Module* module) {
  std::vector<Symbol> symbols;
  ForEachSymbol(module, [&](const GElf_Sym& symbol, GElf_Addr address, const char* name) {
    const int type = GELF_ST_TYPE(symbol.st_info);
    if (type != STT_FUNC && type != STT_GNU_IFUNC) return;
    symbols.push_back({address, address + symbol.st_size, name});
  });
  std::sort(symbols.begin(), symbols.end(), [](const Symbol& a, const Symbol& b) {
    return a.low != b.low ? a.low < b.low : a.Rank() < b.Rank();
  });
  const auto same = [](const Symbol& a, const Symbol& b) { return a.low == b.low; };
  symbols.erase(std::unique(symbols.begin(), symbols.end(), same), symbols.end());
  return symbols;
}

}  // namespace

SymbolTable::SymbolTable(Dwfl_Module* module) {
  const std::vector<Symbol> symbols = Functions(module);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const Symbol& symbol = symbols[i];
    std::uint64_t high = symbol.high;
    if (high == symbol.low) {
      high = symbol.low + kUnsizedReach;
      if (i + 1 < symbols.size()) high = std::min(high, symbols[i + 1].low);
    }
    functions_.Add(symbol.low, high, symbol.name);
  }
  functions_.Sort();
}

const char* SymbolTable::At(std::uint64_t address) {
  const char* const* name = functions_.Find(address);
  return name == nullptr ? nullptr : *name;
}

}  // namespace memprof
