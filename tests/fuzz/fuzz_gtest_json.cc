// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runner/parse/gtest_json.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

/// As GoogleTest does it, byte by byte.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x80) {
      quoted += fmt::format("\\u{:04X}", byte);
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

const char* ResultText(GtestCase::Result result) {
  switch (result) {
    case GtestCase::Result::kUnknown:
    case GtestCase::Result::kBegun:  // a mark in the output tells it, never this file
      return "";
    case GtestCase::Result::kNotRun:
      return R"(,"result":"SUPPRESSED")";
    case GtestCase::Result::kRan:
      return R"(,"result":"COMPLETED")";
    case GtestCase::Result::kSkipped:
      return R"(,"result":"SKIPPED")";
    case GtestCase::Result::kFailed:
      return R"(,"result":"COMPLETED","failures":[])";
  }
  return "";
}

/// Each test in a suite of its own, which keeps the order.
std::string Written(const std::vector<GtestCase>& cases) {
  std::string text = R"({"testsuites":[)";
  for (const GtestCase& each : cases) {
    const RecordedTest& test = each.test;
    if (text.back() != '[') text += ',';
    text += fmt::format(
        R"({{"name":{},"testsuite":[{{"name":{},"file":{},"line":{},"type_param":{},"value_param":{}{}}}]}})",
        Quoted(test.suite), Quoted(test.name), Quoted(test.file), test.line,
        Quoted(test.type_parameter), Quoted(test.value_parameter), ResultText(each.result));
  }
  return text + "]}";
}

}  // namespace

MEMPROF_FUZZ(gtest_json) {
  const Result<std::vector<GtestCase>> cases = ParseGtestJson(input);
  if (!cases) {
    MEMPROF_FUZZ_EXPECT(cases.error().kind == ErrorKind::kDamaged);
    MEMPROF_FUZZ_EXPECT(!cases.error().message.empty() && !cases.error().hint.empty());
    return;
  }
  const Result<std::vector<GtestCase>> again = ParseGtestJson(Written(*cases));
  MEMPROF_FUZZ_EXPECT(again.ok() && again->size() == cases->size());
  for (std::size_t i = 0; i < cases->size(); ++i) {
    const GtestCase& each = (*cases)[i];
    const GtestCase& same = (*again)[i];
    MEMPROF_FUZZ_EXPECT(each.test.line >= 0 && each.test.line == same.test.line);
    MEMPROF_FUZZ_EXPECT(each.test.FullName() == same.test.FullName());
    MEMPROF_FUZZ_EXPECT(each.test.file == same.test.file);
    MEMPROF_FUZZ_EXPECT(each.test.type_parameter == same.test.type_parameter);
    MEMPROF_FUZZ_EXPECT(each.test.value_parameter == same.test.value_parameter);
    MEMPROF_FUZZ_EXPECT(each.result == same.result && each.IsDisabled() == same.IsDisabled());
  }
}

}  // namespace memprof
