// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/machine_facts.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/plugin_library.h"
#include "runner/execute/process.h"
#include "runner/execute/ptrace_trial.h"
#include "runner/parse/lsan_log.h"
#include "runner/plan/missing_tool.h"
#include "runner/symbols/module_symbols.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr double kTrialSeconds = 60;

/// A program that does nothing.
std::string Nothing() { return access("/bin/true", X_OK) == 0 ? "/bin/true" : "true"; }

std::string LineWith(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos) return "";
  const std::size_t begin = text.rfind('\n', at) + 1;  // npos + 1 is 0
  return text.substr(begin, text.find('\n', at) - begin);
}

/// A program's output, and how it ended.
struct Said {
  ProcessEnd end;
  std::string output;

  bool Succeeded() const { return end.how == ProcessEnd::How::kExited && end.code == 0; }
};

Result<Said> Ask(const std::vector<std::string>& arguments, const std::string& scratch,
                 std::vector<std::pair<std::string, std::string>> environment = {}) {
  Command command;
  command.arguments = arguments;
  command.set_environment = std::move(environment);
  command.unset_environment = {"MEMPROF", "MEMPROF_RECORD", "MEMPROF_STREAM", "MEMPROF_TRACE"};
  command.output_path = scratch + "/trial.txt";
  command.time_limit_s = kTrialSeconds;
  const Result<ProcessEnd> end = RunProcess(command);
  if (!end) return end.error();
  const Result<std::string> output = ReadFile(command.output_path);
  return Said{end.value(), output ? output.value() : ""};
}

std::string LastLineOf(const std::string& scratch) {
  const std::string line = LastLines(scratch + "/trial.txt", 1);
  return line.empty() ? "" : ": " + line;
}

Result<std::string> TryPlugin(const std::string& path, const std::string& scratch) {
  const Result<Said> said = Ask({Nothing()}, scratch, {{"LD_PRELOAD", path}});
  if (!said) return said.error();
  const std::string refusal = LineWith(said->output, "cannot be preloaded");
  if (!refusal.empty()) {
    return Error{ErrorKind::kProcess, "the loader refuses it: " + refusal,
                 "take the libmemprof.so that was built for this machine"};
  }
  if (!said->Succeeded()) {
    return Error{ErrorKind::kProcess,
                 fmt::format("{} with {} preloaded {}{}", Nothing(), path, said->end.Text(),
                             LastLineOf(scratch)),
                 "run it by hand: LD_PRELOAD=" + path + " " + Nothing()};
  }
  return path;
}

/// "0.1.0" of /usr/lib/libmemprof.so.0.1.0, where the path leads to that.
std::string VersionOf(const std::string& plugin) {
  std::error_code error;
  const std::string name = fs::canonical(plugin, error).filename().string();
  constexpr std::string_view kStem = "libmemprof.so.";
  const bool is_whole =
      name.starts_with(kStem) && name.find('.', kStem.size()) != std::string::npos;
  return is_whole ? name.substr(kStem.size()) : "";
}

Result<std::string> TryLsan(const RunOptions& options, const Result<std::string>& plugin,
                            const std::string& scratch) {
  if (!plugin) return Error{ErrorKind::kProcess, "not tried: it needs libmemprof.so", ""};
  const std::string log = scratch + "/lsan";
  // libmemprof.so starts it; /bin/true by itself would give it no occasion.
  const Result<Said> said =
      Ask({Nothing()}, scratch,
          {{"LD_PRELOAD", options.lsan_library + ":" + plugin.value()},
           {"LSAN_OPTIONS", "detect_leaks=1:exitcode=0:verbosity=1:log_path=" + log}});
  if (!said) return said.error();
  std::error_code error;
  std::string text;
  for (const fs::directory_entry& entry : fs::directory_iterator(scratch, error)) {
    if (!entry.path().filename().string().starts_with("lsan.")) continue;
    const Result<std::string> part = ReadFile(entry.path().string());
    if (part) text += part.value();
  }
  if (text.empty()) return LsanNotLoaded(options.lsan_library, "");
  if (const Result<LsanLog> read = ParseLsanLog(text); !read) return read.error();
  if (!said->Succeeded()) {
    return Error{ErrorKind::kProcess,
                 fmt::format("{} under it {}{}", Nothing(), said->end.Text(), LastLineOf(scratch)),
                 ""};
  }
  return options.lsan_library + " checked a program for leaks";
}

Result<std::string> TryValgrind(const RunOptions& options, const std::string& tool,
                                const std::string& scratch) {
  std::vector<std::string> arguments = {options.valgrind, "--tool=" + tool};
  if (tool != "none") {
    arguments.push_back(fmt::format("--{}-out-file={}/{}.out", tool, scratch, tool));
  } else {
    arguments.push_back("--track-fds=yes");
  }
  arguments.push_back(Nothing());
  const Result<Said> said = Ask(arguments, scratch);
  if (!said) return ValgrindNotInstalled(options.valgrind, "");
  const std::string version = LineWith(said->output, "Using Valgrind-");
  if (!said->Succeeded() || version.empty()) {
    return Error{ErrorKind::kProcess,
                 fmt::format("{} --tool={} {}{}", options.valgrind, tool, said->end.Text(),
                             LastLineOf(scratch)),
                 fmt::format("run it by hand: {} --tool={} {}", options.valgrind, tool, Nothing())};
  }
  const std::size_t begin = version.find("Valgrind-");
  return fmt::format("{} ran a program", version.substr(begin, version.find(' ', begin) - begin));
}

DirectoryFacts LookAtDirectory(const std::string& path) {
  DirectoryFacts facts;
  facts.path = path;
  facts.existing = path;
  std::error_code error;
  while (!fs::exists(facts.existing, error)) {
    const std::string above = fs::path(facts.existing).parent_path().string();
    if (above == facts.existing) break;
    facts.existing = above.empty() ? "." : above;
  }
  std::string file = facts.existing + "/.memprof-XXXXXX";
  const int descriptor = mkstemp(file.data());
  if (descriptor < 0) {
    facts.why_not = std::strerror(errno);
  } else {
    close(descriptor);
    unlink(file.c_str());
  }
  struct statvfs space = {};
  if (statvfs(facts.existing.c_str(), &space) == 0) {
    facts.free_bytes = static_cast<std::int64_t>(space.f_bavail * space.f_frsize);
  }
  return facts;
}

std::optional<std::int64_t> Limit(__rlimit_resource_t resource) {
  rlimit limit = {};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return static_cast<std::int64_t>(limit.rlim_cur);
}

Result<std::string> TryCtest(const std::string& scratch) {
  const Result<Said> said = Ask({"ctest", "--version"}, scratch);
  if (!said || !said->Succeeded()) {
    return Error{ErrorKind::kNotFound, "ctest is not in PATH, or does not run", ""};
  }
  return said->output.substr(0, said->output.find('\n'));
}

}  // namespace

MachineFacts LookAtMachine(const RunOptions& options, const std::string& scratch) {
  MachineFacts facts;
  facts.ptrace = TryPtrace();
  const Result<PluginLibrary> plugin = FindPluginLibrary(options.plugin);
  if (plugin) {
    facts.plugin = TryPlugin(plugin->path, scratch);
    facts.plugin_version = VersionOf(plugin->path);
  } else {
    facts.plugin = plugin.error();
  }
  facts.lsan = TryLsan(options, facts.plugin, scratch);
  for (const char* tool : {"massif", "dhat", "none"}) {
    facts.valgrind.push_back({tool, TryValgrind(options, tool, scratch)});
  }
  facts.out = LookAtDirectory(options.out);
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  facts.temporary = LookAtDirectory(error ? "/tmp" : temporary.string());
  for (const char* file : {"/proc/self/maps", "/proc/self/fd", "/proc/self/task", "/proc/self/stat",
                           "/proc/self/status", "/proc/self/cmdline"}) {
    if (access(file, R_OK) != 0) facts.unreadable_proc.push_back(file);
  }
  facts.user_preload = options.user_preload;
  facts.open_files = Limit(RLIMIT_NOFILE);
  facts.address_space = Limit(RLIMIT_AS);
  facts.ctest = TryCtest(scratch);
  facts.reads_debug_information = ModuleSymbols::Supported();
  return facts;
}

}  // namespace memprof
