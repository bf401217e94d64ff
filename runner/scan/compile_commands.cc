// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/compile_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace memprof::scan {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kHowToMake =
    "make it anew: cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, or with `bear -- make`";

Error NotJson(std::string_view text, std::size_t byte, const std::string& name) {
  const std::size_t at = byte == 0 ? 0 : std::min(byte - 1, text.size());
  const std::string_view before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const bool is_cut = at >= text.size();
  return {ErrorKind::kDamaged,
          fmt::format("{}:{}:{}: {}", name, line, at - begin + 1,
                      is_cut ? "it ends here, in the middle" : "this is no JSON"),
          kHowToMake};
}

std::string TextOf(const Json& entry, const char* member) {
  const auto found = entry.find(member);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> ArgumentsOf(const Json& entry) {
  const auto found = entry.find("arguments");
  if (found == entry.end() || !found->is_array()) return ShellWords(TextOf(entry, "command"));
  std::vector<std::string> arguments;
  for (const Json& argument : *found) {
    if (argument.is_string()) arguments.push_back(argument.get<std::string>());
  }
  return arguments;
}

}  // namespace

std::vector<std::string> ShellWords(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    const bool has_next = i + 1 < command.size();
    if (quote == '\'') {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\\' && has_next) {
      const char next = command[++i];
      // Between double quotes a backslash is itself but before these.
      if (quote == '"' && next != '"' && next != '\\' && next != '$' && next != '`') word += c;
      word += next;
      in_word = true;
    } else if (quote == '"') {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;  // '' is a word
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

Result<std::vector<CompileCommand>> ParseCompileCommands(std::string_view text,
                                                         const std::string& name) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    return NotJson(text, error.byte, name);
  } catch (const Json::exception& error) {  // a number that no type holds
    return Error{ErrorKind::kDamaged, fmt::format("{}: {}", name, error.what()), kHowToMake};
  }
  if (!json.is_array()) {
    return Error{ErrorKind::kDamaged,
                 name + ": it holds no list of compile commands, as compile_commands.json does",
                 kHowToMake};
  }
  std::vector<CompileCommand> commands;
  std::set<std::pair<std::string, std::vector<std::string>>> seen;
  for (std::size_t i = 0; i < json.size(); ++i) {
    CompileCommand command;
    command.directory = TextOf(json[i], "directory");
    const std::string file = TextOf(json[i], "file");
    command.arguments = ArgumentsOf(json[i]);
    if (file.empty() || command.arguments.empty()) {
      return Error{
          ErrorKind::kDamaged,
          fmt::format("{}: entry {} has no {}", name, i + 1, file.empty() ? "file" : "command"),
          kHowToMake};
    }
    command.file = (fs::path(command.directory) / file).lexically_normal().string();
    if (seen.emplace(command.file, command.arguments).second) commands.push_back(command);
  }
  return commands;
}

}  // namespace memprof::scan
