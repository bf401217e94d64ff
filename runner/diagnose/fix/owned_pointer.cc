// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/owned_pointer.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <vector>

#include "runner/diagnose/fix/outliving_view.h"
#include "runner/diagnose/fix/release_statement.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_edit.h"

namespace memprof {
namespace {

using Kind = VariableUse::Kind;

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

/// "const Message" of "const Message* const".
std::string Pointee(std::string type) {
  if (type.ends_with("const")) type.erase(type.size() - 5);
  while (!type.empty() && (type.back() == '*' || type.back() == ' ')) type.pop_back();
  return type;
}

/// What stands behind `new`: "Message", "(x, y)", and whether it may fail by null.
struct NewExpression {
  std::string type;
  std::string initializer;
  bool nothrow = false;
};

NewExpression NewAt(const SourceFile& file, CodeRange value) {
  NewExpression found;
  std::size_t i = TokenAt(file, value.begin) + 1;
  if (Text(file, i) == "(") {
    found.nothrow = true;
    i = ClosingToken(file, i) + 1;
  }
  const std::size_t first = i;
  const std::size_t end = TokenAt(file, value.end);
  while (i < end && Text(file, i) != "(" && Text(file, i) != "{" && Text(file, i) != "[") {
    const std::size_t close = Text(file, i) == "<" ? ClosingToken(file, i) : i;
    i = close < end ? close + 1 : i + 1;
  }
  if (i > first) found.type = std::string(file.Text(RangeOf(file, first, i - 1)));
  if (i < end) found.initializer = std::string(file.Text(RangeOf(file, i, end - 1)));
  return found;
}

std::string LastName(const std::string& type) {
  const std::string plain = type.substr(0, type.find('<'));
  const std::size_t scope = plain.rfind("::");
  return scope == std::string::npos ? plain : plain.substr(scope + 2);
}

/// Whether std::make_unique can pass the arguments on, and may call the constructor.
bool CanMake(const SourceFile& file, const RawOwner& owner, const NewExpression& made) {
  if (made.nothrow || made.initializer.find('{') != std::string::npos) return false;
  const std::size_t first = TokenAt(file, owner.value.begin);
  const std::size_t end = TokenAt(file, owner.value.end);
  for (std::size_t i = first; i < end; ++i) {
    // As arguments of a template they are integers, and no null pointers.
    if (Text(file, i) == "NULL" || Text(file, i) == "0") return false;
  }
  // Members and friends call private constructors.
  if (owner.function.class_name == LastName(made.type)) return false;
  const std::optional<ClassCode> defined = ClassNamed(file, made.type);
  return !defined || UsesOf(file, defined->body, "friend").empty();
}

class Owning {
 public:
  Owning(const SourceFile& file, const RawOwner& owner)
      : file_(file), owner_(owner), name_(owner.variable.name) {}

  OwnedPointer Read() {
    OwnedPointer result;
    ReadType();
    ReadUses();
    if (reason_.empty()) reason_ = OutlivingView(file_, owner_);
    if (reason_.empty()) Declare();
    result.declaration = declaration_;
    result.reason = reason_;
    if (!reason_.empty()) return result;
    edit_.AddInclude(file_, "<memory>");
    if (!of_new_) edit_.AddInclude(file_, "<cstdlib>");
    result.diff = edit_.Diff();
    if (result.diff.empty()) result.reason = "the lines to change overlap";
    return result;
  }

 private:
  void ReadType() {
    of_new_ = owner_.acquirer == "new" || owner_.acquirer == "new[]";
    is_array_ = owner_.acquirer == "new[]";
    const std::string& type = owner_.variable.type;
    pointee_ = Pointee(type);
    if (of_new_ && !owner_.by_call) made_ = NewAt(file_, owner_.value);
    const bool deduced = pointee_ == "auto" || pointee_ == "const auto";
    if (deduced && of_new_) pointee_ = (pointee_ == "auto" ? "" : "const ") + made_.type;
    if (deduced && (!of_new_ || owner_.by_call || made_.type.find('*') != std::string::npos)) {
      Refuse("the type of `{}` is not written down", name_);
    }
    if (pointee_.empty() || made_.type.ends_with("*")) Refuse("`{}` points to pointers", name_);
    const bool plain = owner_.variable.whole.begin == owner_.variable.type_range.begin;
    if (!plain) Refuse("`{}` is not declared plainly", name_);
    if (is_array_ && !owner_.by_call && pointee_ != made_.type)
      Refuse("`{}` is of another type", name_);
    if (file_.path().ends_with(".c")) Refuse("C has no destructors");
  }

  void ReadUses() {
    for (const VariableUse& use : owner_.uses) {
      if (!of_new_ && Text(file_, use.token + 1) == "[") is_array_ = true;
    }
    for (const VariableUse& use : owner_.uses) {
      const std::string against = ReasonAgainst(file_, use, name_);
      if (use.kind == Kind::kAssigned) {
        ReadAssignment(use);
      } else if (!against.empty()) {
        if (reason_.empty()) reason_ = against;
      } else if (use.kind == Kind::kRelease) {
        ReadRelease(use);
      } else if (NeedsGet(use)) {
        edit_.Replace(file_, RangeOf(file_, use.token, use.token), name_ + ".get()");
      }
    }
  }

  bool NeedsGet(const VariableUse& use) const {
    if (use.kind == Kind::kPassed) return true;
    const std::string_view before = Text(file_, use.token - 1);
    const std::string_view after = Text(file_, use.token + 1);
    if (use.kind == Kind::kAccess) return is_array_ && after != "[";
    const bool compares = after == "=" || after == "!" || after == "<" || after == ">" ||
                          before == "=" || before == "<" || before == ">";
    const bool with_null =
        Text(file_, use.token + 3) == "nullptr" || Text(file_, use.token - 3) == "nullptr";
    return compares && !with_null;
  }

  void ReadRelease(const VariableUse& use) {
    const bool fits = owner_.acquirer == "new"     ? use.callee == "delete"
                      : owner_.acquirer == "new[]" ? use.callee == "delete[]"
                                                   : use.callee == "free";
    if (!fits) {
      Refuse("line {} gives `{}` to `{}`, which does not go with `{}`", use.line, name_, use.callee,
             owner_.acquirer);
      return;
    }
    const auto release = ReleaseStatementOf(file_, owner_.function, owner_.variable, use);
    if (!release) {
      Refuse("the `{}` at line {} is part of a larger statement", use.callee, use.line);
    } else if (release->is_last && release->stands_alone) {
      edit_.Remove(file_, release->whole);
    } else {
      is_const_ = false;
      edit_.Replace(file_, release->call, name_ + ".reset();");
    }
  }

  /// `p = nullptr` stays; `p = new T` and the declaration without a value are the owner's.
  void ReadAssignment(const VariableUse& use) {
    is_const_ = false;
    const std::size_t first = use.token + 2;
    std::size_t end = first;
    while (end < file_.tokens().size() && Text(file_, end) != ";") ++end;
    if (end == first + 1 && Text(file_, first) == "nullptr") return;
    const std::string acquirer = AcquirerOf(file_, first, end);
    const bool same = of_new_ ? acquirer == owner_.acquirer
                              : !acquirer.empty() && acquirer != "new" && acquirer != "new[]";
    if (!same || end >= file_.tokens().size()) {
      Refuse("`{}` gets another value at line {}", name_, use.line);
      return;
    }
    const CodeRange value = RangeOf(file_, first, end - 1);
    edit_.Replace(file_, {file_.tokens()[use.token].end, value.end},
                  fmt::format(".reset({})", file_.Text(value)));
  }

  void Declare() {
    const std::string constant = is_const_ ? "const " : "";
    const std::string array = is_array_ ? "[]" : "";
    const std::string initial(file_.Text(owner_.variable.initializer));
    const bool has_value = owner_.by_declaration;
    if (!has_value && !initial.empty() && initial != "nullptr") {
      Refuse("`{}` has another value first", name_);
      return;
    }
    if (!of_new_) {
      if (pointee_.starts_with("const ")) pointee_.erase(0, 6);
      declaration_ = fmt::format("{}std::unique_ptr<{}{}, void (*)(void*)> {}({}, &std::free);",
                                 constant, pointee_, array, name_, has_value ? initial : "nullptr");
    } else if (!has_value) {
      declaration_ = fmt::format("std::unique_ptr<{}{}> {};", pointee_, array, name_);
    } else if (is_array_ || owner_.by_call || !CanMake(file_, owner_, made_)) {
      declaration_ =
          fmt::format("{}std::unique_ptr<{}{}> {}({});", constant, pointee_, array, name_, initial);
    } else {
      const std::string arguments = made_.initializer.empty() ? "()" : made_.initializer;
      const bool same = pointee_ == made_.type;
      const std::string type = same ? "auto" : "std::unique_ptr<" + pointee_ + ">";
      declaration_ = fmt::format("{}{} {} = std::make_unique<{}>{};", constant, type, name_,
                                 made_.type, arguments);
    }
    edit_.Replace(file_, owner_.variable.whole, declaration_);
  }

  template <typename... Arguments>
  void Refuse(const char* format, const Arguments&... arguments) {
    if (reason_.empty()) reason_ = fmt::format(fmt::runtime(format), arguments...);
  }

  const SourceFile& file_;
  const RawOwner& owner_;
  const std::string& name_;
  SourceEdit edit_;
  NewExpression made_;
  std::string pointee_;
  std::string declaration_;
  std::string reason_;
  bool of_new_ = true;
  bool is_array_ = false;
  bool is_const_ = true;
};

/// Whether the file defines a function of that name that frees something.
bool Frees(const SourceFile& file, const std::string& callee) {
  for (const FunctionCode& function : FunctionsOf(file)) {
    const std::size_t scope = function.name.rfind("::");
    const std::string last =
        scope == std::string::npos ? function.name : function.name.substr(scope + 2);
    if (last != callee) continue;
    for (const std::string_view word : {"delete", "free", "close", "unique_ptr", "shared_ptr"}) {
      if (!UsesOf(file, function.body, word).empty()) return true;
    }
  }
  return false;
}

}  // namespace

OwnedPointer OwnPointer(const SourceFile& file, const RawOwner& owner) {
  return Owning(file, owner).Read();
}

std::string ReasonAgainst(const SourceFile& file, const VariableUse& use, const std::string& name) {
  switch (use.kind) {
    case Kind::kAccess:
    case Kind::kTest:
    case Kind::kRelease:
      return {};
    case Kind::kPassed:
      if (!SoundsLikeOwning(use.callee) && !Frees(file, use.callee)) return {};
      return fmt::format("`{}` at line {} may keep or free what it is given", use.callee, use.line);
    case Kind::kReturned:
      return fmt::format("`{}` is returned at line {}, so its owner is elsewhere", name, use.line);
    case Kind::kAssigned:
      return fmt::format("`{}` gets another value at line {}", name, use.line);
    case Kind::kStored:
      return fmt::format("`{}` is copied at line {}, and the copy may own it", name, use.line);
    case Kind::kCaptured:
      return fmt::format("`{}` is used by a closure at line {}", name, use.line);
    case Kind::kAddress:
      return fmt::format("the address of `{}` is taken at line {}", name, use.line);
    case Kind::kOther:
      break;
  }
  return fmt::format("line {} needs `{}` as it is", use.line, name);
}

}  // namespace memprof
