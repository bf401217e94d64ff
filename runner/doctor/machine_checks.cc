// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/doctor/machine_checks.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// A run of a suite with a thousand tests leaves a few MiB; traces and snapshots are larger.
constexpr std::int64_t kLittleSpace = std::int64_t{256} << 20;
constexpr std::int64_t kNoSpace = std::int64_t{8} << 20;
/// The trace reserves address space by the gigabyte: see gtest_plugin/README.md.
constexpr std::int64_t kAddressSpaceOfTrace = std::int64_t{16} << 30;
/// A leak of a descriptor a run is followed for 48 runs before it is called one.
constexpr std::int64_t kFewFiles = 256;
constexpr int kCtestMajor = 3;
constexpr int kCtestMinor = 25;

std::vector<std::string> CureOf(const Error& error) {
  return error.hint.empty() ? std::vector<std::string>() : std::vector<std::string>{error.hint};
}

Check JudgePlugin(const MachineFacts& facts) {
  Check check = {"plugin", "libmemprof.so"};
  check.essential = true;
  if (!facts.plugin) {
    check.state = CheckState::kMissing;
    check.seen = facts.plugin.error().message;
    check.loses = "tests that memprof is not linked into";
    check.cures = CureOf(facts.plugin.error());
    return check;
  }
  check.seen = fmt::format("{} was loaded into a program", facts.plugin.value());
  if (facts.plugin_version.empty()) return check;
  check.seen += ", version " + facts.plugin_version;
  if (facts.plugin_version == MEMPROF_VERSION) return check;
  check.state = CheckState::kLimited;
  check.loses = fmt::format("what it does not know of yet: this memprof is {}", MEMPROF_VERSION);
  check.cures = {"install both from one package, or name the library of this one with --plugin"};
  return check;
}

Check JudgePtrace(const PtraceTrial& trial) {
  Check check = {"ptrace", "ptrace"};
  const int error = trial.of_permitted != 0 ? trial.of_permitted : trial.of_child;
  if (error == 0) {
    check.seen = "a process stopped its child, and one its parent that permitted it";
    return check;
  }
  check.seen =
      fmt::format("a process could not stop {}: {}",
                  trial.of_permitted != 0 ? "its parent, which had permitted it" : "its own child",
                  std::strerror(error));
  if (trial.is_filtered) check.seen += "; this process runs under a seccomp filter";
  if (trial.yama_scope >= 0) {
    check.seen += fmt::format("; kernel.yama.ptrace_scope is {}", trial.yama_scope);
  }
  if (trial.of_permitted != 0) {
    check.state = CheckState::kMissing;
    check.loses =
        "LeakSanitizer does not run; heap snapshots stop threads by signals instead, and not all "
        "of them, so that less is said to be lost";
  } else {
    check.state = CheckState::kLimited;
    check.loses = "the stacks of a test that hangs";
  }
  if (trial.yama_scope >= 2) check.cures.push_back("sudo sysctl kernel.yama.ptrace_scope=1");
  if (trial.is_filtered || trial.yama_scope < 2) {
    check.cures.push_back(
        "in a container: docker run --cap-add=SYS_PTRACE, or --security-opt seccomp=unconfined");
  }
  return check;
}

Check JudgeValgrind(const ToolTrial& trial) {
  const bool is_none = trial.name == "none";
  Check check = {"valgrind." + (is_none ? "fds" : trial.name), "Valgrind's " + trial.name};
  if (is_none) check.title = "Valgrind's list of descriptors";
  if (trial.said) {
    check.seen = trial.said.value();
    return check;
  }
  check.state = CheckState::kMissing;
  check.seen = trial.said.error().message;
  check.loses = trial.name == "massif" ? "what a peak and growth are made of, by a second witness"
                : trial.name == "dhat" ? "memory that is copied for nothing or never touched"
                                       : "who opened descriptors that no hooked call opened";
  check.cures = CureOf(trial.said.error());
  if (trial.said.error().kind == ErrorKind::kNotFound) {
    check.cures = {"sudo apt-get install valgrind"};
  }
  return check;
}

Check JudgeLsan(const Result<std::string>& lsan) {
  Check check = {"lsan", "LeakSanitizer, preloaded"};
  if (lsan) {
    check.seen = lsan.value();
    return check;
  }
  check.state = CheckState::kMissing;
  check.seen = lsan.error().message;
  check.loses = "whether memory is lost by a second witness: the heap snapshot alone tells";
  check.cures = CureOf(lsan.error());
  if (lsan.error().kind == ErrorKind::kNotFound) {
    check.cures = {"sudo apt-get install liblsan0, or name one with --lsan-library"};
  }
  return check;
}

Check JudgeDirectory(const DirectoryFacts& facts, std::string id, std::string title,
                     const std::string& option) {
  Check check = {std::move(id), std::move(title)};
  check.essential = true;
  const std::string room = HumanBytes(facts.free_bytes) + " free";
  check.seen = facts.existing == facts.path
                   ? fmt::format("a file was made in {}; {}", facts.path, room)
                   : fmt::format("{} can be made below {}; {}", facts.path, facts.existing, room);
  if (facts.why_not.empty() && facts.free_bytes >= kLittleSpace) return check;
  check.cures = {option};
  if (!facts.why_not.empty()) {
    check.state = CheckState::kMissing;
    check.seen = fmt::format("no file can be made in {}: {}", facts.existing, facts.why_not);
    check.loses = "everything: there is no place for records";
    return check;
  }
  check.state = facts.free_bytes < kNoSpace ? CheckState::kMissing : CheckState::kLimited;
  check.loses = "records that find no room: they are told as lost";
  check.cures.push_back("make room on that disk");
  return check;
}

Check JudgeProc(const std::vector<std::string>& unreadable) {
  Check check = {"proc", "/proc"};
  check.seen = "what the tracker reads of its own process is readable";
  if (unreadable.empty()) return check;
  check.state = CheckState::kLimited;
  check.seen = fmt::format("not readable: {}", fmt::join(unreadable, ", "));
  check.loses = "descriptors, threads and heap snapshots, as far as they come from there";
  check.cures = {"mount -t proc proc /proc in the chroot or container that this is"};
  return check;
}

Check JudgePreload(const std::string& preload) {
  Check check = {"ld-preload", "LD_PRELOAD"};
  check.seen = "not set";
  if (preload.empty()) return check;
  check.state = CheckState::kLimited;
  check.seen = "set to " + preload;
  check.loses =
      "nothing by itself: it stays, behind memprof's own libraries, and what it allocates counts "
      "for the tests";
  check.cures = {"unset LD_PRELOAD, unless the tests need it"};
  return check;
}

Check JudgeLimits(const MachineFacts& facts) {
  Check check = {"limits", "limits (ulimit)"};
  check.seen = fmt::format("open files: {}; address space: {}",
                           facts.open_files ? fmt::format("{}", *facts.open_files) : "unlimited",
                           facts.address_space ? HumanBytes(*facts.address_space) : "unlimited");
  if (facts.open_files && *facts.open_files < kFewFiles) {
    check.state = CheckState::kLimited;
    check.loses = "descriptors that a test keeps cannot be followed for many runs";
    check.cures.push_back("ulimit -n 1024");
  }
  if (facts.address_space && *facts.address_space < kAddressSpaceOfTrace) {
    check.state = CheckState::kLimited;
    if (!check.loses.empty()) check.loses += "; ";
    check.loses += "the full trace needs 16 GiB of address space to reserve, so stacks are missing";
    check.cures.push_back("ulimit -v unlimited");
  }
  return check;
}

Check JudgeCtest(const Result<std::string>& ctest) {
  Check check = {"ctest", "CTest"};
  if (!ctest) {
    check.state = CheckState::kMissing;
    check.seen = ctest.error().message;
    check.loses = "nothing of `memprof run`; `ctest -L memprof` needs it";
    check.cures = {"sudo apt-get install cmake"};
    return check;
  }
  check.seen = ctest.value();
  int major = 0;
  int minor = 0;
  const std::size_t digits = check.seen.find_first_of("0123456789");
  char point = 0;
  std::istringstream version(digits == std::string::npos ? "" : check.seen.substr(digits));
  version >> major >> point >> minor;
  if (major > kCtestMajor || (major == kCtestMajor && minor >= kCtestMinor)) return check;
  check.state = CheckState::kLimited;
  check.loses = "memprof_discover_tests: it needs 3.25 or later";
  if (major == 0) {
    check.cures = {"see why `ctest --version` does not tell its version; `memprof run` needs none"};
    return check;
  }
  check.cures = {"take a newer CMake; `memprof run` needs none"};
  return check;
}

Check JudgeReader(bool reads) {
  Check check = {"libdw", "reader of debug information"};
  check.seen = "this memprof was built with libdw";
  if (reads) return check;
  check.state = CheckState::kLimited;
  check.seen = "this memprof was built without libdw";
  check.loses = "lines, types and the variables that hold memory";
  check.cures = {"sudo apt-get install libdw-dev, and build memprof again"};
  return check;
}

}  // namespace

std::vector<Check> JudgeMachine(const MachineFacts& facts) {
  std::vector<Check> checks = {
      JudgePlugin(facts),
      JudgeDirectory(facts.out, "output", "output directory", "name another one with --out"),
      JudgeDirectory(facts.temporary, "temporary", "temporary directory",
                     "set TMPDIR to another one"),
      JudgePtrace(facts.ptrace),
      JudgeLsan(facts.lsan),
  };
  for (const ToolTrial& trial : facts.valgrind) checks.push_back(JudgeValgrind(trial));
  checks.push_back(JudgeReader(facts.reads_debug_information));
  checks.push_back(JudgeProc(facts.unreadable_proc));
  checks.push_back(JudgePreload(facts.user_preload));
  checks.push_back(JudgeLimits(facts));
  checks.push_back(JudgeCtest(facts.ctest));
  return checks;
}

}  // namespace memprof
