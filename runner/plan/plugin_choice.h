// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_PLUGIN_CHOICE_H_
#define MEMPROF_RUNNER_PLAN_PLUGIN_CHOICE_H_

#include <string>
#include <vector>

#include "runner/base/result.h"

namespace memprof {

/// What can be read off the file that is to be run, before it runs.
struct BinaryFacts {
  std::string path;           ///< as it was found, for messages
  bool is_program = false;    ///< an ELF file; else a script, or nothing that we can read
  bool links_plugin = false;  ///< it or one of its libraries asks for memprof
  /// The loader puts it behind libc, as where a shared helper library alone links to it: then libc
  /// answers malloc, unless libmemprof.so is preloaded too.
  bool plugin_is_late = false;
  bool has_gtest = false;  ///< GoogleTest is in it, or among its libraries
  /// Only a GoogleTest built with GTEST_CAN_STREAM_RESULTS_ can tell us of its tests; true also
  /// where it is a library's and was not looked at.
  bool may_stream = true;
  bool is_static = false;
  std::string
      foreign;  ///< why our library cannot be loaded into it: "a 32-bit program"; else empty
  /// Why the loader ignores LD_PRELOAD: "setuid", "setgid", "file capabilities"; else empty.
  std::string privileges;
  /// Sanitizer runtimes that it links to: they insist on being the first library.
  std::vector<std::string> first_libraries;
};

/// Whether a set-user-id or set-group-id bit takes effect: the loader drops LD_PRELOAD only where
/// the program gets another identity than ours. File capabilities matter to all but root.
std::string PrivilegesGained(unsigned mode, unsigned owner, unsigned group, bool has_capabilities,
                             unsigned our_user, unsigned our_group);

/// How the plugin comes into the test process.
enum class PluginChoice {
  kLinked,   ///< it is there
  kPreload,  ///< the program is a GoogleTest binary without it, or with it behind libc
  /// A script, `env`, an emulator …: what it starts shows when it runs. First as it is, and if the
  /// plugin does not speak, again with it preloaded.
  kFindOut,
};

/// Errors: kUnsupported, for a GoogleTest binary that has no plugin and can get none; which it is,
/// and what to do.
Result<PluginChoice> ChoosePlugin(const BinaryFacts& facts);

/// What LD_PRELOAD is to hold, without the user's own.
std::vector<std::string> PreloadList(const BinaryFacts& facts, const std::string& plugin);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_PLUGIN_CHOICE_H_
