// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/format_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "runner/report/renderers.h"

namespace memprof {
namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kCollapsed = "collapsed";

/// What reads a format, for people who choose one.
struct Purpose {
  std::string_view name;
  std::string_view text;
};

constexpr Purpose kPurposes[] = {
    {"text", "people, in a terminal or a log"},
    {"json", "programs, memprof diff, memprof report, --baseline; has a JSON Schema"},
    {"html", "people, in a browser: one file, no network"},
    {"junit", "CI services' test results: Jenkins, GitLab, actions for GitHub"},
    {"markdown", "a comment on a pull or merge request, 60,000 characters at most"},
    {"sarif", "code scanning: GitHub, Azure DevOps, editors' SARIF viewers"},
    {"github", "GitHub Actions: annotations, printed too; ten of a severity at most"},
    {"github-summary", "GitHub Actions: the page of the run; added to GITHUB_STEP_SUMMARY"},
    {"gitlab", "GitLab: artifacts:reports:codequality"},
    {"dhat", "Valgrind's dh_view.html: bytes, blocks and peak by call tree"},
    {"massif", "ms_print and massif-visualizer: the heap over time, and its peak"},
    {"collapsed-kept", "flamegraph.pl and speedscope: bytes still live at the end"},
    {"collapsed-peak", "the same: bytes live at the peak"},
    {"collapsed-allocated", "the same: bytes allocated in one run, the mean"},
    {"collapsed-temporary", "the same: those of them freed again at once"},
};

std::string_view PurposeOf(std::string_view name) {
  for (const Purpose& purpose : kPurposes) {
    if (purpose.name == name) return purpose.text;
  }
  return "";
}

bool IsMeant(std::string_view name, std::string_view renderer) {
  return name == renderer || name == kAll ||
         (name == kCollapsed && renderer.starts_with("collapsed-"));
}

}  // namespace

std::string WhyNotAFormat(const std::string& name) {
  std::string names;
  for (const Renderer& renderer : Renderers()) {
    if (IsMeant(name, renderer.name)) return "";
    names += fmt::format("{}, ", renderer.name);
  }
  return fmt::format(
      "there is no format `{}`, but {}{} for these four, and {}; --format help tells "
      "what each is for",
      name, names, kCollapsed, kAll);
}

std::vector<std::string> ExpandedFormats(const std::vector<std::string>& names) {
  std::vector<std::string> expanded;
  for (const Renderer& renderer : Renderers()) {
    const auto is_meant = [&](const std::string& name) { return IsMeant(name, renderer.name); };
    if (std::any_of(names.begin(), names.end(), is_meant)) expanded.emplace_back(renderer.name);
  }
  return expanded;
}

std::string FormatHelp() {
  std::string text = "Formats of --format, their files within --out, and what reads them:\n\n";
  for (const Renderer& renderer : Renderers()) {
    text += fmt::format("  {:<20} {:<27} {}\n", renderer.name, renderer.file_name,
                        PurposeOf(renderer.name));
  }
  return text +
         fmt::format("\n  {:<20} every one of them\n  {:<20} the last four\n\n", kAll, kCollapsed) +
         "Several are separated by commas; the option may be repeated.\n";
}

}  // namespace memprof
