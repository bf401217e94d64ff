// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_CALL_FREQUENCY_H_
#define MEMPROF_RUNNER_SCAN_RULES_CALL_FREQUENCY_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

/// Tells code that runs once in a process (or once for each object) from code that may run again
/// and again. `facts` must outlive it.
///
/// Initialisers of statics, main outside of loops, and functions that are called by such code alone
/// run once. A function that nothing calls is somebody else's to call, again and again; unless its
/// name says that it sets up or registers, as what static initialisers of other programs call, or
/// initialisers of statics are seen to call the same code by another way. Nor is a constructor that
/// nothing calls known to run at all.
class CallFrequency {
 public:
  explicit CallFrequency(const ContainerFacts& facts);

  /// `own_class`: constructors of this class count as once, for they make the object that is
  /// talked of; empty: none.
  bool RunsOnce(const CodePlace& at, std::string_view own_class) const;

 private:
  /// Whether some way to it begins at an initialiser of a static outside of functions.
  bool IsForStatics(const std::string& function_id, std::set<std::string>* visited) const;

  /// `registers`: functions that nothing calls do not count.
  bool IsCalledOnce(const std::string& function_id, std::string_view own_class, bool registers,
                    std::set<std::string>* visited) const;

  bool IsSetup(const std::string& function_id) const;

  const ContainerFacts& facts_;
  std::map<std::string_view, std::vector<const CallMade*>> callers_;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_CALL_FREQUENCY_H_
