// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/plugin_choice.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace memprof {
namespace {

Error CannotPreload(const BinaryFacts& facts, const std::string& what, std::string hint) {
  return Error{
      ErrorKind::kUnsupported,
      fmt::format("{} {}, so libmemprof.so cannot be preloaded, and it is not linked in either",
                  facts.path, what),
      std::move(hint)};
}

}  // namespace

std::string PrivilegesGained(unsigned mode, unsigned owner, unsigned group, bool has_capabilities,
                             unsigned our_user, unsigned our_group) {
  if ((mode & S_ISUID) != 0 && owner != our_user) return "setuid";
  if ((mode & S_ISGID) != 0 && (mode & S_IXGRP) != 0 && group != our_group) return "setgid";
  if (has_capabilities && our_user != 0) return "file capabilities";
  return "";
}

Result<PluginChoice> ChoosePlugin(const BinaryFacts& facts) {
  if (!facts.is_program) return PluginChoice::kFindOut;
  if (facts.links_plugin) {
    const bool moves_forward = facts.plugin_is_late && facts.privileges.empty();
    return moves_forward ? PluginChoice::kPreload : PluginChoice::kLinked;
  }
  if (!facts.has_gtest) return PluginChoice::kFindOut;
  if (!facts.foreign.empty()) {
    return CannotPreload(
        facts, "is " + facts.foreign,
        "Build the tests for the machine that this memprof was built for, or build "
        "memprof for theirs.");
  }
  if (facts.is_static) {
    return CannotPreload(facts, "is statically linked",
                         "Build the tests without -static (and -static-pie): a static program "
                         "loads no library, so nothing can count its memory.");
  }
  if (!facts.privileges.empty()) {
    return CannotPreload(
        facts, fmt::format("runs with other privileges ({})", facts.privileges),
        "The loader ignores LD_PRELOAD for such programs. Run a copy without them (cp drops them), "
        "or link the tests with memprof::gtest_main.");
  }
  return PluginChoice::kPreload;
}

std::vector<std::string> PreloadList(const BinaryFacts& facts, const std::string& plugin) {
  std::vector<std::string> libraries = facts.first_libraries;
  libraries.push_back(plugin);
  return libraries;
}

}  // namespace memprof
