// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/silence.h"

#include <fmt/format.h>

#include "runner/execute/files.h"
#include "runner/execute/test_list.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

bool Holds(const std::string& path, const char* text) {
  const Result<std::string> content = ReadFile(path);
  return content.ok() && content->find(text) != std::string::npos;
}

constexpr const char* kLinkIt =
    "Link the tests with memprof::gtest_main (or memprof::gtest beside a main of your own); a "
    "static helper library must link it PUBLIC, so that the listener reaches the executable.";

struct Explanation {
  std::string what;
  std::string hint;
};

Explanation ExplainNormalEnd(const RunOptions& options, const BinaryFacts& facts,
                             const std::string& directory) {
  const Result<std::vector<GtestCase>> listed = ListTests(options, directory);
  if (!listed || listed->empty()) {
    return {
        "it lists none with --gtest_list_tests either: it is no GoogleTest program, or its main "
        "never calls RUN_ALL_TESTS",
        "Name the test binary itself after `--`. Tests with a main of their own call "
        "RUN_ALL_TESTS, or are linked with memprof::gtest_main."};
  }
  const std::string tests = Counted(static_cast<std::int64_t>(listed->size()), "test");
  if (!facts.may_stream) {
    return {fmt::format("it has {}, and its GoogleTest was built without streaming "
                        "(GTEST_CAN_STREAM_RESULTS_), by which they are followed",
                        tests),
            kLinkIt};
  }
  const bool printed = Holds(directory + "/screen.log", "[==========] ");
  if (!printed && !options.verbose) {
    return {fmt::format("it lists {}, and ran none", tests),
            "Its main may end before RUN_ALL_TESTS. Run it by itself first: " + options.command[0]};
  }
  return {
      fmt::format("it has {}, and the preloaded libmemprof.so heard of none: a program on the "
                  "way to them may have dropped LD_PRELOAD or GTEST_STREAM_RESULT_TO",
                  tests),
      "Name the test binary itself after `--`. If that is what you did: " + std::string(kLinkIt)};
}

}  // namespace

Error ExplainSilence(const RunOptions& options, const BinaryFacts& facts, const ProcessEnd& end,
                     const std::string& directory) {
  const std::string& binary = options.command[0];
  if (end.how == ProcessEnd::How::kInterrupted) {
    return Error{ErrorKind::kProcess,
                 "interrupted before the first test was seen: there is nothing to report", ""};
  }
  Explanation why = {"it ended before its first", "Run it by itself first: " + binary};
  if (end.how == ProcessEnd::How::kExited) {
    why = ExplainNormalEnd(options, facts, directory);
  } else if (Holds(directory + "/screen.log", "stream_result_to: failed to connect to ")) {
    why = {
        "its GoogleTest streams, and the preloaded libmemprof.so is not there to answer: the "
        "program that runs the tests is static or setuid, or one that starts it drops LD_PRELOAD",
        "Name the test binary itself after `--`, to read which it is; or link memprof in. " +
            std::string(kLinkIt)};
  }
  const std::string output = LastLines(directory + "/screen.log", 3);
  if (!output.empty()) why.hint += "\nThe last lines that it printed:\n" + output;
  return Error{
      ErrorKind::kProcess,
      fmt::format("{} {}, and no GoogleTest test of it was seen: {}", binary, end.Text(), why.what),
      why.hint};
}

bool SaysSecondRun(const std::string& output_path) {
  return Holds(output_path, "Send() can be called only when there is a connection");
}

}  // namespace memprof
