// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/pair_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace memprof {
namespace {

constexpr std::string_view kBlanks = " \t\r";

constexpr const char* kSyntax =
    "a line is: ACQUIRE RELEASE, such as: sqlite3_open(*2) sqlite3_close==0; several functions "
    "have "
    "| between them";

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool IsFunctionName(std::string_view name) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), IsNameCharacter);
}

/// The line without its comment.
std::string_view CodeOf(std::string_view line) { return Trimmed(line.substr(0, line.find('#'))); }

/// Reads `(2)`, `(*2)` or `(return)` from the front of `rest`. False when it is none of these.
bool TakeHandle(std::string_view* rest, PairFunction* function) {
  const std::size_t close = rest->find(')');
  if (close == std::string_view::npos) return false;
  std::string_view inside = rest->substr(1, close - 1);
  rest->remove_prefix(close + 1);
  if (inside == "return") {
    function->handle = PairFunction::Handle::kReturned;
    function->argument = 0;
    return true;
  }
  function->handle = PairFunction::Handle::kArgument;
  if (inside.starts_with('*')) {
    function->handle = PairFunction::Handle::kPointedTo;
    inside.remove_prefix(1);
  }
  if (inside.size() != 1 || inside[0] < '1' || inside[0] > '0' + kMostPairArguments) return false;
  function->argument = inside[0] - '0';
  return true;
}

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  Result<PairTable> Parse(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      const std::size_t end = text.find('\n');
      const std::string_view code = CodeOf(text.substr(0, end));
      if (!code.empty() && !AddLine(code)) return *error_;
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    if (table_.empty()) {
      return Error{ErrorKind::kUsage, fmt::format("{}: no pair of functions in it", file_),
                   kSyntax};
    }
    return std::move(table_);
  }

 private:
  bool Fail(const std::string& what) {
    error_ = Error{ErrorKind::kUsage, fmt::format("{}:{}: {}", file_, line_, what), kSyntax};
    return false;
  }

  bool AddLine(std::string_view code) {
    std::string kind;
    if (const std::size_t colon = code.find(':'); colon != std::string_view::npos) {
      kind = Trimmed(code.substr(0, colon));
      code = Trimmed(code.substr(colon + 1));
      if (kind.empty()) return Fail("nothing stands before the colon, where the kind is named");
      if (kind.find('\t') != std::string::npos) return Fail("there is a tab in the kind's name");
    }
    const std::size_t blank = code.find_first_of(kBlanks);
    if (blank == std::string_view::npos) {
      return Fail(fmt::format("`{}` has nothing that releases behind it", code));
    }
    const std::string_view releases = Trimmed(code.substr(blank));
    if (const std::size_t more = releases.find_first_of(kBlanks); more != std::string_view::npos) {
      return Fail(fmt::format("`{}` is one word too many", Trimmed(releases.substr(more))));
    }
    PairKind pair;
    if (!AddFunctions(code.substr(0, blank), true, &pair.acquires) ||
        !AddFunctions(releases, false, &pair.releases)) {
      return false;
    }
    pair.name = kind.empty() ? pair.acquires.front().name : std::move(kind);
    return Add(pair);
  }

  bool AddFunctions(std::string_view text, bool acquires, std::vector<PairFunction>* functions) {
    for (bool more = true; more;) {
      const std::size_t bar = text.find('|');
      more = bar != std::string_view::npos;
      PairFunction function;
      if (!acquires) function.handle = PairFunction::Handle::kArgument;
      if (!acquires) function.argument = 1;
      if (!ReadFunction(text.substr(0, bar), acquires, &function)) return false;
      functions->push_back(std::move(function));
      if (more) text.remove_prefix(bar + 1);
    }
    return true;
  }

  bool ReadFunction(std::string_view text, bool acquires, PairFunction* function) {
    const auto end = std::find_if_not(text.begin(), text.end(), IsNameCharacter);
    std::string_view rest = text.substr(static_cast<std::size_t>(end - text.begin()));
    function->name = std::string(text.begin(), end);
    if (!IsFunctionName(function->name)) {
      return Fail(fmt::format("`{}` does not begin with the name of a C function", text));
    }
    if (rest.starts_with('(') && !TakeHandle(&rest, function)) {
      return Fail(
          fmt::format("`{}`: in brackets stands where the handle is: (return), (N) or (*N), "
                      "with N from 1 to {}",
                      text, kMostPairArguments));
    }
    if (rest == "==0") {
      function->counts = PairFunction::Counts::kIfZero;
    } else if (rest == "!=0") {
      function->counts = PairFunction::Counts::kIfNonzero;
    } else if (!rest.empty()) {
      return Fail(
          fmt::format("`{}`: `{}` is none of (return), (N), (*N), ==0 and !=0", text, rest));
    }
    const bool returned = function->handle == PairFunction::Handle::kReturned;
    if (returned && !acquires) {
      return Fail(fmt::format("`{}`: what releases cannot return the handle", text));
    }
    if (returned && function->counts != PairFunction::Counts::kAlways) {
      return Fail(fmt::format("`{}`: the result is the handle, and null is none anyway", text));
    }
    return true;
  }

  /// Into the kind of its name, where a function may stand again if it says the same.
  bool Add(const PairKind& pair) {
    auto known = std::find_if(table_.begin(), table_.end(),
                              [&](const PairKind& each) { return each.name == pair.name; });
    if (known == table_.end()) known = table_.insert(table_.end(), {pair.name, {}, {}});
    return AddTo(pair.name, pair.acquires, &known->acquires) &&
           AddTo(pair.name, pair.releases, &known->releases);
  }

  bool AddTo(const std::string& kind, const std::vector<PairFunction>& functions,
             std::vector<PairFunction>* to) {
    for (const PairFunction& function : functions) {
      const auto [first, is_new] = lines_.emplace(function.name, line_);
      if (is_new) {
        to->push_back(function);
      } else if (std::find(to->begin(), to->end(), function) == to->end()) {
        return Fail(
            fmt::format("`{}` stands in line {} already, and not for the same: lines that share a "
                        "function need one kind, as in `{}: ...`",
                        function.name, first->second, kind));
      }
    }
    return true;
  }

  const std::string& file_;
  int line_ = 0;
  PairTable table_;
  std::map<std::string, int> lines_;  ///< by function
  std::optional<Error> error_;
};

void AddForPlugin(const PairKind& kind, const char* role,
                  const std::vector<PairFunction>& functions, std::string* text) {
  for (const PairFunction& function : functions) {
    std::string handle = "return";
    if (function.handle != PairFunction::Handle::kReturned) {
      const bool pointed_to = function.handle == PairFunction::Handle::kPointedTo;
      handle = fmt::format("{}arg{}", pointed_to ? "*" : "", function.argument);
    }
    const char* counts = function.counts == PairFunction::Counts::kAlways   ? ""
                         : function.counts == PairFunction::Counts::kIfZero ? "\tzero"
                                                                            : "\tnonzero";
    *text += fmt::format("{}\t{}\t{}\t{}{}\n", kind.name, role, function.name, handle, counts);
  }
}

}  // namespace

Result<PairTable> ParsePairTable(std::string_view text, const std::string& file) {
  return Parser(file).Parse(text);
}

PairTable JoinPairs(PairTable first, const PairTable& second) {
  std::set<std::string> taken;
  for (const PairKind& kind : first) {
    for (const PairFunction& function : kind.acquires) taken.insert(function.name);
    for (const PairFunction& function : kind.releases) taken.insert(function.name);
  }
  const auto is_taken = [&](const PairFunction& function) { return taken.contains(function.name); };
  for (PairKind kind : second) {
    std::erase_if(kind.acquires, is_taken);
    std::erase_if(kind.releases, is_taken);
    if (kind.acquires.empty() || kind.releases.empty()) continue;
    const auto same = std::find_if(first.begin(), first.end(),
                                   [&](const PairKind& each) { return each.name == kind.name; });
    if (same == first.end()) {
      first.push_back(std::move(kind));
      continue;
    }
    std::move(kind.acquires.begin(), kind.acquires.end(), std::back_inserter(same->acquires));
    std::move(kind.releases.begin(), kind.releases.end(), std::back_inserter(same->releases));
  }
  return first;
}

std::string PairsForPlugin(const PairTable& table) {
  std::string text;
  for (const PairKind& kind : table) {
    AddForPlugin(kind, "acquire", kind.acquires, &text);
    AddForPlugin(kind, "release", kind.releases, &text);
  }
  return text;
}

}  // namespace memprof
