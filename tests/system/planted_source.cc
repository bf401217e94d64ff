// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/system/planted_source.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

namespace memprof {
namespace {

constexpr const char* kIncludes =
    "#include <fcntl.h>\n#include <unistd.h>\n#include <memory>\n#include <string>\n"
    "#include <thread>\n#include <vector>\n";

/// One line each. The blocks differ in size from what GoogleTest and the tests make.
const char* CodeFor(FindingKind kind, bool in_cycle) {
  switch (kind) {
    case FindingKind::kMemoryGrowth:
      return "{ static auto* kept = new std::vector<std::string>; kept->emplace_back(217, 'x'); }";
    case FindingKind::kFdLeak:
      return "{ const int file = ::open(\"/dev/null\", O_RDONLY); static_cast<void>(file); }";
    case FindingKind::kThreadLeak:
      return "{ std::thread([] { for (;;) ::pause(); }).detach(); }";
    default:
      return in_cycle ? "{ struct N { std::shared_ptr<N> next; char pad[99]; }; auto n = "
                        "std::make_shared<N>(); n->next = n; }"
                      : "{ char* lost = new char[413]; lost[0] = 'x'; }";
  }
}

bool BeginsTest(std::string_view line) {
  const bool test = line.starts_with("TEST(") || line.starts_with("TEST_F(") ||
                    line.starts_with("TEST_P(") || line.starts_with("TYPED_TEST(") ||
                    line.starts_with("TYPED_TEST_P(");
  return test && line.ends_with("{") && line.find("DISABLED_") == std::string_view::npos;
}

bool IsStatementOfBody(std::string_view line) {
  if (!line.starts_with("  ") || line.size() < 3 || line[2] == ' ' || line[2] == '}') return false;
  const std::string_view code = line.substr(2);
  // A label, `else` and a macro's continuation belong to what stands before.
  return !code.starts_with("else") && !code.starts_with("<<") && !code.starts_with("#") &&
         !code.starts_with("//") && !code.ends_with("\\");
}

bool EndsStatement(std::string_view line) {
  return line.ends_with(";") || line.ends_with("{") || line.ends_with("}") || line.empty();
}

}  // namespace

PlantedSource::PlantedSource(std::string name, const std::string& text) : name_(std::move(name)) {
  std::istringstream stream(kIncludes + text);
  for (std::string line; std::getline(stream, line);) lines_.push_back(line);
  bool in_test = false;
  int conditions = 0;  // within so many #if: what another platform's code has never runs here
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const std::string_view line = lines_[i];
    if (line.starts_with("#if")) ++conditions;
    if (line.starts_with("#endif")) --conditions;
    if (in_test && conditions == 0 && IsStatementOfBody(line) && EndsStatement(lines_[i - 1]))
      places_.push_back(i);
    // Behind these a test may not go on.
    if (line.starts_with("  return") || line.find("GTEST_SKIP") != std::string_view::npos ||
        line.find("FAIL()") != std::string_view::npos || line.starts_with("}")) {
      in_test = false;
    }
    if (BeginsTest(line)) in_test = true;
  }
}

std::vector<PlantedLeak> PlantedSource::Plant(std::vector<FindingKind> kinds,
                                              std::mt19937* random) {
  std::set<std::size_t> chosen;  // places, one leak each
  while (chosen.size() < kinds.size()) chosen.insert(places_[(*random)() % places_.size()]);
  std::vector<PlantedLeak> planted;
  std::vector<std::string> lines;
  std::size_t next_kind = 0;
  bool in_cycle = false;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (chosen.contains(i)) {
      const FindingKind kind = kinds[next_kind++];
      // Every second loss is a circle of owners.
      if (kind == FindingKind::kMemoryLeak) in_cycle = !in_cycle;
      const std::string code = CodeFor(kind, in_cycle);
      planted.push_back({name_, static_cast<int>(lines.size()) + 1, kind, code});
      lines.push_back("  " + code);
    }
    lines.push_back(lines_[i]);
  }
  lines_ = std::move(lines);
  places_.clear();  // they have moved
  return planted;
}

std::string PlantedSource::text() const {
  std::string text;
  for (const std::string& line : lines_) text += line + "\n";
  return text;
}

}  // namespace memprof
