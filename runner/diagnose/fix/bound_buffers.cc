// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "runner/diagnose/fix/bounded_container.h"
#include "runner/diagnose/fix/fix_template.h"

namespace memprof {
namespace {

/// The one member function that is asked of entries ("Mean"), and what it returns.
struct AskedOfEntries {
  std::string function;
  std::string returns;
  std::string read_line;  ///< one such read, as written
  std::string read;       ///< within it: "losses_.back().Mean()"
  std::string entry;      ///< within that: "losses_.back()"
};

std::optional<AskedOfEntries> Asked(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  AskedOfEntries asked;
  for (const FunctionCode& function : FunctionsOf(file)) {
    for (const std::size_t use : UsesOf(file, function.body, site.container.name)) {
      if (use == site.name_token) continue;
      const std::string_view what = TokenText(file, use + 2);
      if (what != "back" && what != "front") {
        if (what == "size" || what == "empty") continue;
        return std::nullopt;  // the entries are read in another way
      }
      const std::size_t entry_last = use + 4;
      if (TokenText(file, entry_last) != ")" || TokenText(file, entry_last + 1) != "." ||
          TokenText(file, entry_last + 3) != "(" || TokenText(file, entry_last + 4) != ")") {
        return std::nullopt;
      }
      const std::string name(TokenText(file, entry_last + 2));
      if (!asked.function.empty() && asked.function != name) return std::nullopt;
      asked.function = name;
      asked.entry = CodeOf(file, use, entry_last);
      asked.read = CodeOf(file, use, entry_last + 4);
      asked.read_line = std::string(file.Line(file.tokens()[use].line));
    }
  }
  if (asked.function.empty()) return std::nullopt;
  for (const FunctionCode& function : FunctionsOf(file)) {
    if (function.name != asked.function) continue;
    if (!asked.returns.empty() || function.returns.find('&') != std::string::npos ||
        function.returns.find('*') != std::string::npos) {
      return std::nullopt;
    }
    asked.returns = function.returns;
  }
  return asked.returns.empty() ? std::nullopt : std::optional(asked);
}

std::string Trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  const std::size_t last = line.find_last_not_of(" \t\r");
  return first == std::string_view::npos ? std::string()
                                         : std::string(line.substr(first, last + 1 - first));
}

/// Keep what is read of an entry in place of the entry.
std::optional<Solution> KeepTheNumber(const InsertionSite& site) {
  if (site.open == 0 || site.type.is_map) return std::nullopt;
  const auto asked = Asked(site);
  if (!asked) return std::nullopt;
  const SourceFile& file = *site.file;
  const std::string element = site.type.Element();
  std::string container = site.type_text;
  const std::size_t at = container.rfind(element);
  if (element.empty() || at == std::string::npos) return std::nullopt;
  container.replace(at, element.size(), asked->returns);
  std::string read = Trimmed(asked->read_line);
  const std::size_t in_line = read.find(asked->read);
  if (in_line == std::string::npos) return std::nullopt;
  read.replace(in_line, asked->read.size(), asked->entry);
  const std::string argument = CodeOf(file, site.open + 1, site.call_last - 1);
  Solution keep;
  keep.summary = fmt::format("keep the {} that `{}()` gives in `{}`, not the whole {}",
                             asked->returns, asked->function, site.container.name, element);
  keep.snippet = fmt::format("{} {};\n{}.{}({}.{}());\n{}\n", container, site.container.name,
                             site.expression, site.method, argument, asked->function, read);
  keep.why_no_diff = "other files may read the entries";
  keep.why = fmt::format(
      "of an entry of `{}` nothing but `{}()` is read, so the buffer is free at "
      "the end of its statement",
      site.container.name, asked->function);
  keep.trade_off = fmt::format(
      "a {} cannot be looked at again later; the list itself still grows, "
      "by one {} each, unless it has a limit too",
      element, asked->returns);
  keep.effort = "minutes";
  return keep;
}

}  // namespace

std::optional<Fix> BoundBuffers(const Finding& finding, const Sources& sources) {
  const InsertionSearch found = FindInsertion(finding, sources);
  if (!found.site) return std::nullopt;
  const InsertionSite& site = *found.site;
  const BoundedContainer bound = BoundAt(finding, site, /*keeps_new=*/false);
  if (bound.eviction.empty()) return std::nullopt;
  const std::string& name = site.container.name;
  const bool is_text = site.type.kind == ContainerKind::kString;
  Fix fix;
  fix.summary = fmt::format("keep a window of the last {} {} in `{}`", bound.limit,
                            is_text ? "characters" : "buffers", name);
  fix.diff = bound.diff;
  fix.snippet = bound.snippet;
  fix.why_no_diff = bound.diff.empty() ? bound.why_no_diff : "";
  fix.why = fmt::format("each insertion past {} frees {}, so the memory ends at the window",
                        bound.constant, bound.evicted);
  fix.trade_off = fmt::format(
      "readers of `{}` see the window alone, and references to what left it dangle; choose {} by "
      "the longest history that they need",
      name, bound.constant);
  fix.effort = "minutes";
  if (const auto peak = PeakReduction(finding, bound); peak > 0) {
    fix.expected_peak_reduction_bytes = peak;
  }
  if (auto keep = KeepTheNumber(site)) {
    fix.alternatives.push_back(*keep);
  } else {
    Solution reduce;
    reduce.summary = fmt::format("reduce what goes into `{}` to what is read of it", name);
    reduce.why = "a mean, a hash or a count has the same size however large its buffer was";
    reduce.trade_off = "the buffers cannot be looked at again later";
    reduce.effort = "an hour";
    reduce.why_no_diff =
        fmt::format("the text does not show what is needed of an entry of `{}`", name);
    fix.alternatives.push_back(reduce);
  }
  return fix;
}

}  // namespace memprof
