// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What stands for module_symbols.cc where memprof is built without libdw.
#include "runner/symbols/module_symbols.h"

namespace memprof {

struct ModuleSymbols::State {};

ModuleSymbols::ModuleSymbols(const std::string&, ModuleDetail) {}
ModuleSymbols::~ModuleSymbols() = default;

bool ModuleSymbols::Supported() { return false; }

Stack ModuleSymbols::Resolve(std::uint64_t) { return {}; }

const std::string& ModuleSymbols::FunctionAt(std::uint64_t) {
  static const std::string kNone;
  return kNone;
}

bool ModuleSymbols::is_open() const { return false; }
std::string ModuleSymbols::BuildId() const { return {}; }
std::pair<std::uint64_t, std::uint64_t> ModuleSymbols::Loaded() const { return {0, 0}; }
ModuleSymbols::Found ModuleSymbols::DebugInformation() { return Found::kNone; }

}  // namespace memprof
