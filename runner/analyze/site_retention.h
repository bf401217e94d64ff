// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_SITE_RETENTION_H_
#define MEMPROF_RUNNER_ANALYZE_SITE_RETENTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace memprof {

/// What holds memory from outside the heap.
struct Holder {
  enum class Kind {
    kGlobal,
    kClassStatic,
    kFunctionStatic,
    kThreadLocal,
    kStack,     ///< a local variable, or a frame
    kRegister,  ///< and nothing else
    kMapping,   ///< an anonymous mapping that is not the allocator's
    kData,      ///< a module's data that no symbol names
  };
  Kind kind = Kind::kGlobal;
  /// "alma::consolidation_cache", "intern()::seen", and with the member that holds it where the
  /// variable has members of the user's: "app::state.sessions". Empty when it has no name.
  std::string symbol;
  std::string type;  ///< of what `symbol` names, for people; empty when unknown
  std::string file;  ///< of the declaration, as the debug information has it
  int line = 0;
  std::string function;  ///< of kFunctionStatic and kStack
  std::string thread;    ///< of kThreadLocal, kStack, kRegister: "main thread", "thread worker"
  std::string module;    ///< path of the file whose data it is; empty for other kinds
  /// Whether it belongs to GoogleTest, the C or C++ library or another library of the system.
  bool is_foreign = false;
  /// Requested bytes that would be free without it, itself not counted (its dominated set), at each
  /// snapshot, as SiteRetention::iterations has them. A member's, where `symbol` names a member.
  std::vector<std::int64_t> retained_bytes;
  bool operator==(const Holder&) const = default;
};

/// One step from the holder towards the memory. Steps of the same kind in a row, as the nodes of a
/// list or tree, are one step.
struct PathStep {
  std::string through;      ///< the member of the step before that points here: "cache_.entries"
  std::string type;         ///< of the blocks, for people: "std::_Rb_tree_node<…>"; never empty
  std::string made_at;      ///< "cache.cc:31": where such blocks are made, when the type is unknown
  std::int64_t blocks = 0;  ///< on this path, in the last snapshot
  std::int64_t bytes = 0;
  bool operator==(const PathStep&) const = default;
};

/// Blocks of a site that are held in the same way.
struct RetentionPath {
  Holder holder;
  std::vector<PathStep> steps;  ///< from the holder on; the last has the site's own blocks
  std::int64_t blocks = 0;      ///< of the site
  std::int64_t bytes = 0;
  /// Of the site's on this path, at each snapshot.
  std::vector<std::int64_t> bytes_at;
  /// Every pointer chain to it uses a word that may be no pointer; see record::WeakBits.
  bool is_weak = false;
  /// It is weak, and by words behind the end of a block alone: most of these are the allocator's.
  bool is_past_end = false;
  std::string weak_how;  ///< "a pointer with tag bits in its upper 16 bits"; empty when not weak
  bool operator==(const RetentionPath&) const = default;
};

/// Blocks that refer to each other in a circle and that nothing outside of them refers to.
struct OwnershipCycle {
  struct Step {
    std::string type;    ///< "chat::Session"; a closure is "closure at chat.cc:31"
    std::string member;  ///< of it, that refers to the next: "connection"; empty when unknown
    bool operator==(const Step&) const = default;
  };
  std::vector<Step> steps;  ///< the owner first; the last refers to the first again
  /// The member to weaken, of the last step: "chat::Connection::session", or "the capture
  /// `session` of the closure at chat.cc:31". Empty when no member is known.
  std::string weaken;
  std::string weaken_type;  ///< of that member: "std::shared_ptr<chat::Session>"
  std::string file;         ///< of the class with the member
  int line = 0;             ///< of the member; of a closure that of its class
  bool is_closure = false;  ///< `weaken` is a capture
  std::int64_t count = 0;   ///< such circles in the last snapshot
  std::int64_t bytes = 0;   ///< of their blocks, and of what only they hold
  bool operator==(const OwnershipCycle&) const = default;
};

/// Why the blocks of one call are still there, by the heap snapshots.
struct SiteRetention {
  /// No snapshot, or none with the site's blocks: a clause. Empty when it was measured.
  std::string not_measured = "no heap snapshot was taken";
  /// The snapshot does not show everything that may refer to a block, and why; nothing is lost
  /// then.
  std::string why_partial;
  std::vector<int> iterations;  ///< that the snapshots were taken at the end of, from 0
  std::int64_t blocks = 0;      ///< of the site, in the last snapshot
  std::int64_t bytes = 0;
  /// Of them, those that nothing refers to, not even a weak word.
  std::int64_t lost_blocks = 0;
  std::int64_t lost_bytes = 0;
  /// Of `lost_blocks`, those that another lost block refers to ("indirect").
  std::int64_t indirect_blocks = 0;
  /// Of `lost_blocks`, those that are on no circle of owners, told or not, nor held by one.
  std::int64_t outside_circles = 0;
  /// Blocks that only a stack or a register refers to, which may be a stale word.
  std::int64_t stack_only_blocks = 0;
  std::vector<RetentionPath> paths;     ///< most bytes first; the largest few
  std::int64_t other_paths = 0;         ///< so many more, with fewer bytes
  std::optional<OwnershipCycle> cycle;  ///< that holds most of the lost bytes
  bool measured() const { return not_measured.empty(); }
  bool operator==(const SiteRetention&) const = default;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_SITE_RETENTION_H_
