// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// What the README and the templates for CI tell people to type is what the command line takes.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "runner/cli/options.h"

namespace memprof {
namespace {

/// Without what stands before a command in Markdown, in YAML, and in a comment of it.
std::string_view WithoutLead(std::string_view line) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view lead : {" ", "- ", "# ", "run: ", "rerun ", "$ "}) {
      if (!line.starts_with(lead)) continue;
      line.remove_prefix(lead.size());
      more = true;
    }
  }
  return line;
}

/// The words of one command as a shell has them, up to a comment, an operator or a redirection.
std::vector<std::string> Words(const std::string& command) {
  std::vector<std::string> words;
  std::istringstream in(command);
  for (std::string word; in >> word;) {
    if (word.starts_with("#") || word == "&&" || word == "||" || word == "|") break;
    if (word.starts_with(">") || word.starts_with("<")) break;
    std::erase(word, '\'');
    words.push_back(word);
  }
  return words;
}

/// Commands begin a line; YAML folds lines that begin with an option into the one before.
std::vector<std::string> CommandsOf(const std::string& file) {
  std::ifstream in(std::string(MEMPROF_TEST_SOURCE) + "/" + file);
  std::vector<std::string> commands;
  bool goes_on = false;
  for (std::string line; std::getline(in, line);) {
    const std::string text(WithoutLead(line));
    bool begins = false;
    for (const char* command : {"memprof run ", "memprof report ", "memprof diff "}) {
      begins = begins || text.starts_with(command);
    }
    if (begins) {
      commands.push_back(text);
    } else if (goes_on && text.starts_with("--")) {
      commands.back() += " " + text;
    } else {
      goes_on = false;
    }
    goes_on = goes_on || begins;
  }
  return commands;
}

TEST(NamedCommands, AreWhatTheCommandLineTakes) {
  struct Row {
    const char* file;
    std::size_t fewest;
  };
  for (const Row& row :
       {Row{"README.md", 15}, Row{"examples/ci/README.md", 2},
        Row{"examples/ci/github-actions.yml", 2}, Row{"examples/ci/gitlab-ci.yml", 2}}) {
    const std::vector<std::string> commands = CommandsOf(row.file);
    EXPECT_GE(commands.size(), row.fewest) << row.file;
    for (const std::string& command : commands) {
      const std::vector<std::string> words = Words(command);
      std::vector<const char*> arguments;
      for (const std::string& word : words) arguments.push_back(word.c_str());
      const Result<Request> request =
          ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
      EXPECT_TRUE(request.ok()) << row.file << ": " << command << "\n"
                                << (request.ok() ? "" : request.error().message);
    }
  }
}

}  // namespace
}  // namespace memprof
