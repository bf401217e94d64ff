// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/text_fix.h"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/finding_words.h"
#include "runner/report/fix_files.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/shell_word.h"

namespace memprof {
namespace {

// A screen of code; who needs more reads it in an editor.
constexpr std::size_t kCodeLines = 40;

enum class Code { kDiff, kSnippet };

Paint PaintOfDiff(std::string_view line) {
  if (line.starts_with("+++") || line.starts_with("---")) return Paint::kBold;
  if (line.starts_with("@@")) return Paint::kCyan;
  if (line.starts_with('+')) return Paint::kGreen;
  return line.starts_with('-') ? Paint::kRed : Paint::kPlain;
}

/// The items of one fix; the first of them has the label.
class FixItems {
 public:
  FixItems(const RenderOptions& options, TextPage* page) : options_(options), page_(page) {}

  void Say(const std::string& text) {
    page_->Item(label_, text);
    label_ = {};
  }

  void Say(std::string_view what, const std::string& text) {
    if (!text.empty()) Say(fmt::format("{}: {}", what, text));
  }

  void Show(Code kind, const std::string& code, std::string_view whole) {
    const std::vector<std::string> lines = PlainLines(code);
    const bool cut = !options_.verbose && lines.size() > kCodeLines;
    const std::size_t shown = cut ? kCodeLines : lines.size();
    for (std::size_t i = 0; i < shown; ++i) {
      const std::string_view line = lines[i];
      const std::string_view text = line.substr(0, line.find_last_not_of(' ') + 1);
      if (text.empty() && label_.empty()) {
        page_->Blank();  // no blanks at its end
        continue;
      }
      const Paint paint = kind == Code::kDiff ? PaintOfDiff(text) : Paint::kPlain;
      page_->Verbatim(label_, fmt::format("  {}", text), paint);
      label_ = {};
    }
    if (!cut) return;
    const auto more = static_cast<std::int64_t>(lines.size() - shown);
    Say(fmt::format("… {}: the whole is in {}", Counted(more, "more line"), whole));
  }

  /// Never wrapped, so that it can be copied.
  void Command(const std::string& command) {
    page_->Verbatim(label_, command);
    label_ = {};
  }

 private:
  const RenderOptions& options_;
  TextPage* page_;
  std::string_view label_ = "fix";
};

void ShowAlternative(const Solution& other, bool verbose, FixItems* items) {
  std::string aside;
  for (const std::string& text : {other.trade_off, other.effort}) {
    if (!text.empty()) aside += (aside.empty() ? "" : "; ") + text;
  }
  items->Say("or", aside.empty() ? other.summary : fmt::format("{} ({})", other.summary, aside));
  if (!verbose) return;
  if (!other.diff.empty()) items->Show(Code::kDiff, other.diff, "report.json");
  if (!other.snippet.empty()) items->Show(Code::kSnippet, other.snippet, "report.json");
  items->Say("why", other.why);
}

}  // namespace

std::string PatchCommand(const RenderOptions& options, const std::string& file) {
  if (options.patch_directory.empty()) return fmt::format("patch -p1 < {}", ShellWord(file));
  return fmt::format("patch -p1 -d {} < {}", ShellWord(options.patch_directory), ShellWord(file));
}

void WriteFix(const Finding& finding, const RenderOptions& options, TextPage* page) {
  if (!finding.fix) return;
  const Fix& fix = *finding.fix;
  FixItems items(options, page);
  if (!fix.summary.empty()) items.Say(fix.summary);
  if (!fix.diff.empty()) {
    const bool has_file = !options.fixes_directory.empty() && IsFixFileName(FixFileName(finding));
    const std::string file = fmt::format("{}/{}", options.fixes_directory, FixFileName(finding));
    items.Show(Code::kDiff, fix.diff, has_file ? file : "report.json");
    if (has_file) items.Command(PatchCommand(options, file));
  }
  if (!fix.snippet.empty()) items.Show(Code::kSnippet, fix.snippet, "report.json");
  items.Say("no diff", fix.why_no_diff);
  items.Say("why", fix.why);
  items.Say("saves", SavingsText(finding));
  items.Say("trade-off", fix.trade_off);
  items.Say("effort", fix.effort);
  for (const Solution& other : fix.alternatives) ShowAlternative(other, options.verbose, &items);
}

}  // namespace memprof
