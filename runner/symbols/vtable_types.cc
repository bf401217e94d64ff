// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/vtable_types.h"

#include <optional>

namespace memprof {

TypeId VtableTypes::At(std::uint64_t address, std::uint32_t epoch) {
  const std::optional<ModulePlace> place = modules_.At(address, epoch);
  if (!place) return kNoType;
  const auto [known, is_new] = known_.try_emplace({place->file, place->offset});
  if (!is_new) return known->second;
  VtableIndex& index = indices_.try_emplace(place->file, *place->file).first->second;
  return known->second = types_.Named(index.ClassAt(place->offset));
}

}  // namespace memprof
