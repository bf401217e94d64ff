// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_RUN_OPTIONS_H_
#define MEMPROF_RUNNER_PLAN_RUN_OPTIONS_H_

#include <string>
#include <utility>
#include <vector>

#include "runner/diagnose/thresholds.h"
#include "runner/plan/reporting.h"

namespace memprof {

/// Which part of a run to do. CTest asks for the parts one by one; a person asks for all.
enum class Stage { kAll, kScreen, kTest, kReport };

/// Where a run by a person is to end: `--only`.
enum class Only { kEverything, kScreen, kTrace };

/// What `memprof run` was asked to do.
struct RunOptions : Reporting {
  RunOptions() {
    out = "memprof-out";
    formats = DefaultFormats();
  }

  std::vector<std::string> command;  ///< the test binary, with whatever stands before and after it
  std::string filter;                ///< GoogleTest's syntax; empty: the user's own flags decide
  int repeat = 0;                    ///< iterations of the screen; 0: the user's own flags decide
  int jobs = 0;                      ///< reruns at once; 0: one a core
  double timeout_s = 0;  ///< 0: 300 s without progress in the screen, the rule for reruns
  std::vector<std::string> tools = {"lsan", "massif"};
  Only only = Only::kEverything;
  bool isolate = false;  ///< the screen runs each test in a process of its own
  bool waste = true;     ///< also what the tests allocate for nothing
  std::string plugin;    ///< libmemprof.so to preload; empty: the one that came with this driver
  /// Libraries to preload into every test process, libmemprof.so among them, which then marks the
  /// tests by GoogleTest's stream. Empty where memprof is linked in. The screen finds it out.
  std::vector<std::string> preload;
  std::string user_preload;               ///< LD_PRELOAD as the user has it; ours go before
  std::vector<std::string> lsan_preload;  ///< the same into `lsan_binary`
  std::string lsan_binary;                ///< the same tests built with -fsanitize=leak
  std::string lsan_library = "liblsan.so.0";
  /// The sanitizer whose runtime answers malloc in the tests' process ("AddressSanitizer"), so that
  /// neither Valgrind nor another LeakSanitizer can. Empty where there is none, and before the
  /// screen finds it out.
  std::string sanitizer;
  std::string valgrind = "valgrind";
  std::vector<std::pair<std::string, std::string>> path_map;
  /// Files of C functions that acquire and release: pair tables. "known" is the one that comes with
  /// memprof.
  std::vector<std::string> pairs;
  std::string pairs_file;  ///< all of them together, for the plugin; the screen makes it
  /// Functions that acquire, of the tables that the user wrote: those that the user expects to see.
  std::vector<std::string> named_acquires;
  bool with_scan = false;  ///< the source is read too, before the tests run
  std::string scan_build;  ///< its compile_commands.json or directory; empty: the nearest
  Thresholds thresholds;

  bool live_progress = false;  ///< stderr takes a line that is written over

  Stage stage = Stage::kAll;
  std::string test;  ///< full name, with Stage::kTest

  /// Whether that runtime looks for leaks itself. With a twin the twin's does, or the preloaded
  /// one.
  bool SanitizerFindsLeaks() const {
    return sanitizer == "AddressSanitizer" || sanitizer == "LeakSanitizer" ||
           sanitizer == "HWAddressSanitizer";
  }

  bool Uses(const std::string& tool) const {
    for (const std::string& name : tools) {
      if (name == tool) return true;
    }
    return false;
  }
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_RUN_OPTIONS_H_
