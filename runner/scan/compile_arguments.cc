// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/compile_arguments.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <utility>

namespace memprof::scan {
namespace {

namespace fs = std::filesystem;

/// Files within files: more is a circle.
constexpr int kDeepestResponseFile = 8;

/// GCC's since 11, and Clang's since 16: the Clang that reads it here may have an older one.
constexpr const char* kStandardOfGcc = "-std=gnu++17";

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Flags that say what is made, followed by a word of their own.
bool TakesAWordAndGoes(std::string_view argument) {
  return IsOneOf(argument,
                 {"-o", "-MF", "-MT", "-MQ", "-MJ", "-include-pch", "-dumpbase", "-dumpdir",
                  "--param", "-aux-info", "-wrapper", "--serialize-diagnostics"});
}

bool GoesAlone(std::string_view argument) {
  return IsOneOf(argument, {"-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MP", "-MG", "-pipe",
                            "-save-temps", "-fpermissive", "-fconcepts", "-fconcepts-ts",
                            "-Winvalid-pch", "-fpch-preprocess", "-fno-implicit-templates"});
}

/// GCC's flags that Clang refuses, by how they begin. None of them changes what the code means.
bool IsGccsOwn(std::string_view argument) {
  constexpr std::array kBegins = {std::string_view("-fconcepts-diagnostics-depth"),
                                  std::string_view("-fno-gnu-unique"),
                                  std::string_view("-fgnu-unique"),
                                  std::string_view("-fanalyzer"),
                                  std::string_view("-fno-analyzer"),
                                  std::string_view("-fdiagnostics-"),
                                  std::string_view("-fno-diagnostics-"),
                                  std::string_view("-fmax-errors"),
                                  std::string_view("-flto"),
                                  std::string_view("-fno-lto"),
                                  std::string_view("-fuse-ld"),
                                  std::string_view("-ffat-lto-objects"),
                                  std::string_view("-fno-fat-lto-objects"),
                                  std::string_view("-fno-canonical-system-headers"),
                                  std::string_view("-fvar-tracking"),
                                  std::string_view("-fno-var-tracking"),
                                  std::string_view("-fipa-"),
                                  std::string_view("-fno-ipa-"),
                                  std::string_view("-ftree-"),
                                  std::string_view("-fno-tree-"),
                                  std::string_view("-fira-"),
                                  std::string_view("-fno-ira-"),
                                  std::string_view("-fsched-"),
                                  std::string_view("-fgcse"),
                                  std::string_view("-fno-gcse"),
                                  std::string_view("-fconserve-stack"),
                                  std::string_view("-fmodule"),
                                  std::string_view("-fdeps-"),
                                  std::string_view("-fallow-store-data-races"),
                                  std::string_view("-fno-allow-store-data-races"),
                                  std::string_view("-fimplicit-constexpr"),
                                  std::string_view("-fcallgraph-info"),
                                  std::string_view("-fdump-"),
                                  std::string_view("-fprofile"),
                                  std::string_view("-fcondition-coverage"),
                                  std::string_view("-fpartial-inlining"),
                                  std::string_view("-fno-partial-inlining"),
                                  std::string_view("-ftrampolines"),
                                  std::string_view("-mindirect-branch"),
                                  std::string_view("-mfunction-return"),
                                  std::string_view("-mrecord-mcount"),
                                  std::string_view("-MF"),
                                  std::string_view("-MT"),
                                  std::string_view("-MQ"),
                                  std::string_view("-specs="),
                                  std::string_view("-save-temps"),
                                  std::string_view("-Wa,"),
                                  std::string_view("-Wl,"),
                                  std::string_view("-fplugin"),
                                  std::string_view("-fsanitize")};
  return std::any_of(kBegins.begin(), kBegins.end(),
                     [&](std::string_view begin) { return argument.starts_with(begin); });
}

std::string BaseName(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

/// Where the compiler is: behind launchers and what these take.
std::size_t CompilerAt(const std::vector<std::string>& arguments) {
  std::size_t at = 0;
  while (at + 1 < arguments.size()) {
    const std::string name = BaseName(arguments[at]);
    if (name == "cmake") {  // cmake -E … -- c++ …
      const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
      if (dashes == arguments.end() || dashes + 1 == arguments.end()) return at;
      at = static_cast<std::size_t>(dashes - arguments.begin()) + 1;
      continue;
    }
    if (!IsOneOf(name, {"ccache", "sccache", "distcc", "icecc", "buildcache", "env", "nice", "time",
                        "gomacc", "goma", "libtool"})) {
      return at;
    }
    ++at;
    while (at + 1 < arguments.size() &&
           (arguments[at].starts_with('-') || arguments[at].find('=') != std::string::npos)) {
      ++at;
    }
  }
  return at;
}

bool IsCppCompiler(std::string name) {
  name = name.substr(0, name.find_last_not_of("-.0123456789") + 1);  // g++-12
  return name.ends_with("++");
}

/// The standard as this Clang calls it: the year came after the draft's letter.
std::string Standard(const std::string& argument) {
  const std::array<std::pair<std::string_view, std::string_view>, 3> kNewer = {
      {{"++23", "++2b"}, {"++26", "++2b"}, {"++2c", "++2b"}}};
  for (const auto& [ending, draft] : kNewer) {
    if (!argument.ends_with(ending)) continue;
    return argument.substr(0, argument.size() - ending.size()).append(draft);
  }
  if (argument.ends_with("=c23")) return "-std=c2x";
  if (argument.ends_with("=gnu23")) return "-std=gnu2x";
  return argument;
}

std::string AbsoluteIn(const std::string& directory, std::string_view path) {
  std::string absolute = (fs::path(directory) / path).lexically_normal().string();
  while (absolute.size() > 1 && absolute.ends_with('/')) absolute.pop_back();
  return absolute;
}

bool NamesTheFile(const std::string& argument, const CompileCommand& command) {
  if (argument.empty() || argument.front() == '-') return false;
  return AbsoluteIn(command.directory, argument) == fs::path(command.file);
}

bool IncludesAFile(std::string_view argument) {
  return IsOneOf(argument, {"-include", "-imacros", "--include", "--imacros"});
}

/// Flags with a path, which follows as a word of its own.
bool HasPathNext(std::string_view argument) {
  return IsOneOf(argument, {"-I", "-isystem", "-iquote", "-idirafter", "-F", "-iframework",
                            "-isysroot", "--sysroot", "-cxx-isystem", "-B", "-resource-dir",
                            "-ivfsoverlay", "-L", "--include-directory"});
}

/// How many letters of a flag stand before the path that is attached to it; 0: it has none.
std::size_t PathBeginsAt(std::string_view argument) {
  constexpr std::array kBegins = {std::string_view("--sysroot="),
                                  std::string_view("--gcc-toolchain="),
                                  std::string_view("--include-directory="),
                                  std::string_view("-fmodule-map-file="),
                                  std::string_view("-isystem"),
                                  std::string_view("-iquote"),
                                  std::string_view("-idirafter"),
                                  std::string_view("-isysroot"),
                                  std::string_view("-iframework"),
                                  std::string_view("-I"),
                                  std::string_view("-F"),
                                  std::string_view("-B")};
  for (const std::string_view begin : kBegins) {
    if (!argument.starts_with(begin) || argument.size() == begin.size()) continue;
    // -I=DIR is below the sysroot, and -I- no directory.
    const char first = argument[begin.size()];
    return first == '=' || first == '-' ? 0 : begin.size();
  }
  return 0;
}

/// The arguments with what is relative in them from `command`'s directory on.
std::vector<std::string> WithAbsolutePaths(std::vector<std::string> arguments,
                                           const CompileCommand& command,
                                           const std::function<bool(const std::string&)>& is_file) {
  enum class Next { kAny, kPath, kFile } next = Next::kAny;
  for (std::string& argument : arguments) {
    if (argument == "-Xclang") continue;  // what it passes on reads as without it
    const Next is = next;
    next = Next::kAny;
    if (is == Next::kPath && !argument.starts_with('=')) {
      argument = AbsoluteIn(command.directory, argument);
    } else if (is == Next::kFile) {
      const std::string absolute = AbsoluteIn(command.directory, argument);
      if (is_file && is_file(absolute)) argument = absolute;
    } else if (is == Next::kAny && IncludesAFile(argument)) {
      next = Next::kFile;
    } else if (is == Next::kAny && HasPathNext(argument)) {
      next = Next::kPath;
    } else if (const std::size_t at = is == Next::kAny ? PathBeginsAt(argument) : 0; at > 0) {
      argument.replace(at, std::string::npos,
                       AbsoluteIn(command.directory, std::string_view(argument).substr(at)));
    }
  }
  return arguments;
}

bool SaysStandard(const std::string& argument) {
  return argument.starts_with("-std=") || argument.starts_with("--std=") || argument == "-ansi";
}

}  // namespace

bool CompilesCpp(const CompileCommand& command) {
  const auto& arguments = command.arguments;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string language = arguments[i] == "-x" && i + 1 < arguments.size() ? arguments[i + 1]
                                 : arguments[i].starts_with("-x") ? arguments[i].substr(2)
                                                                  : "";
    if (language.empty()) continue;
    return language == "c" || language == "c++";
  }
  const std::string extension = fs::path(command.file).extension().string();
  return IsOneOf(extension, {".c", ".cc", ".cp", ".cpp", ".cxx", ".c++", ".C", ".CPP", ".cppm"});
}

std::vector<std::string> ClangArguments(const CompileCommand& command,
                                        const std::function<bool(const std::string&)>& is_file) {
  const auto& given = command.arguments;
  std::vector<std::string> taken;
  const std::size_t compiler = CompilerAt(given);
  std::string language;
  for (std::size_t i = compiler + 1; i < given.size(); ++i) {
    const std::string& argument = given[i];
    const bool has_next = i + 1 < given.size();
    if (TakesAWordAndGoes(argument)) {
      ++i;
    } else if (argument == "-Xclang" && has_next && given[i + 1] == "-include-pch") {
      i += 3;  // and `-Xclang FILE`
    } else if (argument == "-Xclang" && has_next && given[i + 1] == "-emit-pch") {
      ++i;
    } else if (argument == "-Xclang" && has_next) {
      taken.insert(taken.end(), {argument, given[++i]});
    } else if (argument == "-include" && has_next) {
      // Through the driver it would take the other compiler's FILE.gch for its own.
      taken.insert(taken.end(), {"-Xclang", "-include", "-Xclang", given[++i]});
    } else if (GoesAlone(argument) || IsGccsOwn(argument) || NamesTheFile(argument, command) ||
               argument == "--" || (argument.starts_with("-o") && argument.size() > 2)) {
      continue;
    } else if (argument.starts_with("-std=")) {
      taken.push_back(Standard(argument));
    } else {
      if (argument.starts_with("-x")) language = argument.substr(2);
      if (argument == "-x" && has_next) language = given[i + 1];
      taken.push_back(argument);
    }
  }
  taken = WithAbsolutePaths(std::move(taken), command, is_file);
  // g++ takes a `.c` file for C++.
  const bool is_cpp = compiler < given.size() && IsCppCompiler(BaseName(given[compiler]));
  if (is_cpp && language.empty() && command.file.ends_with(".c")) {
    language = "c++";
    taken.insert(taken.begin(), {"-x", "c++"});
  }
  const bool reads_cpp = language.empty() ? !command.file.ends_with(".c") : language == "c++";
  if (reads_cpp && std::none_of(taken.begin(), taken.end(), SaysStandard)) {
    taken.emplace_back(kStandardOfGcc);
  }
  return taken;
}

std::vector<std::string> WithResponseFiles(
    std::vector<std::string> arguments,
    const std::function<std::optional<std::string>(const std::string&)>& read) {
  for (int depth = 0; depth < kDeepestResponseFile; ++depth) {
    std::vector<std::string> expanded;
    bool is_same = true;
    for (std::string& argument : arguments) {
      const bool names_file = argument.size() > 1 && argument.front() == '@';
      const std::optional<std::string> text = names_file ? read(argument.substr(1)) : std::nullopt;
      if (!text) {
        expanded.push_back(std::move(argument));
        continue;
      }
      is_same = false;
      for (std::string& word : ShellWords(*text)) expanded.push_back(std::move(word));
    }
    arguments = std::move(expanded);
    if (is_same) break;
  }
  return arguments;
}

bool IsAboutArguments(std::string_view message) {
  constexpr std::array kBegins = {std::string_view("error: unknown argument"),
                                  std::string_view("error: unsupported option"),
                                  std::string_view("error: unsupported argument"),
                                  std::string_view("error: optimization flag")};
  return std::any_of(kBegins.begin(), kBegins.end(),
                     [&](std::string_view begin) { return message.starts_with(begin); });
}

}  // namespace memprof::scan
