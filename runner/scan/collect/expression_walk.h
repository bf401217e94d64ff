// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_EXPRESSION_WALK_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_EXPRESSION_WALK_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/collect/path_walk.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// What a path knows where it has come to.
struct PathState {
  enum class Status { kNone, kHeld, kDone };
  Status status = Status::kNone;
  std::set<HandedTo> handed;
  std::set<std::string> called;
  std::map<std::string, bool> known;  ///< conditions, by their keys

  auto operator<=>(const PathState&) const = default;
};

using PathStates = std::set<PathState>;

/// Where a condition holds, and where it does not.
struct PathBranches {
  PathStates yes;
  PathStates no;
};

PathStates Joined(PathStates left, PathStates right);

/// As if nothing had been acquired.
PathStates Dropped(const PathStates& states);

/// What expressions do with the resource of WalkPaths. Which expressions are reached, and what
/// becomes of the ways out of them, is for the walk over statements that derives from this.
class ExpressionWalk {
 public:
  ExpressionWalk(const ExpressionWalk&) = delete;
  ExpressionWalk& operator=(const ExpressionWalk&) = delete;

 protected:
  /// All must outlive this; `tracked` may be null.
  ExpressionWalk(const SyntaxUnit& unit, const AcquireTable& table, const Tracked* tracked)
      : unit_(unit), table_(table), tracked_(tracked) {}
  ~ExpressionWalk() = default;

  /// A statement within an expression.
  virtual PathStates Statement(std::uint32_t index, PathStates in) = 0;

  PathStates Expression(std::uint32_t index, PathStates in);
  PathBranches Condition(std::uint32_t index, PathStates in);

  /// To be called first: conditions that stand once in the function need not be remembered.
  void CountConditions(std::uint32_t function);
  void Leave(const PathStates& states, WayOut::How how, const Place& place);
  /// Gives up where there are too many.
  PathStates Limited(PathStates states);
  bool IsBelow(std::uint32_t index, std::uint32_t above) const;

  const SyntaxUnit& unit_;
  const AcquireTable& table_;
  const Tracked* const tracked_;
  std::vector<PathStates> thrown_;  ///< of the try blocks around
  std::set<WayOut> ways_out_;
  bool forgets_ = false;  ///< a loop's body may have changed what was known of its condition
  Walked walked_;

 private:
  PathStates Operation(std::uint32_t index, PathStates in);
  bool Mentions(std::uint32_t index) const;
  PathStates Acquired(const PathStates& in);
  PathStates Forgotten(std::uint32_t index, PathStates in) const;
  PathStates Named(std::uint32_t index, PathStates in);
  bool IsNamedRelease(std::uint32_t index) const;
  PathStates Assigned(std::uint32_t index, const PathStates& in);
  PathStates Thrown(std::uint32_t index, const PathStates& in);
  PathStates Called(std::uint32_t index, PathStates in) const;

  std::map<std::string, int> condition_counts_;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_EXPRESSION_WALK_H_
