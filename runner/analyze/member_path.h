// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_MEMBER_PATH_H_
#define MEMPROF_RUNNER_ANALYZE_MEMBER_PATH_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "runner/analyze/program_types.h"

namespace memprof {

/// What a pointer at some place within an object means for who owns what.
enum class LinkKind {
  kUnknown,  ///< no pointer is known to be there
  kRaw,      ///< a plain pointer of the user's, taken for one that owns nothing
  kOwning,   ///< within a class of the library: unique_ptr, a container, a function …
  kShared,   ///< within a shared_ptr, or a smart pointer of the user's
  kWeak,     ///< within a weak_ptr
  kNode,     ///< of a list, tree or hash table: to the next node, or back to the container
};

/// The member of an object that covers some offset.
struct MemberPlace {
  /// "cache_.entries": the user's members from the outermost on. Members of library classes have no
  /// part in it but `first` and `second` of a pair without members of the user's behind them. Empty
  /// when no such member covers the offset.
  std::string path;
  TypeId type = kNoType;     ///< of what `path` names; without path what was asked about, or the
                             ///< element of the array that it is
  TypeId owner = kNoType;    ///< the class that declares the last member of `path`
  int line = 0;              ///< of that declaration; 0 when unknown
  TypeId pointee = kNoType;  ///< what the pointer right at the offset points to
  LinkKind link = LinkKind::kUnknown;
  bool in_vector = false;  ///< the pointer is to the elements of a std::vector
  bool in_deque = false;
};

/// Finds members by offsets, and remembers what it found, for the same few places are asked for
/// again and again.
class MemberPaths {
 public:
  /// `types` must outlive the object.
  explicit MemberPaths(ProgramTypes& types) : types_(types) {}

  /// The member of an object of `type` whose pointer is `offset` bytes from its beginning. Of an
  /// array, and where the offset lies behind the type's end (an array of as many as fit), of the
  /// element. Among members of a union the first with a pointer there. The reference stays valid.
  const MemberPlace& At(TypeId type, std::uint64_t offset);

 private:
  ProgramTypes& types_;
  std::map<std::pair<TypeId, std::uint64_t>, MemberPlace> found_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_MEMBER_PATH_H_
