// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_KEEP_COMMENTS_H_
#define MEMPROF_RUNNER_SCAN_KEEP_COMMENTS_H_

#include <string>
#include <string_view>
#include <vector>

namespace memprof::scan {

/// A comment by which an author says that what the scan finds there is meant so:
///
///     std::map<Key, Value> table;  // memprof: keep – one entry a currency
///
/// or alone on a line above. Between `keep` and the reason stands a dash of any kind, or a colon.
struct KeepComment {
  int line = 0;        ///< of the comment
  int first_line = 0;  ///< of the code that it is for
  int last_line = 0;  ///< of that: of a comment above, where the statement below it begins and ends
  std::string reason;  ///< empty where it gives none: then it keeps nothing

  bool operator==(const KeepComment&) const = default;
};

/// All such comments of a C or C++ source. What stands in a string is none.
std::vector<KeepComment> KeepComments(std::string_view source);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_KEEP_COMMENTS_H_
