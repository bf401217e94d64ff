// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/type_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

/// Damaged text may open brackets without end; real names nest a dozen deep.
constexpr int kMaxDepth = 64;

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool IsDefaultArgument(std::string_view argument) {
  static constexpr std::array<std::string_view, 13> kDefaults = {
      "std::allocator<",
      "std::less<",
      "std::hash<",
      "std::equal_to<",
      "std::default_delete<",
      "std::char_traits<",
      "std::__detail::_",
      "std::_Select1st<",
      "std::_Identity<",
      "(__gnu_cxx::_Lock_policy)",
      "(_Lock_policy)",
      "__gnu_cxx::_S_",
      "boost::container::new_allocator<",
  };
  return std::any_of(kDefaults.begin(), kDefaults.end(),
                     [&](std::string_view prefix) { return argument.starts_with(prefix); });
}

/// The length of an inline namespace's name and `::` at `i`, of those by which standard libraries
/// tell their versions: `__cxx11`, `_V2`, libc++'s `__1`, Android's `__ndk1`. 0 when there is none.
std::size_t InlineNamespace(std::string_view text, std::size_t i) {
  if (text[i] != '_' || (i > 0 && IsWordCharacter(text[i - 1]))) return 0;
  const auto end = text.find("::", i);
  if (end == kNone) return 0;
  std::string_view name = text.substr(i, end - i);
  while (!name.empty() && std::isdigit(static_cast<unsigned char>(name.back()))) {
    name.remove_suffix(1);
  }
  const bool numbered = name.size() < end - i;
  const bool known = name == "__" || name == "__cxx" || name == "__ndk" || name == "_V";
  return numbered && known ? end + 2 - i : 0;
}

/// Whether the last argument is a flag or `void` that belongs to a library's own argument before
/// it, as in `std::__detail::_Map_base<…, std::__detail::_Hashtable_traits<…>, true>`.
bool EndsWithDetail(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return false;
  const std::string& last = arguments.back();
  const std::string& before = arguments[arguments.size() - 2];
  return (last == "true" || last == "false" || last == "void") &&
         (before.starts_with("std::__detail::_") || before.starts_with("boost::container::new_"));
}

std::vector<std::string_view> SplitArguments(std::string_view text) {
  std::vector<std::string_view> arguments;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (const auto after = AfterOperatorName(text, i); after != i) {
      i = after;
    } else if (text[i] == '<' || text[i] == '(' || text[i] == '{' || text[i] == '[') {
      i = AfterBracket(text, i);
    } else if (text[i] == ',') {
      arguments.push_back(Trim(text.substr(begin, i - begin)));
      begin = ++i;
    } else {
      ++i;
    }
  }
  arguments.push_back(Trim(text.substr(begin)));
  return arguments;
}

constexpr std::string_view kConst = "const ";

/// Where in "const T*" that ends which is `const`.
std::size_t EndOfQualified(std::string_view text) {
  for (std::size_t i = kConst.size(); i < text.size();) {
    const char c = text[i];
    if (c == '*' || c == '&') return i;
    if (c == '(' && !text.substr(i).starts_with("(anonymous namespace)")) {
      const std::size_t after = AfterBracket(text, i);
      if (!text.substr(after).starts_with("::") && !text.substr(i).starts_with("(lambda")) return i;
      i = after;
    } else if (c == '<' || c == '(' || c == '{' || c == '[') {
      i = AfterBracket(text, i);
    } else {
      ++i;
    }
  }
  return text.size();
}

/// Reads the number in "{lambda(int)#2}"; 0 when the text holds none.
std::string LambdaName(std::string_view braces) {
  const auto number = braces.rfind('#');
  if (number == kNone) return "lambda";
  std::string name = "lambda#";
  for (const char c : braces.substr(number + 1)) {
    if (std::isdigit(static_cast<unsigned char>(c))) name += c;
  }
  return name;
}

class Shortener {
 public:
  explicit Shortener(int depth) : depth_(depth) {}

  std::string Shorten(std::string_view text) {
    text = Trim(text);
    if (depth_ > kMaxDepth) return std::string(text);
    if (text.starts_with(kConst)) {
      const std::size_t end = EndOfQualified(text);
      const std::string type = ShortenPart(text.substr(kConst.size(), end - kConst.size()));
      out_ = type.ends_with(" const") ? type : type + " const";
      text.remove_prefix(end);
    }
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t next = Special(text, i);
      if (next != i) {
        i = next;
      } else {
        out_ += text[i++];
      }
    }
    return std::string(Trim(out_));
  }

 private:
  /// Writes what stands for the special text at `i` and returns where it ends; else returns `i`.
  std::size_t Special(std::string_view text, std::size_t i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with(" *") || rest.starts_with(" &")) return i + 1;
    if (rest.starts_with("const") && out_.ends_with('*')) out_ += ' ';
    if (const auto after = Closure(text, i); after != i) return after;
    for (const std::string_view dropped : {"(anonymous namespace)::", "{anonymous}::"}) {
      if (rest.starts_with(dropped)) return i + dropped.size();
    }
    if (const auto length = InlineNamespace(text, i); length > 0) return i + length;
    if (rest.starts_with("[abi:")) return AfterBracket(text, i);
    if (const auto after = AfterOperatorName(text, i); after != i) {
      WriteOperator(text.substr(i, after - i));
      return after;
    }
    if (rest.starts_with("{lambda") || rest.starts_with("<lambda")) {
      const auto after = AfterBracket(text, i);
      out_ += LambdaName(text.substr(i, after - i));
      return after;
    }
    if (rest.starts_with("'lambda")) return QuotedLambda(text, i);
    if (rest.starts_with("$_")) return NumberedLambda(text, i);
    if (text[i] == '<' && !out_.empty() && IsWordCharacter(out_.back())) {
      const auto after = AfterBracket(text, i);
      const bool closed = text[after - 1] == '>' && after - 1 > i;
      WriteArguments(text.substr(i + 1, after - i - 1 - (closed ? 1 : 0)));
      return after;
    }
    return text[i] == '(' && depth_ > 0 ? Parameters(text, i) : i;
  }

  /// "app::run()::lambda at cache.cc:12", and as Clang has it "(lambda at /src/cache.cc:12:5)":
  /// the place alone tells which one it is.
  std::size_t Closure(std::string_view text, std::size_t i) {
    constexpr std::string_view kLambda = "lambda at ";
    const std::size_t begin = text[i] == '(' ? i + 1 : i;
    if (!text.substr(begin).starts_with(kLambda)) return i;
    if (begin == i && i > 0 && IsWordCharacter(text[i - 1])) return i;
    std::size_t end = text.size();
    if (begin > i) {
      end = AfterBracket(text, i) - 1;
    } else if (const auto found = text.find_first_of(" ,<>()*&", begin + kLambda.size());
               found != kNone) {
      end = found;
    }
    std::string_view place = text.substr(begin + kLambda.size(), end - begin - kLambda.size());
    place.remove_prefix(place.rfind('/') + 1);
    const auto line = place.find(':');
    const auto column = line == kNone ? kNone : place.find(':', line + 1);
    // A class in a closure goes on with "::".
    if (column != kNone && place.substr(column, 2) != "::") place = place.substr(0, column);
    if (out_.ends_with("::")) out_.clear();
    out_.append("closure at ").append(place);
    return begin > i ? end + 1 : end;
  }

  /// Writes the parameters of a function's type, as demanglers do: "void (int)". Other brackets
  /// are an expression's, or of a function that a type is local to.
  std::size_t Parameters(std::string_view text, std::size_t i) {
    const std::size_t after = AfterBracket(text, i);
    if (text[after - 1] != ')' || text.substr(after).starts_with("::")) return i;
    const std::string_view before = Trim(out_);
    if (before == "&" || before.ends_with("decltype") || before.ends_with("sizeof")) {
      out_ += text.substr(i, after - i);
      return after;
    }
    const bool type = !before.empty() && (IsWordCharacter(before.back()) ||
                                          std::string_view(">*&)").find(before.back()) != kNone);
    if (!type) return i;
    if (!before.ends_with(')') && !out_.ends_with(' ')) out_ += ' ';
    out_ += '(';
    bool first = true;
    for (const std::string_view part : SplitArguments(text.substr(i + 1, after - i - 2))) {
      if (!first) out_ += ", ";
      first = false;
      out_ += ShortenPart(part);
    }
    out_ += ')';
    return after;
  }

  void WriteOperator(std::string_view name) {
    constexpr std::string_view kWord = "operator ";
    const bool conversion = name.starts_with(kWord) && name.size() > kWord.size();
    out_ += conversion ? std::string(kWord) + ShortenPart(name.substr(kWord.size()))
                       : std::string(name);
  }

  std::string ShortenPart(std::string_view part) const {
    return Shortener(depth_ + 1).Shorten(part);
  }

  /// LLVM writes the first closure of a function 'lambda'(int), the second 'lambda0'(int).
  std::size_t QuotedLambda(std::string_view text, std::size_t i) {
    const auto quote = text.find('\'', i + 1);
    if (quote == kNone) return i;
    const std::string_view digits = text.substr(i + 7, quote - i - 7);
    out_ += "lambda#" + Successor(digits, 2);
    return quote + 1 < text.size() && text[quote + 1] == '(' ? AfterBracket(text, quote + 1)
                                                             : quote + 1;
  }

  /// Clang's linkage names have $_0 for the first closure of a file.
  std::size_t NumberedLambda(std::string_view text, std::size_t i) {
    std::size_t end = i + 2;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end == i + 2) return i;
    out_ += "lambda#" + Successor(text.substr(i + 2, end - i - 2), 1);
    return end;
  }

  static std::string Successor(std::string_view digits, int added) {
    int number = 1 - added;
    if (!digits.empty()) number = 0;
    for (const char c : digits.substr(0, 6)) {
      if (!std::isdigit(static_cast<unsigned char>(c))) break;
      number = number * 10 + (c - '0');
    }
    return std::to_string(number + added);
  }

  void WriteArguments(std::string_view text) {
    std::vector<std::string> arguments;
    for (const std::string_view argument : SplitArguments(text)) {
      arguments.push_back(ShortenPart(argument));
    }
    const bool has_flag = arguments.back() == "true" || arguments.back() == "false";
    if (EndsWithDetail(arguments) || (has_flag && out_.ends_with("::_Hash_node"))) {
      arguments.pop_back();
    }
    while (!arguments.empty() && IsDefaultArgument(arguments.back()) &&
           (arguments.size() > 1 || !arguments[0].starts_with("std::"))) {
      arguments.pop_back();
    }
    std::string list;
    for (const std::string& argument : arguments) {
      if (!list.empty()) list += ", ";
      list += argument;
    }
    if (!WriteAlias(list) && !list.empty()) out_ += "<" + list + ">";
  }

  /// `std::basic_string<char>` is `std::string`, `std::basic_ostream<wchar_t>` `std::wostream`.
  bool WriteAlias(std::string_view arguments) {
    constexpr std::string_view kBasic = "basic_";
    const auto colons = out_.rfind("std::");
    if (colons == kNone || !std::string_view(out_).substr(colons + 5).starts_with(kBasic)) {
      return false;
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kPrefixes = {
        {{"char", ""},
         {"wchar_t", "w"},
         {"char8_t", "u8"},
         {"char16_t", "u16"},
         {"char32_t", "u32"}}};
    for (const auto& [type, prefix] : kPrefixes) {
      if (arguments != type) continue;
      out_.replace(colons + 5, kBasic.size(), prefix);
      return true;
    }
    return false;
  }

  int depth_;
  std::string out_;
};

/// T of "std::_Sp_counted_ptr<T…" when `name` is that and no more; empty when it is not.
std::string_view FirstArgument(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || AfterBracket(name, prefix.size() - 1) != name.size()) return {};
  return SplitArguments(name.substr(prefix.size(), name.size() - prefix.size() - 1))[0];
}

/// Says what the library's own names for a shared object's counts mean.
std::string ForReaders(const std::string& name) {
  for (const std::string_view prefix :
       {"std::_Sp_counted_ptr_inplace<", "std::__shared_ptr_emplace<"}) {
    const std::string_view type = FirstArgument(name, prefix);
    if (!type.empty()) return std::string(type) + " (with its shared_ptr counts)";
  }
  for (const std::string_view prefix :
       {"std::_Sp_counted_ptr<", "std::_Sp_counted_deleter<", "std::__shared_ptr_pointer<"}) {
    std::string_view type = FirstArgument(name, prefix);
    if (type.empty()) continue;
    if (type.ends_with('*')) type.remove_suffix(1);
    return "control block of std::shared_ptr<" + std::string(type) + ">";
  }
  return name;
}

}  // namespace

std::string ShortTypeName(std::string_view demangled) {
  const std::string name = Shortener(0).Shorten(demangled);
  return ForReaders(name);
}

std::size_t AfterBracket(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size();) {
    if (const auto after = AfterOperatorName(text, i); after != i) {
      i = after;
      continue;
    }
    const char c = text[i++];
    if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
    const bool arrow = c == '>' && i >= 2 && text[i - 2] == '-';
    if ((c == '>' && !arrow) || c == ')' || c == '}' || c == ']') --depth;
    if (depth == 0) return i;
  }
  return text.size();
}

std::size_t AfterOperatorName(std::string_view text, std::size_t at) {
  constexpr std::string_view kWord = "operator";
  if (!text.substr(at).starts_with(kWord)) return at;
  if (at > 0 && IsWordCharacter(text[at - 1])) return at;
  const std::size_t begin = at + kWord.size();
  if (begin == text.size() || IsWordCharacter(text[begin])) return at;
  static constexpr std::array<std::string_view, 19> kLongSymbols = {
      "<<=", ">>=", "<=>", "->*", "()", "[]", "<<", ">>", "->", "<=",
      ">=",  "==",  "!=",  "&&",  "||", "++", "--", "+=", "-="};
  for (const std::string_view symbol : kLongSymbols) {
    if (text.substr(begin).starts_with(symbol)) return begin + symbol.size();
  }
  if (text[begin] != ' ' && text[begin] != '"') {
    const bool assigns = begin + 1 < text.size() && text[begin + 1] == '=';
    return begin + (assigns ? 2 : 1);
  }
  // new, delete[], a literal's suffix or a conversion's type: all that precedes the parameters.
  std::size_t i = begin;
  while (i < text.size() && text[i] != '(' && text[i] != ',' && text[i] != '>') {
    i = text[i] == '<' ? AfterBracket(text, i) : i + 1;
  }
  return i;
}

}  // namespace memprof
