// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/program_facts.h"

#include <elf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "runner/execute/binary_facts.h"
#include "runner/execute/files.h"
#include "runner/execute/plugin_library.h"
#include "runner/execute/rerun.h"
#include "runner/execute/silence.h"
#include "runner/parse/elf_file.h"
#include "runner/parse/lsan_log.h"
#include "runner/plan/missing_tool.h"

namespace memprof {
namespace {

constexpr double kTrialSeconds = 60;
/// GoogleTest runs none for it, and calls that a success.
constexpr const char* kNoTest = "memprof_doctor.has_no_such_test";

std::string EnvironmentValue(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

class ProgramTrial {
 public:
  ProgramTrial(RunOptions options, const std::string& scratch)
      : options_(std::move(options)), scratch_(scratch) {}

  ProgramFacts Run() {
    facts_.name = options_.command[0];
    facts_.binary = InspectBinary(options_.command[0], scratch_);
    facts_.has_debuginfod = !EnvironmentValue("DEBUGINFOD_URLS").empty();
    facts_.process = Start();
    if (!facts_.process) return std::move(facts_);
    LookAtCode();
    const RecordedProcess& process = facts_.process.value();
    if (facts_.binary.first_libraries.empty() && !process.is_sanitizer()) {
      facts_.lsan = TryLsan();
      facts_.valgrind = TryMassif();
    }
    return std::move(facts_);
  }

 private:
  RunFiles Files(const char* purpose) const { return FilesFor(scratch_, purpose, kNoTest); }

  Rerun StartOnce() const {
    const RunFiles files = Files("start");
    // Where ExplainSilence() looks for what was printed.
    return RunPlanned(PlanRerun(options_, kNoTest, 1, 0, files), files, scratch_ + "/screen.log",
                      kTrialSeconds);
  }

  Result<RecordedProcess> Start() {
    const BinaryFacts& binary = facts_.binary;
    if (access(binary.path.c_str(), F_OK) != 0) {
      return Error{ErrorKind::kNotFound, "there is no " + facts_.name, "build it first"};
    }
    const Result<PluginChoice> choice = ChoosePlugin(binary);
    if (!choice) return choice.error();
    if (binary.is_program && !binary.has_gtest && !binary.links_plugin) {
      return Error{ErrorKind::kUnsupported,
                   "GoogleTest is neither in the program nor among its libraries, so it was not "
                   "started",
                   "name the test binary itself"};
    }
    Rerun rerun;
    if (*choice != PluginChoice::kPreload) {
      rerun = StartOnce();
      if (rerun.record && rerun.record->process) return *rerun.record->process;
    }
    if (*choice != PluginChoice::kLinked) {
      Result<PluginLibrary> plugin = FindPluginLibrary(options_.plugin);
      if (!plugin) return plugin.error();
      plugin_ = plugin.value();
      options_.preload = PreloadList(binary, plugin_.path);
      facts_.preloaded = true;
      rerun = StartOnce();
      if (rerun.record && rerun.record->process) return *rerun.record->process;
    }
    if (!rerun.end) return Error{ErrorKind::kProcess, rerun.why_not, ""};
    return ExplainSilence(options_, binary, *rerun.end, scratch_);
  }

  void LookAtCode() {
    // Of a script that starts the tests, the program that it ended up in.
    const std::string path =
        facts_.binary.is_program ? facts_.binary.path : facts_.process->executable;
    ModuleSymbols symbols(path);
    facts_.debug_information = symbols.DebugInformation();
    const Result<std::string> bytes = ReadFile(path);
    if (!bytes) return;
    const Result<ElfFile> elf = ParseElf(bytes.value());
    if (!elf || elf->machine != EM_X86_64) return;
    facts_.functions = LookAtFunctionStarts(bytes.value(), elf.value());
  }

  Result<std::string> TryLsan() const {
    const RunFiles files = Files("lsan");
    const RunPlan plan = PlanLsan(options_, kNoTest, 1, files, EnvironmentValue("LSAN_OPTIONS"),
                                  EnvironmentValue("LD_PRELOAD"));
    const Rerun rerun = RunPlanned(plan, files, files.tool_log + ".out", kTrialSeconds);
    if (!rerun.record || !rerun.record->process) return Failed(rerun, files.tool_log + ".out");
    if (!rerun.record->process->is_sanitizer()) return LsanNotLoaded(options_.lsan_library, "");
    if (rerun.record->leaks_found) return std::string("it checked the program for leaks");
    const Result<std::string> log =
        ReadFile(fmt::format("{}.{}", files.tool_log, rerun.record->process->hello.pid));
    if (log) {
      if (const Result<LsanLog> read = ParseLsanLog(log.value()); !read) return read.error();
    }
    return Failed(rerun, files.tool_log + ".out");
  }

  Result<std::string> TryMassif() const {
    const RunFiles files = Files("massif");
    const Rerun rerun = RunPlanned(PlanMassif(options_, kNoTest, 1, files), files,
                                   files.tool_log + ".out", kTrialSeconds);
    if (!rerun.end) return ValgrindNotInstalled(options_.valgrind, "");
    const bool ran = rerun.record && rerun.record->process &&
                     rerun.record->process->hello.heap_owner == record::kOwnerValgrind;
    if (ran) return std::string("massif ran the program");
    return Failed(rerun, files.tool_log);
  }

  static Error Failed(const Rerun& rerun, const std::string& log) {
    if (!rerun.end) return {ErrorKind::kProcess, rerun.why_not, ""};
    const std::string line = LastLines(log, 1);
    return {ErrorKind::kProcess,
            "the program " + rerun.end->Text() + (line.empty() ? "" : ": " + line),
            "leave the tool out with --tools, or build the tests without what it does not bear"};
  }

  RunOptions options_;
  const std::string& scratch_;
  PluginLibrary plugin_;  // keeps the name alive that options_.preload holds
  ProgramFacts facts_;
};

}  // namespace

ProgramFacts LookAtProgram(RunOptions options, const std::string& scratch) {
  return ProgramTrial(std::move(options), scratch).Run();
}

}  // namespace memprof
