// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/system/holder_marks.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <regex>
#include <utility>

#include "runner/report/holder_text.h"

namespace memprof {
namespace {

std::vector<std::string> Fields(const std::string& text) {
  std::vector<std::string> fields;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t bar = std::min(text.find(" | ", begin), text.size());
    const std::string field = text.substr(begin, bar - begin);
    fields.push_back(field == "-" ? "" : field);
    begin = bar + 3;
  }
  return fields;
}

std::string WithoutBlanks(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}

}  // namespace

HolderMarks ReadHolderMarks(const std::string& file) {
  static const std::regex kMark(R"(// (HOLDER|PATH|CYCLE|WEAKEN) (\w+\.\w+): (.*)$)");
  HolderMarks marks;
  std::ifstream source(std::string(MEMPROF_TEST_SOURCE) + "/" + file);
  std::string line;
  std::smatch mark;
  for (int number = 1; std::getline(source, line); ++number) {
    if (!std::regex_search(line, mark, kMark)) continue;
    const std::string kind = mark.str(1), test = mark.str(2), text = mark.str(3);
    if (kind == "HOLDER") {
      std::vector<std::string> fields = Fields(text);
      fields.resize(3);
      marks.holders.push_back({test, fields[0], fields[1], fields[2], number + 1});
    } else if (kind == "PATH") {
      marks.paths.push_back({test, text});
    } else if (kind == "CYCLE") {
      marks.cycles.push_back({test, Fields(text)});
    } else {
      marks.weaken.push_back({test, text});
    }
  }
  return marks;
}

bool IsSameType(std::string a, std::string b) {
  return WithoutBlanks(std::move(a)) == WithoutBlanks(std::move(b));
}

bool IsCycleThrough(const std::vector<std::string>& cycle, const std::vector<std::string>& types) {
  std::vector<std::string> around;
  for (const std::string& entry : cycle) {
    std::string type = TypeInCycle(entry);
    if (type.starts_with("std::")) continue;
    if (type.starts_with("closure")) type = "closure";
    if (around.empty() || around.back() != type) around.push_back(type);
  }
  if (around.size() > 1 && around.front() == around.back()) around.pop_back();
  if (around.size() != types.size()) return false;
  for (std::size_t turn = 0; turn < around.size(); ++turn) {
    if (around == types) return true;
    std::rotate(around.begin(), around.begin() + 1, around.end());
  }
  return false;
}

}  // namespace memprof
