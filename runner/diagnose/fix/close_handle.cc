// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "runner/diagnose/fix/acquired_handle.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/owned_pointer.h"
#include "runner/diagnose/fix/release_statement.h"

namespace memprof {
namespace {

using Kind = VariableUse::Kind;

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

/// "InputFile" of "input_file".
std::string Camel(const std::string& name) {
  std::string camel;
  bool upper = true;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    camel += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return camel;
}

/// A local owner behind the statement that opens.
class Closing {
 public:
  Closing(const SourceFile& file, const AcquiredHandle& handle)
      : file_(file),
        handle_(handle),
        name_(handle.variable.name),
        owner_(name_ + (handle.pair.closes == "munmap" ? "_unmapper" : "_closer")),
        class_(Camel(owner_)) {}

  void Read() {
    ReadPlace();
    for (const VariableUse& use : handle_.uses) ReadUse(use);
    code_ = handle_.pair.type == "int"     ? DescriptorOwner()
            : handle_.pair.opens == "mmap" ? MappingOwner()
                                           : PointerOwner();
    if (!reason_.empty()) return;
    edit_.InsertLineAfter(file_, handle_.statement.last_line, code_, handle_.statement.first_line);
    edit_.AddInclude(file_, handle_.pair.header);
    if (uses_memory_) edit_.AddInclude(file_, "<memory>");
    diff_ = edit_.Diff();
    if (diff_.empty()) reason_ = "the lines to change overlap";
  }

  const std::string& diff() const { return diff_; }
  const std::string& code() const { return code_; }
  const std::string& reason() const { return reason_; }

 private:
  void ReadPlace() {
    const std::size_t next = TokenAt(file_, handle_.statement.range.end);
    if (next < file_.tokens().size() && file_.tokens()[next].line == handle_.statement.last_line) {
      Refuse("line {} goes on behind the call", handle_.statement.last_line);
    }
    const bool plain = handle_.variable.whole.begin == handle_.variable.type_range.begin;
    if (!plain) Refuse("`{}` is not declared plainly", name_);
    if (file_.path().ends_with(".c")) Refuse("C has no destructors");
    if (handle_.variable.type.starts_with("const ") && handle_.variable.type.ends_with("*")) {
      Refuse("`{}` points to what is constant", name_);
    }
    const CodeRange all = {0, file_.text().size()};
    for (const std::string& made : {owner_, class_}) {
      if (!UsesOf(file_, all, made).empty()) Refuse("`{}` is a name already", made);
    }
    if (handle_.function.class_name == "close" || handle_.function.name == handle_.pair.closes) {
      Refuse("the function is named as what closes");
    }
  }

  void ReadUse(const VariableUse& use) {
    if (use.kind == Kind::kRelease) {
      ReadRelease(use);
      return;
    }
    const std::string against = ReasonAgainst(file_, use, name_);
    if (!against.empty() && reason_.empty()) reason_ = against;
  }

  void ReadRelease(const VariableUse& use) {
    const auto release = handle_.pair.closes == "munmap"
                             ? std::nullopt
                             : ReleaseStatementOf(file_, handle_.function, handle_.variable, use);
    if (!release) {
      Refuse("the `{}` at line {} is part of a larger statement", use.callee, use.line);
    } else if (release->is_last && release->stands_alone) {
      edit_.Remove(file_, release->whole);
    } else {
      closes_early_ = true;
      const char* call = handle_.pair.type == "int" ? "Close" : "reset";
      edit_.Replace(file_, release->call, fmt::format("{}.{}();", owner_, call));
    }
  }

  std::string DescriptorOwner() const {
    if (!closes_early_) {
      return fmt::format(
          "const struct {0} {{\n"
          "  int descriptor;\n"
          "  ~{0}() {{\n"
          "    if (descriptor >= 0) ::close(descriptor);\n"
          "  }}\n"
          "}} {1}{{{2}}};",
          class_, owner_, name_);
    }
    return fmt::format(
        "struct {0} {{\n"
        "  int descriptor;\n"
        "  ~{0}() {{ Close(); }}\n"
        "  void Close() {{\n"
        "    if (descriptor >= 0) ::close(descriptor);\n"
        "    descriptor = -1;\n"
        "  }}\n"
        "}} {1}{{{2}}};",
        class_, owner_, name_);
  }

  std::string PointerOwner() {
    uses_memory_ = true;
    std::string type(handle_.pair.type);
    type.pop_back();
    const bool is_standard = handle_.pair.closes == "fclose";
    // A function type spelled out: decltype(&fclose) has attributes that gcc warns of.
    return fmt::format("{}std::unique_ptr<{}, int (*)({}*)> {}({}, &{}{});",
                       closes_early_ ? "" : "const ", type, type, owner_, name_,
                       is_standard ? "std::" : "::", handle_.pair.closes);
  }

  /// The length is evaluated again, so it must be a name or a number.
  std::string MappingOwner() {
    std::size_t i = handle_.call + 2;
    int comma = 0;
    std::size_t first = i;
    std::size_t end = i;
    for (const std::size_t close = ClosingToken(file_, handle_.call + 1); i < close; ++i) {
      if (Text(file_, i) == "(" || Text(file_, i) == "[") i = ClosingToken(file_, i);
      if (Text(file_, i) != ",") continue;
      if (++comma == 1) first = i + 1;
      if (comma == 2) {
        end = i;
        break;
      }
    }
    const bool simple = end == first + 1 && IsWord(file_.tokens()[first]);
    if (!simple) Refuse("the length of the mapping is not one name or number");
    const std::string length =
        end > first ? std::string(file_.Text(RangeOf(file_, first, end - 1))) : "length";
    return fmt::format(
        "const struct {0} {{\n"
        "  void* address;\n"
        "  unsigned long length;\n"
        "  ~{0}() {{\n"
        "    if (address != MAP_FAILED) ::munmap(address, length);\n"
        "  }}\n"
        "}} {1}{{{2}, static_cast<unsigned long>({3})}};",
        class_, owner_, name_, length);
  }

  template <typename... Arguments>
  void Refuse(const char* format, const Arguments&... arguments) {
    if (reason_.empty()) reason_ = fmt::format(fmt::runtime(format), arguments...);
  }

  const SourceFile& file_;
  const AcquiredHandle& handle_;
  const std::string& name_;
  const std::string owner_;
  const std::string class_;
  SourceEdit edit_;
  bool closes_early_ = false;
  bool uses_memory_ = false;
  std::string code_;
  std::string diff_;
  std::string reason_;
};

Fix MakeFix(std::string_view closes, const std::string& what) {
  Fix fix;
  fix.summary = closes == "munmap"
                    ? fmt::format("unmap {} on every way out, by an owner on the stack", what)
                    : fmt::format("close {} on every way out, by an owner on the stack", what);
  fix.why = fmt::format(
      "its destructor calls `{}` on every way out, early returns and exceptions "
      "included",
      closes);
  fix.trade_off = "the result of closing is not looked at";
  fix.effort = "minutes";
  return fix;
}

/// The call's result goes into a member, another variable or out of the function.
Fix OwnElsewhere(const SourceFile& file, std::size_t call) {
  const HandlePair pair = *FindHandlePair(Text(file, call));
  const std::string what = fmt::format("what `{}` gives", pair.opens);
  Fix fix = MakeFix(pair.closes, what);
  const bool is_pointer = pair.type != "int" && pair.opens != "mmap";
  if (file.path().ends_with(".c")) {
    fix.summary = fmt::format("call `{}` on every way out", pair.closes);
    fix.snippet = fmt::format("done:\n  {}(handle);\n  return result;\n", pair.closes);
    fix.why = "each way out passes the one call";
  } else if (is_pointer) {
    const std::string type(pair.type.substr(0, pair.type.size() - 1));
    fix.snippet = fmt::format("std::unique_ptr<{}, int (*)({}*)> owner({}(...), &{});\n", type,
                              type, pair.opens, pair.closes);
  } else {
    const char* close = pair.opens == "mmap" ? "if (address_ != MAP_FAILED) munmap(address_, "
                                               "length_);"
                                             : "if (descriptor_ >= 0) close(descriptor_);";
    fix.snippet = fmt::format(
        "class Owner {{\n"
        " public:\n"
        "  explicit Owner({} handle);\n"
        "  Owner(const Owner&) = delete;\n"
        "  Owner& operator=(const Owner&) = delete;\n"
        "  ~Owner() {{ {} }}\n"
        "  ...\n"
        "}};\n",
        pair.opens == "mmap" ? "void* address, size_t length" : "int", close);
  }
  fix.why_no_diff =
      fmt::format("the result of `{}` is not kept by a plain statement of its own", pair.opens);
  return fix;
}

}  // namespace

std::optional<Fix> CloseHandle(const Finding& finding, const Sources& sources) {
  const SourceFile* file = sources.Find(finding.location.file);
  if (file == nullptr) return std::nullopt;
  const auto handle = AcquiredHandleAt(*file, finding.location.line);
  if (!handle) {
    const std::size_t call = OpeningCallAt(*file, finding.location.line);
    if (call == file->tokens().size()) return std::nullopt;
    return OwnElsewhere(*file, call);
  }
  Closing closing(*file, *handle);
  closing.Read();
  Fix fix = MakeFix(handle->pair.closes, fmt::format("`{}`", handle->variable.name));
  fix.diff = closing.diff();
  if (!fix.diff.empty()) return fix;
  if (file->path().ends_with(".c")) return OwnElsewhere(*file, handle->call);
  fix.snippet = closing.code() + "\n";
  fix.why_no_diff = closing.reason();
  return fix;
}

}  // namespace memprof
