// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What stands for program_symbols.cc where memprof is built without libdw.
#include "runner/symbols/program_symbols.h"

namespace memprof {

struct ProgramSymbols::State {};

ProgramSymbols::ProgramSymbols(const RecordedTrace&, std::uint32_t, Options) {}
ProgramSymbols::~ProgramSymbols() = default;

void ProgramSymbols::UseEpoch(std::uint32_t) {}

std::optional<VariablePlace> ProgramSymbols::DataAt(std::uint64_t) { return {}; }

std::optional<VariablePlace> ProgramSymbols::ThreadLocalAt(std::uint64_t, std::uint64_t) {
  return {};
}

std::optional<VariablePlace> ProgramSymbols::StackAt(std::uint64_t, bool, std::int64_t) {
  return {};
}

const Variable& ProgramSymbols::VariableOf(VariableId) {
  static const Variable kNone;
  return kNone;
}

const TypeInfo& ProgramSymbols::Type(TypeId) {
  static const TypeInfo kNone;
  return kNone;
}

TypeId ProgramSymbols::TypeOfVirtualTable(std::uint64_t) { return kNoType; }

BlockType ProgramSymbols::AllocatedBy(std::uint32_t) { return {}; }

std::string ProgramSymbols::PlaceOf(std::uint32_t) { return {}; }

}  // namespace memprof
