// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_OBJECT_LIFETIMES_H_
#define MEMPROF_RUNNER_SCAN_RULES_OBJECT_LIFETIMES_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

/// Tells which classes have objects that live as long as the process, and whether code works on
/// such an object or on another one of the class. `facts` must outlive it.
///
/// A static or global variable lives long, and with it what it holds by value or by an owning
/// pointer, and its bases; unless it is given a new object now and then. A heuristic: it knows
/// classes, not single objects, and objects of one class may live differently.
class ObjectLifetimes {
 public:
  explicit ObjectLifetimes(const ContainerFacts& facts);

  bool LivesLong(std::string_view class_id) const;

  /// Whether the variable keeps what it was first given.
  bool KeepsObject(const std::string& variable_id, bool is_pointer) const;

  /// Whether what is done to a member in a function is done to an object that lives long, as far
  /// as it is known: what is not known counts as long.
  bool IsOfLongLived(const ObjectUsed& object, const std::string& function_id) const;

 private:
  bool IsReached(const ObjectUsed& object, const std::string& function_id,
                 std::set<std::string>* visited) const;

  std::map<std::string_view, std::vector<const HolderSet*>> sets_;
  std::map<std::string_view, std::vector<const CallMade*>> callers_;
  std::set<std::string, std::less<>> long_lived_;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_OBJECT_LIFETIMES_H_
