// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_USER_CODE_H_
#define MEMPROF_RUNNER_ANALYZE_USER_CODE_H_

#include <string>
#include <string_view>

#include "runner/analyze/framework_place.h"
#include "runner/base/frame.h"

namespace memprof {

/// Tells the user's own code from libraries', and GoogleTest's from both: by where files and
/// modules lie, and by names only where neither is known. It exists because a finding's location is
/// the user's line, and because what GoogleTest keeps of results is no leak of the test.
///
/// Files and modules are compared as text, so links in what is given here must be resolved.
class UserCode {
 public:
  struct Places {
    std::string source_root;  ///< absolute; empty when unknown
    std::string executable;   ///< path of the test program's module
    /// Libraries below it are the user's. Empty when unknown: then those are that lie neither in
    /// the system's directories nor below /usr and /opt.
    std::string build_root;
    FrameworkPlace framework;
  };

  explicit UserCode(Places places);

  /// Whether the frame is the user's code: its file lies below the source root, or its module is
  /// the user's and the file neither GoogleTest's nor a system header. A frame without a file in a
  /// module of the user's is, unless its name is the standard library's or GoogleTest's.
  bool Is(const Frame& frame) const;

  /// Where a report points to: the innermost frame below the source root; if there is none, the
  /// innermost with a file in a module of the user's; at last the innermost without. Null when
  /// there is none of these inside of what calls the tests. The result points into `stack`.
  const Frame* Locate(const Stack& stack) const;

  /// Whether a block with this stack is GoogleTest's own: the innermost frame that is neither the
  /// standard library's nor a system library's is GoogleTest's code, as for results of assertions,
  /// recorded properties and expectations of mocks. Where GoogleTest itself is tested, only what it
  /// puts into the result of the running test is.
  ///
  /// A heuristic that fails where the compiler made the user's call a jump (its frame is missing)
  /// within a function that GoogleTest calls, but for a test's own functions, which are known.
  bool IsFrameworkOwn(const Stack& stack) const;

 private:
  /// From the best place for a report to the worst.
  enum class Kind {
    kBelowRoot,
    kOwnModule,
    kOwnModuleWithoutFile,
    kLibrary,
    kStandard,  ///< standard library, libc, and other libraries of the system
    kFramework,
  };

  Kind KindOf(const Frame& frame) const;
  bool IsFramework(const Frame& frame) const;
  bool IsOwnModule(std::string_view module) const;

  Places places_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_USER_CODE_H_
