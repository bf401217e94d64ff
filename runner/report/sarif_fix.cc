// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/sarif_fix.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "runner/report/finding_place.h"
#include "runner/report/plain_text.h"
#include "runner/report/sarif_result.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

/// Lines that follow each other in a hunk, each removed or added.
struct Edit {
  int line = 0;  ///< the first one's, or where they are added before, in the file as it was
  int removed = 0;
  std::string added;  ///< with their line ends
  bool empty() const { return removed == 0 && added.empty(); }
};

/// With a line after it, or else the end of the file is what it changes: whether that has a line
/// end is not in the diff.
Json Replacement(Edit edit) {
  Json region = {{"startLine", edit.line},
                 {"startColumn", 1},
                 {"endLine", edit.line + edit.removed},
                 {"endColumn", 1}};
  Json made = {{"deletedRegion", std::move(region)}};
  if (!edit.added.empty()) made["insertedContent"] = {{"text", std::move(edit.added)}};
  return made;
}

/// The number at `*text`'s start, which is taken off; -1 where there is none.
int TakeNumber(std::string_view* text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc()) return -1;
  text->remove_prefix(static_cast<std::size_t>(end - text->data()));
  return number;
}

/// "a/src/x.cc" of "--- a/src/x.cc", as `patch -p1` reads it; empty where it is no such path.
std::string FileOf(std::string_view line) {
  std::string_view path = line.substr(4);
  path = path.substr(0, path.find('\t'));
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || path == "/dev/null") return "";
  path.remove_prefix(slash + 1);
  return IsBelowRoot(path) ? std::string(path) : "";
}

class DiffReader {
 public:
  /// False where the diff says something that replacements cannot.
  bool Read(std::string_view diff) {
    while (!diff.empty()) {
      const std::size_t end = diff.find('\n');
      if (!Line(diff.substr(0, end))) return false;
      diff.remove_prefix(end == std::string_view::npos ? diff.size() : end + 1);
    }
    return !InHunk() && edit_.empty() && !changes_.empty() && HasEdits(changes_.back());
  }

  Json Changes() && { return std::move(changes_); }

 private:
  static bool HasEdits(const Json& change) { return !change["replacements"].empty(); }
  bool InHunk() const { return old_left_ > 0 || new_left_ > 0; }

  bool Line(std::string_view line) {
    if (InHunk()) return HunkLine(line);
    if (!edit_.empty()) return false;  // the hunk ended in a change
    if (line.starts_with("--- ")) return (file_ = FileOf(line), !file_.empty());
    if (line.starts_with("+++ ")) return StartFile(FileOf(line));
    if (line.starts_with("@@ -")) return StartHunk(line.substr(4));
    return !line.starts_with('\\');  // what stands before the first header means nothing
  }

  bool StartFile(const std::string& file) {
    if (file.empty() || file != file_) return false;
    if (!changes_.empty() && !HasEdits(changes_.back())) return false;
    changes_.push_back(
        {{"artifactLocation", SarifArtifact(file)}, {"replacements", Json::array()}});
    return true;
  }

  // "12,7 +12,8 @@"; a count of one may be left out.
  bool StartHunk(std::string_view line) {
    if (changes_.empty()) return false;
    int* const counts[] = {&old_left_, &new_left_};
    for (int i = 0; i < 2; ++i) {
      const int start = TakeNumber(&line);
      *counts[i] = 1;
      if (line.starts_with(',')) {
        line.remove_prefix(1);
        *counts[i] = TakeNumber(&line);
      }
      if (start < 0 || *counts[i] < 0 || !line.starts_with(i == 0 ? " +" : " @@")) return false;
      line.remove_prefix(2);
      if (i == 0) next_ = start;
    }
    return old_left_ > 0;  // without old lines it fills an empty file
  }

  bool HunkLine(std::string_view line) {
    const char kind = line.empty() ? ' ' : line.front();
    if (kind != ' ' && kind != '-' && kind != '+') return false;
    if (kind == ' ') {
      Flush();
    } else if (edit_.empty()) {
      edit_.line = next_;
    }
    if (kind != '+') ++next_, --old_left_;
    if (kind != '-') --new_left_;
    if (kind == '-') ++edit_.removed;
    if (kind == '+') edit_.added.append(line.substr(1)).append("\n");
    return old_left_ >= 0 && new_left_ >= 0;
  }

  void Flush() {
    if (edit_.empty()) return;
    changes_.back()["replacements"].push_back(Replacement(std::exchange(edit_, {})));
  }

  Json changes_ = Json::array();
  std::string file_;
  int old_left_ = 0;
  int new_left_ = 0;
  int next_ = 0;
  Edit edit_;
};

}  // namespace

std::optional<Json> SarifFix(const Solution& solution) {
  if (solution.diff.empty() || RepairUtf8(solution.diff) != solution.diff) return std::nullopt;
  DiffReader reader;
  if (!reader.Read(solution.diff)) return std::nullopt;
  return Json{{"description", {{"text", SarifText(solution.summary, "apply the diff")}}},
              {"artifactChanges", std::move(reader).Changes()}};
}

}  // namespace memprof
