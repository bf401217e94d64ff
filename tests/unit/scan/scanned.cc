// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/scan/scanned.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "runner/scan/clang/unit_parser.h"

namespace memprof::scan {
namespace {

constexpr const char* kKinds[] = {
    "other",       "namespace", "class",     "base",   "function", "method",       "constructor",
    "destructor",  "parameter", "variable",  "field",  "block",    "declarations", "if",
    "loop",        "switch",    "case",      "return", "break",    "continue",     "goto",
    "try",         "catch",     "throw",     "call",   "member",   "name",         "this",
    "lambda",      "capture",   "new",       "delete", "binary",   "unary",        "index",
    "conditional", "cast",      "init-list", "literal"};

SyntaxUnit Parsed(const TestFile& file) {
  UnitToParse what;
  what.file = "/" + file.name;
  what.arguments = {"-std=c++20", "-xc++"};
  what.texts = {{what.file, file.text}};
  Result<ParsedUnit> parsed = ParseUnit(what);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  for (const std::string& error : parsed->errors) ADD_FAILURE() << error;
  return std::move(std::move(parsed).value().unit);
}

void Print(const SyntaxUnit& unit, std::uint32_t index, int depth, std::string* text) {
  const SyntaxNode& node = unit[index];
  *text += fmt::format("{:{}}{}", "", 2 * depth, kKinds[static_cast<int>(node.kind)]);
  if (!node.name.empty()) *text += fmt::format(" {}", node.name);
  if (!node.qualified.empty()) *text += fmt::format(" {}", node.qualified);
  if (!node.type.empty()) *text += fmt::format(" [{}]", node.type);
  *text += fmt::format(" :{}\n", node.line);
  for (const std::uint32_t child : node.children) Print(unit, child, depth + 1, text);
}

}  // namespace

SyntaxUnit UnitOf(const std::string& text) { return Parsed({"a.cc", text}); }

std::vector<StaticRisk> RisksIn(const std::vector<TestFile>& files) {
  ScanFacts all;
  for (const TestFile& file : files) Merge(CollectFacts(Parsed(file)), &all);
  return FindRisks(all);
}

std::vector<StaticRisk> RisksIn(const std::string& text) {
  return RisksIn(std::vector<TestFile>{{"a.cc", text}});
}

std::string Told(const std::vector<StaticRisk>& risks) {
  std::string told;
  for (const StaticRisk& risk : risks) {
    told +=
        fmt::format("{} {} {}:{}\n", Name(risk.pattern), risk.subject,
                    std::filesystem::path(risk.place.file).filename().string(), risk.place.line);
  }
  return told;
}

std::string TreeText(const SyntaxUnit& unit) {
  std::string text;
  for (const std::uint32_t top : unit[0].children) Print(unit, top, 0, &text);
  return text;
}

}  // namespace memprof::scan
