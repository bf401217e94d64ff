// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/member_uses.h"
#include "runner/diagnose/fix/weak_use.h"
#include "runner/diagnose/fix/weaken_capture.h"

namespace memprof {
namespace {

/// "chat::Connection::session" as its class's last name and the member.
struct MemberName {
  std::string owner;
  std::string member;
};

std::optional<MemberName> Parted(std::string text) {
  // A class template's arguments are not in its name in the source.
  for (std::size_t open = text.find('<'); open != std::string::npos; open = text.find('<')) {
    int depth = 0;
    std::size_t close = open;
    for (; close < text.size(); ++close) {
      if (text[close] == '<') ++depth;
      if (text[close] == '>' && --depth == 0) break;
    }
    if (close == text.size()) return std::nullopt;
    text.erase(open, close + 1 - open);
  }
  const std::size_t colon = text.rfind("::");
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  const std::size_t before = text.rfind("::", colon - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 2;
  return MemberName{text.substr(begin, colon - begin), text.substr(colon + 2)};
}

class Weakener {
 public:
  Weakener(const Finding& finding, const Sources& sources, MemberName name)
      : weaken_(*finding.weaken),
        cycle_(finding.cycle),
        sources_(sources),
        name_(std::move(name)) {}

  Fix Propose() {
    Fix fix;
    fix.summary = fmt::format("make `{}::{}` a std::weak_ptr", name_.owner, name_.member);
    fix.why = fmt::format(
        "a std::weak_ptr does not keep its object alive: ownership then runs one way only{}, and "
        "the counts reach zero when the last user lets go",
        cycle_.size() > 1 ? fmt::format(", from `{}`", cycle_.front()) : "");
    fix.effort = "minutes";
    std::string why_not = Change();
    if (why_not.empty()) fix.diff = edit_.Diff();
    if (fix.diff.empty()) {
      fix.why_no_diff = why_not.empty() ? "its uses overlap" : why_not;
      fix.snippet = Snippet();
    }
    fix.trade_off = TradeOff(!fix.diff.empty());
    return fix;
  }

 private:
  std::string Change() {
    file_ = sources_.Find(weaken_.file);
    if (file_ == nullptr) {
      return fmt::format("the file that declares `{}` could not be read", name_.member);
    }
    std::optional<ClassCode> owner = ClassAt(*file_, weaken_.line);
    if (!owner || owner->name != name_.owner) owner = ClassNamed(*file_, name_.owner);
    if (!owner) return fmt::format("`{}` is not defined in {}", name_.owner, weaken_.file);
    const std::optional<Declaration> member = MemberOf(*file_, *owner, name_.member);
    if (!member) return fmt::format("the declaration of `{}` is not a plain one", name_.member);
    declared_ = member->type;
    if (const std::string why = Redeclare(*member); !why.empty()) return why;
    const MemberUses uses = UsesOfMember(sources_, name_.owner, name_.member);
    if (!uses.unclear.empty()) return uses.unclear;
    for (const MemberUse& use : uses.uses) {
      const WeakUse changed = ToWeakUse(use, sources_, &edit_);
      if (!changed.why_not.empty()) return changed.why_not;
      if (changed.dereferences) {
        reached_.push_back(
            fmt::format("{}:{}", use.file->path(), use.file->tokens()[use.token].line));
      }
    }
    return DeclineAggregates();
  }

  /// std::weak_ptr cannot be made of nullptr, and would let go at once of what it alone owned.
  std::string Redeclare(const Declaration& member) {
    const std::string type = WeakType(member.type);
    if (type.empty()) {
      return fmt::format("`{}` is declared as `{}`, not as a std::shared_ptr", name_.member,
                         member.type);
    }
    const std::string_view value = file_->Text(Trimmed(*file_, member.initializer));
    if (!value.empty() && value != "nullptr") {
      return fmt::format("`{}` begins with `{}`, and may be its only owner", name_.member, value);
    }
    edit_.Replace(*file_, member.type_range, type);
    if (value == "nullptr") {
      edit_.Replace(*file_, {member.name_range.end, member.whole.end}, ";");
    }
    return "";
  }

  std::string WeakType(const std::string& type) const {
    for (const std::string_view shared : {"std::shared_ptr<", "shared_ptr<"}) {
      for (const std::string_view prefix : {"", "const ", "mutable "}) {
        const std::string head = std::string(prefix) + std::string(shared);
        if (!type.starts_with(head) || !type.ends_with('>')) continue;
        std::string weak = type;
        weak.replace(head.size() - std::string_view("shared_ptr<").size(), 6, "weak");
        return weak;
      }
    }
    return "";
  }

  /// "Connection{nullptr, …}" does not compile with a std::weak_ptr in that place.
  std::string DeclineAggregates() const {
    for (const auto& [path, file] : sources_.files()) {
      for (const std::size_t use : UsesOf(file, {0, file.text().size()}, name_.owner)) {
        std::size_t open = use + 1;
        if (IsWord(file.tokens()[std::min(open, file.tokens().size() - 1)])) ++open;
        if (TokenText(file, open) == "=") ++open;
        const bool definition = use > 0 && (TokenText(file, use - 1) == "struct" ||
                                            TokenText(file, use - 1) == "class");
        if (TokenText(file, open) != "{" || definition) continue;
        const std::size_t close = ClosingToken(file, open);
        if (close >= file.tokens().size()) continue;
        if (!UsesOf(file, RangeOf(file, open, close), "nullptr").empty()) {
          return fmt::format("{}:{} may make it of nullptr, which a std::weak_ptr is not made of",
                             path, file.tokens()[use].line);
        }
      }
    }
    return "";
  }

  std::string Element() const {
    const std::string& type = declared_.empty() ? weaken_.type : declared_;
    const std::size_t open = type.find("shared_ptr<");
    if (open == std::string::npos || !type.ends_with('>')) return "";
    return type.substr(open + 11, type.size() - open - 12);
  }

  std::string Snippet() const {
    const std::string element = Element();
    if (element.empty()) return "";
    return fmt::format(
        "std::weak_ptr<{0}> {1};  // in {2}\n\n"
        "if (const auto locked = {1}.lock()) {{\n"
        "  // use `locked` where `{1}` was used: it owns as long as it lives\n"
        "}}",
        element, name_.member, name_.owner);
  }

  std::string TradeOff(bool has_diff) const {
    std::string text;
    if (has_diff && !reached_.empty()) {
      text = fmt::format(
          "`lock()` gives null once the object is gone, and what it gives is held no longer than "
          "the statement: {} must only run while somebody else owns it, or test the pointer first",
          Places());
    } else {
      text = fmt::format("users of `{}` call lock() and must deal with an object that is gone",
                         name_.member);
    }
    if (has_diff) {
      text += fmt::format(
          "; uses of `{}` in files that are on no stack of the finding were not "
          "read, and the compiler names them",
          name_.member);
    }
    return text;
  }

  std::string Places() const {
    std::string text = reached_.front();
    for (std::size_t i = 1; i < reached_.size() && i < 3; ++i) text += ", " + reached_[i];
    if (reached_.size() > 3) text += fmt::format(" and {} more places", reached_.size() - 3);
    return text;
  }

  const Weaken& weaken_;
  const std::vector<std::string>& cycle_;
  const Sources& sources_;
  const MemberName name_;
  const SourceFile* file_ = nullptr;
  std::string declared_;
  std::vector<std::string> reached_;
  SourceEdit edit_;
};

}  // namespace

std::optional<Fix> WeakenCycle(const Finding& finding, const Sources& sources) {
  if (!finding.weaken) return std::nullopt;
  if (finding.weaken->member.starts_with("the capture `")) return WeakenCapture(finding, sources);
  const std::optional<MemberName> name = Parted(finding.weaken->member);
  if (!name) return std::nullopt;
  return Weakener(finding, sources, *name).Propose();
}

}  // namespace memprof
