// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <string>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

/// "Particle" of "new Particle(…)", "std::make_unique<Particle>(…)".
std::string MadeType(const SourceFile& file, const Statement& statement) {
  for (std::size_t i = TokenAt(file, statement.range.begin);
       i + 1 < file.tokens().size() && file.tokens()[i].begin < statement.range.end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == "new" && IsWord(file.tokens()[i + 1])) {
      std::size_t last = i + 1;
      while (TokenText(file, last + 1) == "::") last += 2;
      return std::string(file.Text(RangeOf(file, i + 1, last)));
    }
    if ((text == "make_unique" || text == "make_shared") && TokenText(file, i + 1) == "<") {
      const std::size_t close = ClosingToken(file, i + 1);
      if (close >= file.tokens().size()) return "";
      return std::string(file.Text({file.tokens()[i + 1].end, file.tokens()[close].begin}));
    }
  }
  return "";
}

}  // namespace

std::optional<Fix> PoolObjects(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  const std::optional<Statement> statement =
      file == nullptr ? std::nullopt : InnerStatementAt(*file, finding.location.line);
  const std::string made = statement ? MadeType(*file, *statement) : "";
  Solution arena;
  arena.summary = "take their memory from a std::pmr::monotonic_buffer_resource";
  arena.snippet =
      "std::pmr::monotonic_buffer_resource memory;  // lives longer than all of them\n"
      "std::pmr::list<…> items(&memory);            // or any other std::pmr container";
  arena.why = "it cuts each object from a large block, and gives all back at once";
  arena.trade_off = "nothing is given back before the resource is gone (<memory_resource>, C++17)";
  arena.effort = "an hour";
  arena.why_no_diff = "where all of them have ended cannot be told from this line";
  Fix fix;
  if (made.empty()) {
    static_cast<Solution&>(fix) = std::move(arena);
    return fix;
  }
  fix.summary = fmt::format("keep the `{}` objects by value in a std::deque", made);
  fix.snippet = fmt::format(
      "std::deque<{0}> all;                  // in place of one allocation each\n"
      "{0}& one = all.emplace_back(…);  // stays where it is while others come",
      made);
  fix.why =
      fmt::format("a deque allocates room for many `{}` objects at a time, side by side", made);
  fix.trade_off =
      "single ones in the middle cannot be given back, and derived classes need a deque "
      "of their own";
  fix.effort = "an hour";
  fix.why_no_diff = fmt::format("who owns each `{}`, and for how long, is not in this line", made);
  fix.alternatives.push_back(std::move(arena));
  return fix;
}

}  // namespace memprof
