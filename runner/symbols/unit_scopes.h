// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_UNIT_SCOPES_H_
#define MEMPROF_RUNNER_SYMBOLS_UNIT_SCOPES_H_

#include <elfutils/libdw.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memprof {

/// What has a qualified name in one unit of the debug information, with the scope it stands in:
/// namespaces, types, functions, and the variables that may live in static storage. Read in one
/// pass.
class UnitScopes {
 public:
  static constexpr std::uint32_t kUnit = UINT32_MAX;  ///< the parent of what is outermost

  struct Entity {
    Dwarf_Die die;
    std::uint32_t parent;  ///< index of an entity, or kUnit
    int tag;
  };

  /// `unit` is the unit's own entry: of a split unit the one that holds its functions.
  explicit UnitScopes(const Dwarf_Die& unit);

  /// In the order of the debug information, parents before what is in them.
  const std::vector<Entity>& entities() const { return entities_; }

  /// The entity that is `die`; null when it is none.
  const Entity* Find(const Dwarf_Die& die) const;

  /// What `entity` stands in; null for the unit.
  const Entity* ParentOf(const Entity& entity) const {
    return entity.parent == kUnit ? nullptr : &entities_[entity.parent];
  }

 private:
  std::vector<Entity> entities_;
};

/// All units of `dwarf`: of those that are split, the one that holds the functions.
std::vector<Dwarf_Die> UnitsOf(Dwarf* dwarf);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_UNIT_SCOPES_H_
