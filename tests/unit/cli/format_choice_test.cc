// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/format_choice.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "runner/cli/options.h"

namespace memprof {
namespace {

Result<Request> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"memprof", "run"});
  arguments.insert(arguments.end(), {"--", "foo_test"});
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

std::vector<std::string> FormatsOf(const std::vector<const char*>& arguments) {
  const Result<Request> request = Parse(arguments);
  EXPECT_TRUE(request.ok()) << (request.ok() ? "" : request.error().message);
  if (!request.ok()) return {};
  return std::get<RunOptions>(request.value()).formats;
}

TEST(FormatChoice, SeveralAndTheirAliases) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(FormatsOf({}), (Names{"text", "json", "html", "junit"}));
  EXPECT_EQ(FormatsOf({"--format", "json,text"}), (Names{"text", "json"}));
  EXPECT_EQ(FormatsOf({"--format", "sarif", "--format=dhat,sarif"}), (Names{"sarif", "dhat"}));
  EXPECT_EQ(
      FormatsOf({"--format", "collapsed"}),
      (Names{"collapsed-kept", "collapsed-peak", "collapsed-allocated", "collapsed-temporary"}));
  EXPECT_EQ(FormatsOf({"--format", "all,text"}).size(), Renderers().size());
}

TEST(FormatChoice, UnknownNamesAreToldWhatThereIs) {
  for (const char* name : {"xml", "TEXT", "", "text;json"}) {
    const Result<Request> request = Parse({"--format", name});
    ASSERT_FALSE(request.ok()) << name;
    EXPECT_EQ(request.error().kind, ErrorKind::kUsage);
  }
  const Result<Request> request = Parse({"--format", "json,xml"});
  ASSERT_FALSE(request.ok());
  for (const char* part : {"`xml`", "github-summary", "massif", "collapsed", "all", "help"}) {
    EXPECT_NE(request.error().message.find(part), std::string::npos) << request.error().message;
  }
}

TEST(FormatChoice, HelpSaysOfEachFormatWhatItIsForInALine) {
  const Result<Request> request = Parse({"--format", "help"});
  ASSERT_TRUE(request.ok()) << request.error().message;
  const auto& print = std::get<PrintAndExit>(request.value());
  EXPECT_EQ(print.exit_code, 0);
  for (const Renderer& renderer : Renderers()) {
    const std::size_t at = print.text.find(std::string("  ") + renderer.name + " ");
    ASSERT_NE(at, std::string::npos) << renderer.name;
    const std::string line = print.text.substr(at, print.text.find('\n', at) - at);
    EXPECT_NE(line.find(renderer.file_name), std::string::npos) << line;
    EXPECT_GT(line.size(), 60u) << line << ": for what?";
    EXPECT_LE(line.size(), 120u) << line;
  }
}

}  // namespace
}  // namespace memprof
