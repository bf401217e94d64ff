// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>

#include "runner/views/views.h"

namespace memprof {
namespace {

constexpr const char* kCompletionExamples = R"(Examples:
  source <(memprof completion bash)                     in ~/.bashrc; an installed one needs no more
  source <(memprof completion zsh)                      in ~/.zshrc, after compinit
  memprof completion fish > ~/.config/fish/completions/memprof.fish

Commands and options are completed, and names of the result in memprof-out, or in the directory that
was typed before: tests, files, functions, modules.)";

// bash splits words at colons too, which names of functions and tests have: the words are taken
// from the line itself, and what bash has before the last colon is not given again.
constexpr const char* kBash = R"sh(_memprof() {
  local line=${COMP_LINE:0:COMP_POINT} word prefix=
  local -a words
  read -r -a words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  word=${words[${#words[@]}-1]}
  if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then prefix=${word%"${word##*:}"}; fi
  COMPREPLY=()
  local name
  while IFS= read -r name; do
    name=${name#"$prefix"}
    COMPREPLY+=("$(printf '%q' "$name")")
  done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
  if [[ ${#COMPREPLY[@]} -eq 0 ]]; then compopt -o default 2>/dev/null; fi
}
complete -F _memprof memprof
)sh";

constexpr const char* kZsh = R"sh(#compdef memprof
_memprof() {
  local -a names
  names=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${names[1]}" ]]; then
    compadd -- "${names[@]}"
  else
    _files
  fi
}
compdef _memprof memprof
)sh";

constexpr const char* kFish = R"sh(function __memprof_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c memprof -a '(__memprof_complete)'
)sh";

std::string Lines(const std::vector<std::string>& candidates, std::string_view prefix) {
  std::string text;
  for (const std::string& candidate : candidates) {
    if (candidate.starts_with(prefix)) text += candidate + "\n";
  }
  return text;
}

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_name().empty()) names.push_back(command->get_name());
  }
  return names;
}

/// The long names, but for those of options that --help leaves out too.
std::vector<std::string> OptionsOf(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool TakesValue(const CLI::App& command, const std::string& word) {
  if (word.find('=') != std::string::npos) return false;
  for (const CLI::Option* option : command.get_options()) {
    if (option->check_name(word)) return option->get_expected_min() > 0;
  }
  return false;
}

/// Values of options that take one of a few.
std::vector<std::string> ValuesOf(const std::string& option) {
  static const std::map<std::string, std::vector<std::string>> kValues = {
      {"--color", {"auto", "always", "never"}},
      {"--hyperlinks", {"auto", "always", "never"}},
      {"--by", {"type", "site", "count"}},
      {"--at", {"end", "peak"}}};
  const auto found = kValues.find(option);
  return found == kValues.end() ? std::vector<std::string>{} : found->second;
}

std::optional<View> ViewOf(const std::string& name) {
  for (const ViewEntry& entry : Views()) {
    if (name == entry.name) return entry.view;
  }
  return std::nullopt;
}

bool TakesSelector(View view) {
  return view == View::kLines || view == View::kPatterns || view == View::kRecommend ||
         view == View::kDiagnose;
}

}  // namespace

CLI::App* AddCompletionCommand(CLI::App* app, std::string* shell) {
  CLI::App* command = app->add_subcommand(
      "completion", "Prints the script by which a shell completes memprof's words");
  command->footer(kCompletionExamples);
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->type_name("")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""));
  return command;
}

const char* CompletionScript(const std::string& shell) {
  if (shell == "zsh") return kZsh;
  return shell == "fish" ? kFish : kBash;
}

std::variant<std::string, CompletionRequest> CandidatesFor(const CLI::App& app,
                                                           const std::vector<std::string>& words) {
  const std::string prefix = words.empty() ? "" : words.back();
  if (words.size() <= 1) {
    if (!prefix.starts_with('-')) return Lines(CommandsOf(app), prefix);
    return Lines(OptionsOf(app), prefix);
  }
  const std::vector<const CLI::App*> named =
      app.get_subcommands([&](const CLI::App* each) { return each->get_name() == words[0]; });
  if (named.empty()) return std::string();
  const CLI::App* command = named.front();
  if (std::find(words.begin(), words.end() - 1, "--") != words.end() - 1) return std::string();
  if (words[0] == "completion") return Lines({"bash", "zsh", "fish"}, prefix);
  const std::optional<View> view = ViewOf(words[0]);
  const std::string& before = words[words.size() - 2];
  CompletionRequest names;
  names.prefix = prefix;
  if (words.size() > 2 && before.starts_with('-') && TakesValue(*command, before)) {
    if (view && before == "--format") return Lines({"text", "json"}, prefix);
    if (!view || before != "--test") return Lines(ValuesOf(before), prefix);
    names.is_test = true;
  } else if (prefix.starts_with('-')) {
    return Lines(OptionsOf(*command), prefix);
  }
  if (!view) return std::string();
  names.view = *view;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    const bool is_value =
        i > 1 && words[i - 1].starts_with('-') && TakesValue(*command, words[i - 1]);
    if (!words[i].starts_with('-') && !is_value) names.paths.push_back(words[i]);
  }
  if (!names.is_test && (!TakesSelector(*view) || !names.paths.empty())) return std::string();
  if (TakesSelector(*view) && !names.paths.empty()) names.paths.erase(names.paths.begin());
  if (names.paths.empty()) names.paths = {"memprof-out"};
  return names;
}

}  // namespace memprof
