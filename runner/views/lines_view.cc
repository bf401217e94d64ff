// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/lines_view.h"

#include <fmt/format.h>

#include <cstddef>
#include <set>
#include <utility>

#include "runner/report/plain_text.h"
#include "runner/views/name_match.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

void Add(const ProfileFigures& added, ProfileFigures* to) {
  to->allocated_bytes += added.allocated_bytes;
  to->allocations += added.allocations;
  to->temporary_bytes += added.temporary_bytes;
  to->temporaries += added.temporaries;
  to->kept_bytes += added.kept_bytes;
  to->kept_blocks += added.kept_blocks;
}

void Add(const LineSums& added, LineSums* to) {
  Add(added.figures, &to->figures);
  to->peak_bytes += added.peak_bytes;
  to->peak_blocks += added.peak_blocks;
}

/// Gives each stack's sums to the row that it belongs to.
class Sums {
 public:
  explicit Sums(LinesView* view) : view_(*view) {}

  void AddStack(const Profile& profile, const std::vector<std::uint32_t>& stack,
                const LineSums& sums) {
    Add(sums, &view_.total);
    const Frame* own = OwnFrame(profile, stack);
    if (own == nullptr) {
      Add(sums, &view_.without_lines);
    } else if (own->file != view_.file) {
      Add(sums, &view_.other_files);
    } else {
      Add(sums, &view_.in_file);
      Add(sums, &view_.lines[own->line].self);
    }
    std::set<int> passed;  // each once, however often a recursion passes
    for (const std::uint32_t index : stack) {
      const Frame& frame = profile.frames[index];
      const bool is_here = frame.file == view_.file && frame.line > 0;
      if (is_here && passed.insert(frame.line).second) {
        Add(sums, &view_.lines[frame.line].inclusive);
      }
    }
  }

  void AddNotTold(const LineSums& sums) {
    Add(sums, &view_.total);
    Add(sums, &view_.not_told);
  }

 private:
  LinesView& view_;
};

void AddProcesses(const ProfileChoice& choice, LinesView* view) {
  Sums sums(view);
  ProfileFigures left_out;
  std::uint64_t counted = 0;
  bool tells_left_out = true, tells_counted = true;
  for (const Profile* profile : choice.profiles) {
    for (const ProfileSite& site : profile->sites) {
      sums.AddStack(*profile, site.stack, {site.figures, 0, 0});
    }
    sums.AddNotTold({profile->other, 0, 0});
    tells_left_out = tells_left_out && profile->left_out;
    tells_counted = tells_counted && profile->counted_in_tests;
    if (profile->left_out) Add(*profile->left_out, &left_out);
    counted += profile->counted_in_tests.value_or(0);
  }
  if (tells_left_out) view->left_out = left_out;
  if (tells_counted) view->counted_in_tests = counted;
}

void AddPeak(const Report& report, const ProfileChoice& choice, LinesView* view) {
  const Profile* owner = nullptr;
  const PeakProfile* peak = HighestPeak(report, choice, &owner);
  if (peak == nullptr) return;
  Sums sums(view);
  for (const PeakShare& share : peak->shares) {
    sums.AddStack(*owner, share.stack, {{}, share.bytes, share.blocks});
  }
  sums.AddNotTold({{}, peak->other_bytes, peak->other_blocks});
  view->peak_of = peak->test;
}

std::map<int, std::string> LinesOf(const std::string& text) {
  std::map<int, std::string> lines;
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines[++number] = text.substr(at, end - at);
    at = end + 1;
  }
  return lines;
}

/// The lines of the file that the report carries, as they were when it was made.
std::map<int, std::string> ExcerptOf(const Report& report, const std::string& file) {
  std::map<int, std::string> lines;
  for (const SourceExcerpt& excerpt : report.sources) {
    if (excerpt.file != file) continue;
    for (std::size_t i = 0; i < excerpt.lines.size(); ++i) {
      lines[excerpt.first_line + static_cast<int>(i)] = excerpt.lines[i];
    }
  }
  return lines;
}

/// Excerpts may have been made fit to print.
bool IsSame(const std::string& a, const std::string& b) { return OneLine(a) == OneLine(b); }

}  // namespace

LinesView BuildLines(const Report& report, const ProfileChoice& choice, const std::string& file) {
  LinesView view;
  view.file = file;
  view.processes = NamesOf(choice);
  view.notes = choice.notes;
  AddProcesses(choice, &view);
  AddPeak(report, choice, &view);
  if (view.peak_of.empty() && !report.process) {
    view.not_measured.push_back({"peak", choice.tests.size() == 1 ? choice.tests[0] : "",
                                 "no peak was taken apart in the traced runs"});
  }
  return view;
}

std::vector<std::string> FilesOf(const ProfileChoice& choice) {
  std::set<std::string> files;
  for (const Profile* profile : choice.profiles) {
    for (const Frame& frame : profile->frames) {
      if (!frame.file.empty() && frame.line > 0) files.insert(frame.file);
    }
  }
  return {files.begin(), files.end()};
}

void TakeSource(const Report& report, const std::optional<ViewSource>& source, LinesView* view) {
  const std::map<int, std::string> excerpt = ExcerptOf(report, view->file);
  if (!source) {
    view->text = excerpt;
    view->notes.push_back(
        excerpt.empty() ? fmt::format("{} cannot be read, and the report has none of its lines: "
                                      "--source-root DIR says where the code is.",
                                      view->file)
                        : fmt::format("{} cannot be read here: its lines are those that the "
                                      "report has. --source-root DIR says where the code is.",
                                      view->file));
    return;
  }
  view->text = LinesOf(source->text);
  bool differs = false;
  for (const auto& [number, line] : excerpt) {
    const auto now = view->text.find(number);
    differs = differs || now == view->text.end() || !IsSame(now->second, line);
  }
  if (!view->lines.empty() && view->lines.rbegin()->first > static_cast<int>(view->text.size())) {
    differs = true;
  }
  if (!differs && !source->is_newer) return;
  // Lines that the report carries are those that the figures are of.
  for (const auto& [number, line] : excerpt) view->text[number] = line;
  view->notes.push_back(fmt::format(
      "{} has changed since {}: {}.", view->file,
      differs ? "the report was made" : "the program was built",
      excerpt.empty() ? "figures may stand beside other lines than theirs; profile again"
                      : "lines around figures are shown as they were, and the rest as it is now"));
}

Result<std::string> RenderLinesView(const Report& report, const ViewRequest& request) {
  const Result<ProfileChoice> choice = ChooseProfiles(report, request);
  if (!choice) return choice.error();
  LinesView view;
  if (choice->profiles.empty()) {
    view.file = request.selector;
    view.not_measured.push_back({"trace", "", choice->why_none});
  } else {
    const std::vector<std::string> files = FilesOf(*choice);
    const Result<std::vector<std::string>> named =
        SelectNames(NameKind::kFile, request.selector, files);
    if (!named) return named.error();
    if (named->size() > 1) {
      std::string all;
      for (const std::string& name : *named) all += (all.empty() ? "" : ", ") + OneLine(name);
      return Error{ErrorKind::kUsage,
                   fmt::format("{} files of the result are called {}", named->size(),
                               OneLine(request.selector)),
                   "Name one of them: " + all};
    }
    view = BuildLines(report, *choice, named->front());
    TakeSource(report, request.read_source ? request.read_source(view.file) : std::nullopt, &view);
  }
  return request.WantsJson() ? LinesJson(report, view, request) : LinesText(report, view, request);
}

}  // namespace memprof
