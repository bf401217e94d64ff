// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/keyed_lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "runner/diagnose/pattern/name_words.h"

namespace memprof {
namespace {

std::size_t First(const SourceFile& file, CodeRange range) { return TokenAt(file, range.begin); }
std::size_t End(const SourceFile& file, CodeRange range) { return TokenAt(file, range.end); }

std::size_t StatementBegin(const SourceFile& file, std::size_t token) {
  int depth = 0;
  for (std::size_t i = token; i > 0; --i) {
    const std::string_view text = TextAt(file, i - 1);
    if (text == ")" || text == "]") ++depth;
    if (text == "(" || text == "[") {
      // `if (auto it = cache.find(key); …)`: the names within the condition are what matters.
      if (depth == 0) return i;
      --depth;
    }
    if (depth == 0 && (text == ";" || text == "{" || text == "}")) return i;
  }
  return 0;
}

std::size_t StatementEnd(const SourceFile& file, std::size_t token, std::size_t limit) {
  while (token < limit && TextAt(file, token) != ";" && TextAt(file, token) != "{") ++token;
  return token;
}

/// Names that the statement of `use` gives to what it finds: `auto it =`, `auto [it, fresh] =`,
/// `auto& slot =`; in the order of writing.
std::vector<std::string_view> NamesGiven(const SourceFile& file, const ContainerUse& use) {
  const std::size_t begin = StatementBegin(file, use.token);
  std::size_t assign = use.token;
  while (assign > begin && TextAt(file, assign) != "=") --assign;
  if (assign == begin || TextAt(file, assign - 1) == "=") return {};
  if (TextAt(file, assign - 1) != "]") {
    return IsWord(file.tokens()[assign - 1])
               ? std::vector<std::string_view>{TextAt(file, assign - 1)}
               : std::vector<std::string_view>();
  }
  std::size_t open = assign - 1;
  while (open > begin && TextAt(file, open) != "[") --open;
  std::vector<std::string_view> names;
  for (std::size_t i = open + 1; i + 1 < assign; ++i) {
    if (IsWord(file.tokens()[i])) names.push_back(TextAt(file, i));
  }
  return names;
}

bool Mentions(const SourceFile& file, std::size_t begin, std::size_t end, std::string_view name) {
  for (std::size_t i = begin; i < end; ++i) {
    if (TextAt(file, i) == name) return true;
  }
  return false;
}

/// Whether a condition in the function asks `name`: `if (…name…)`, `name ? a : b`, `while (…)`.
bool IsTested(const SourceFile& file, const FunctionCode& function, std::string_view name) {
  const std::size_t end = End(file, function.body);
  for (std::size_t i = First(file, function.body); i < end; ++i) {
    const std::string_view text = TextAt(file, i);
    if (text == "if" && TextAt(file, i + 1) == "(" &&
        Mentions(file, i + 2, ClosingToken(file, i + 1), name)) {
      return true;
    }
    if (text == "?" && Mentions(file, StatementBegin(file, i), i, name)) return true;
  }
  return false;
}

/// Whether the function gives its caller what `name` refers to.
bool IsReturned(const SourceFile& file, const FunctionCode& function, std::string_view name) {
  const std::size_t end = End(file, function.body);
  for (std::size_t i = First(file, function.body); i < end; ++i) {
    if (TextAt(file, i) == "return" && Mentions(file, i, StatementEnd(file, i, end), name)) {
      return true;
    }
    // `*result = it->second;`
    if (TextAt(file, i) == "=" && TextAt(file, i + 1) == name && TextAt(file, i + 2) == "->") {
      return true;
    }
  }
  return false;
}

bool GivesSomething(const FunctionCode& function) {
  return !function.returns.empty() && function.returns != "void" && function.returns != "bool" &&
         !function.returns.ends_with(" void");
}

/// Whether what `use` found or made is what the function gives.
bool IsHit(const SourceFile& file, const FunctionCode& function, const ContainerUse& use,
           const HeldShape& shape) {
  for (const std::string_view name : NamesGiven(file, use)) {
    if (IsReturned(file, function, name)) return true;
  }
  if (!GivesSomething(function)) return false;
  if (IsReturned(file, function, TextAt(file, use.token))) return true;
  return (!shape.name.empty() && IsReturned(file, function, shape.name)) ||
         (!shape.accessor.empty() && IsReturned(file, function, shape.accessor));
}

/// Whether the insertion says if the key was there, and the code looks at it.
bool AsksWhetherNew(const SourceFile& file, const FunctionCode& function, const ContainerUse& use) {
  const std::vector<std::string_view> names = NamesGiven(file, use);
  if (names.size() == 2) return IsTested(file, function, names[1]);
  if (names.size() == 1 && IsTested(file, function, names[0])) return true;
  const std::size_t begin = StatementBegin(file, use.token);
  const bool in_condition =
      begin > 1 && TextAt(file, begin - 1) == "(" && TextAt(file, begin - 2) == "if";
  return in_condition;
}

/// `return &*names.insert(name).first`: equal keys get one object.
bool GivesTheOneThatIsThere(const SourceFile& file, const FunctionCode& function,
                            const ContainerUse& use) {
  if (!GivesSomething(function)) return false;
  const std::vector<std::string_view> names = NamesGiven(file, use);
  if (TextAt(file, use.after) == "." && TextAt(file, use.after + 1) == "first") {
    return TextAt(file, StatementBegin(file, use.token)) == "return" ||
           (!names.empty() && IsReturned(file, function, names.front()));
  }
  return !names.empty() && IsReturned(file, function, names.front());
}

std::string Called(const HeldShape& shape) {
  return shape.name.empty() ? shape.accessor + "()" : shape.name;
}

/// A search by comparing: through the nodes of one bucket, or all elements of a sequence.
bool SearchesChain(const ContainerFunction& in) {
  bool compares = false;
  bool loops = false;
  const std::size_t end = End(*in.file, in.function.body);
  for (std::size_t i = First(*in.file, in.function.body); i < end; ++i) {
    const std::string_view text = TextAt(*in.file, i);
    loops = loops || text == "for" || text == "while" || text == "find_if" || text == "find";
    compares = compares || (text == "=" && TextAt(*in.file, i + 1) == "=") || text == "strcmp" ||
               text == "find";
  }
  return loops && compares && GivesSomething(in.function);
}

std::optional<KeyedLookup> LookupInFunction(const InsertingCode& inserting,
                                            const HeldShape& shape) {
  const ContainerFunction& frame = inserting.function;
  const SourceFile& file = *frame.file;
  const ContainerUse& insertion = inserting.insertion;
  if (shape.body == HeldBody::kOwnTable || shape.body == HeldBody::kSequence) {
    // The search must be through the container, and stand before the insertion.
    const bool searched =
        std::any_of(frame.uses.begin(), frame.uses.end(), [&](const ContainerUse& use) {
          return use.token < insertion.token &&
                 (shape.body == HeldBody::kOwnTable || use.kind == UseKind::kLoop ||
                  use.method == "begin");
        });
    if (!searched || !SearchesChain(frame)) return std::nullopt;
    return KeyedLookup{fmt::format("`{}` searches `{}` before it adds to it ({})", frame.name,
                                   Called(shape), PlaceText(file, insertion.line)),
                       true};
  }
  for (const ContainerUse& use : inserting.function.uses) {
    if (use.token >= insertion.token) break;
    if (use.kind != UseKind::kLookup) continue;
    return KeyedLookup{fmt::format("`{}` looks `{}` up by key before it inserts ({})", frame.name,
                                   Called(shape), PlaceText(file, use.line)),
                       IsHit(file, frame.function, use, shape)};
  }
  if (insertion.kind == UseKind::kTry) {
    const bool gives = GivesTheOneThatIsThere(file, frame.function, insertion);
    if (gives && TextAt(file, insertion.after) == "." &&
        !AsksWhetherNew(file, frame.function, insertion)) {
      return KeyedLookup{fmt::format("`{}` gives what `{}` has for an equal key ({})", frame.name,
                                     Called(shape), PlaceText(file, insertion.line)),
                         true};
    }
    if (AsksWhetherNew(file, frame.function, insertion)) {
      return KeyedLookup{
          fmt::format("`{}` asks `{}` with `{}` whether the key is new ({})", frame.name,
                      Called(shape), insertion.method, PlaceText(file, insertion.line)),
          gives};
    }
  }
  for (const ContainerUse& use : inserting.function.uses) {
    if (use.kind != UseKind::kIndex) continue;
    const std::vector<std::string_view> names = NamesGiven(file, use);
    const bool tested = (!names.empty() && IsTested(file, frame.function, names.front())) ||
                        (names.empty() && AsksWhetherNew(file, frame.function, use));
    if (!tested) continue;
    return KeyedLookup{fmt::format("`{}` looks at `{}[…]` before it fills it ({})", frame.name,
                                   Called(shape), PlaceText(file, use.line)),
                       IsHit(file, frame.function, use, shape)};
  }
  return std::nullopt;
}

/// Names of functions that look a key up and put nothing in.
std::set<std::string> LookupFunctions(const std::vector<ContainerFunction>& users,
                                      const HeldShape& shape) {
  std::set<std::string> names;
  for (const ContainerFunction& user : users) {
    bool looks = shape.body == HeldBody::kOwnTable && SearchesChain(user);
    bool changes = false;
    for (const ContainerUse& use : user.uses) {
      looks = looks || use.kind == UseKind::kLookup;
      changes = changes || use.kind == UseKind::kInsert || use.kind == UseKind::kTry ||
                use.kind == UseKind::kIndexAdd || use.kind == UseKind::kRemove;
    }
    if (looks && !changes) names.insert(user.name);
  }
  return names;
}

std::optional<KeyedLookup> LookupBefore(const std::vector<FrameCode>& frames,
                                        const InsertingCode& inserting,
                                        const std::vector<ContainerFunction>& users,
                                        const HeldShape& shape) {
  const std::set<std::string> lookups = LookupFunctions(users, shape);
  if (lookups.empty()) return std::nullopt;
  for (std::size_t i = inserting.frame; i < frames.size(); ++i) {
    const FrameCode& frame = frames[i];
    // A test that looks whether the thing arrived is no cache; it calls what it likes.
    if (frame.is_test) break;
    const std::size_t end = End(*frame.file, frame.function.body);
    for (std::size_t t = First(*frame.file, frame.function.body); t < end; ++t) {
      const std::string name(TextAt(*frame.file, t));
      if (TextAt(*frame.file, t + 1) != "(" || !lookups.contains(name)) continue;
      const int line = frame.file->tokens()[t].line;
      if (line > frame.line) break;
      return KeyedLookup{
          fmt::format("`{}` asks `{}`, which looks `{}` up by key, before it inserts "
                      "({})",
                      frame.name, name, Called(shape), PlaceText(*frame.file, line)),
          GivesSomething(frame.function)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<KeyedLookup> FindKeyedLookup(const std::vector<FrameCode>& frames,
                                           const InsertingCode& inserting,
                                           const std::vector<ContainerFunction>& users,
                                           const HeldShape& shape) {
  if (shape.body != HeldBody::kKeyed && shape.body != HeldBody::kSet &&
      shape.body != HeldBody::kOwnTable && shape.body != HeldBody::kSequence) {
    return std::nullopt;
  }
  std::optional<KeyedLookup> found = LookupInFunction(inserting, shape);
  if (!found && shape.body != HeldBody::kSequence)
    found = LookupBefore(frames, inserting, users, shape);
  return found;
}

bool HasCountedKey(const InsertingCode& inserting) {
  const ContainerFunction& frame = inserting.function;
  const SourceFile& file = *frame.file;
  const ContainerUse& use = inserting.insertion;
  const auto counts_up = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i + 1 < end; ++i) {
      if (TextAt(file, i) == "+" && TextAt(file, i + 1) == "+") return true;
    }
    return false;
  };
  if (counts_up(use.token, use.after)) return true;
  for (std::size_t i = use.token + 1; i < use.after; ++i) {
    if (!IsWord(file.tokens()[i])) continue;
    const auto local = LocalOf(file, frame.function, TextAt(file, i));
    if (local && counts_up(First(file, local->initializer), End(file, local->initializer))) {
      return true;
    }
  }
  return false;
}

}  // namespace memprof
