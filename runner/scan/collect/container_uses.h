// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_USES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_USES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "runner/scan/collect/unit_index.h"
#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

/// Follows an expression that names a container outwards, until it is clear what the code does to
/// it: `m[k].push_back(x)` grows m by its key, and an element of m.
class ContainerUses {
 public:
  /// Both must outlive it.
  ContainerUses(const UnitIndex& index, ContainerFacts* facts) : index_(index), facts_(facts) {}

  /// What is done at `use`, a kName, kMember or kCall that stands for the slot.
  void Follow(std::uint32_t use, const std::string& slot);

 private:
  /// The expression that has been reached from the name.
  struct Reached {
    std::uint32_t node = 0;
    bool of_element = false;
    bool ends = false;
  };

  Reached Outwards(const Reached& from);
  Reached FromMember(const Reached& from, std::uint32_t member);
  Reached FromMethod(const Reached& from, std::uint32_t call);
  Reached FromCall(const Reached& from, std::uint32_t call);
  Reached FromOperator(const Reached& from, std::uint32_t call);
  Reached FromArgument(const Reached& from, std::uint32_t call);
  Reached FromBinary(const Reached& from, std::uint32_t binary);
  void Returned(const Reached& from, std::uint32_t statement);
  void Iterated(const Reached& from, std::uint32_t loop);
  void Bound(const Reached& from, std::uint32_t declaration, std::string_view type);
  void Bindings(std::uint32_t other);
  void Size(std::uint32_t call, bool is_empty);

  void Tell(ContainerUse use, std::uint32_t where, bool of_element, std::string_view text,
            bool once = false);
  void Alias(const std::string& slot, bool of_element);

  const UnitIndex& index_;
  ContainerFacts* facts_;
  std::uint32_t use_ = 0;
  std::string slot_;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_USES_H_
