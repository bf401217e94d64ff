// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_ROOT_HOLDERS_H_
#define MEMPROF_RUNNER_ANALYZE_ROOT_HOLDERS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/member_path.h"
#include "runner/analyze/program_types.h"
#include "runner/analyze/site_retention.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Which variable, thread or module each root word of a snapshot belongs to. Names are asked for
/// when a word is, for a stack has thousands of words that matter to nobody.
class RootHolders {
 public:
  /// All must outlive the object.
  RootHolders(const HeapSnapshot& snapshot, const RecordedTrace& trace, ProgramTypes& types,
              MemberPaths& members);

  /// The number of the word's holder: the same for all words of one member of one variable, a
  /// thread-local one in all threads, and of the threads of one name. Numbers count from 0.
  std::uint32_t Of(std::uint32_t root);

  /// The member of the variable that the word is in; nothing is known of it when there is no
  /// variable with a type.
  const MemberPlace& PlaceOf(std::uint32_t root);

  /// Without its retained bytes.
  const Holder& operator[](std::uint32_t holder) const { return holders_[holder]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(holders_.size()); }

 private:
  /// What a word is in: a variable, or where none is known a module's data, a frame, a thread.
  struct Found {
    Holder::Kind kind = Holder::Kind::kData;
    std::optional<VariablePlace> place;
    std::uint32_t thread = UINT32_MAX;  ///< of the kinds that belong to one
    std::uint32_t module = UINT32_MAX;  ///< of data without a variable: index into modules_
    bool is_thread_data = false;        ///< in no module's thread-local storage
  };
  struct LoadedModule {
    std::uint64_t begin;
    std::uint64_t end;
    std::string path;
  };

  Found Find(const record::RootWord& word);
  void FindData(const record::RootWord& word, Found& found);
  void FindThreadLocal(const record::RootWord& word, Found& found);
  void FindStack(const record::RootWord& word, Found& found);
  const MemberPlace& MemberOf(const Found& found);
  Holder Describe(const Found& found);
  void DescribeVariable(const Variable& variable, const MemberPlace& member, Holder& holder);
  std::string ThreadName(std::uint32_t thread) const;

  const HeapSnapshot& snapshot_;
  ProgramTypes& types_;
  MemberPaths& members_;
  std::vector<LoadedModule> modules_;
  std::uint32_t main_thread_ = 0;
  std::vector<Holder> holders_;
  std::vector<std::uint32_t> of_root_;  ///< what Of() said
  std::map<std::string, std::uint32_t> numbers_;
  /// The variable that was found last covers [begin, end): words come by address.
  struct {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    VariableId variable = 0;
  } last_;
};

/// What makes a holder the same in two snapshots: a text that nobody reads.
std::string HolderKey(const Holder& holder);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_ROOT_HOLDERS_H_
