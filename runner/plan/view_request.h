// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_VIEW_REQUEST_H_
#define MEMPROF_RUNNER_PLAN_VIEW_REQUEST_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace memprof {

/// The one question that each view answers.
enum class View { kLeaks, kHandles, kObjects, kLines, kPatterns, kRecommend, kDiagnose };

/// A source file as it is now.
struct ViewSource {
  std::string text;
  bool is_newer = false;  ///< written after the program whose code it is: lines may be others
};

/// What `memprof leaks`, `handles`, `objects`, `lines`, `patterns`, `recommend` or `diagnose` was
/// asked to show. Fields that a view does not take keep their defaults.
struct ViewRequest {
  View view = View::kLeaks;
  /// As typed: report.json files, directories that have one, or directories above such ones. Empty
  /// in a request for a running process.
  std::vector<std::string> paths;
  /// FILE of `lines`, FUNCTION of `patterns`, MODULE of `recommend`, TEST of `diagnose`; as typed,
  /// and empty where none was.
  std::string selector;
  std::string test_filter;  ///< in GoogleTest's syntax; empty: all tests
  /// Of `objects`: "type" or "site", one table alone; "count", both by the number of blocks; empty:
  /// both by bytes.
  std::string by;
  std::string at;          ///< "end" or "peak"; empty: both
  bool all = false;        ///< every row, and not the largest alone
  bool inclusive = false;  ///< of `lines`: figures with those of what is called from there
  std::string out;         ///< of `pid`: the directory that its report is kept in; empty: nowhere
  int pid = 0;             ///< of `objects`: a running process; 0: a result
  std::string format = "text";  ///< or "json"
  bool color = false;
  bool hyperlinks = false;
  std::size_t columns = 100;
  /// Where the sources lie; in a request that a view is given, absolute, and empty where it is not
  /// known.
  std::string source_root;
  /// Where the patches of the result lie, and where they apply, as RenderOptions has both; filled
  /// when the result is read.
  std::string fixes_directory;
  std::string patch_directory;
  /// Reads a file of the result, named as its frames have it; nothing where it cannot be read.
  /// Filled when the result is read; without it the report's excerpts are all there is.
  std::function<std::optional<ViewSource>(const std::string& file)> read_source = {};

  bool WantsJson() const { return format == "json"; }
};

/// Which names of a result a shell asks for, to complete a word.
struct CompletionRequest {
  View view = View::kLeaks;        ///< whose selector it is
  bool is_test = false;            ///< the word is a test, wherever it stands
  std::string prefix;              ///< of the word; may be empty
  std::vector<std::string> paths;  ///< as of a ViewRequest
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_VIEW_REQUEST_H_
