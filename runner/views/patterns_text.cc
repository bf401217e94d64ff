// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/gaps_text.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_page.h"
#include "runner/views/patterns_view.h"
#include "runner/views/view_page.h"
#include "runner/views/view_table.h"

namespace memprof {
namespace {

constexpr std::size_t kBar = 30;        // columns of the longest
constexpr std::size_t kMostCalls = 40;  // of a tree without --all
constexpr std::uint64_t kSmallPart = 100;
constexpr int kFirstLifetime = 6;  // class 0 is below 2^7 ns

std::string Bytes(std::uint64_t bytes) { return HumanBytes(static_cast<std::int64_t>(bytes)); }
std::string Count(std::uint64_t count) { return HumanCount(static_cast<std::int64_t>(count)); }
std::string Calls(std::uint64_t count) { return Counted(static_cast<std::int64_t>(count), "call"); }

std::string Bar(std::uint64_t part, std::uint64_t most) {
  const std::uint64_t length = most == 0 ? 0 : (part * kBar + most - 1) / most;
  std::string bar;
  for (std::uint64_t i = 0; i < length; ++i) bar += "█";
  return bar;
}

/// Largest sums fit: the counts are of 2^32 at most each.
void WriteClasses(const std::vector<std::uint64_t>& classes, const char* what,
                  std::string (*label)(std::size_t), TextPage* page) {
  const auto first =
      std::find_if(classes.begin(), classes.end(), [](std::uint64_t count) { return count > 0; });
  if (first == classes.end()) return;
  const std::uint64_t most = *std::max_element(classes.begin(), classes.end());
  const std::array<TableColumn, 3> columns = {{{what, true}, {"calls", true}, {""}}};
  std::vector<std::vector<std::string>> rows;
  for (auto i = static_cast<std::size_t>(first - classes.begin()); i < classes.size(); ++i) {
    rows.push_back({label(i), Count(classes[i]), Bar(classes[i], most)});
  }
  WriteTable(columns, std::move(rows), page);
  page->Blank();
}

std::string SizeLabel(std::size_t size_class) {
  if (size_class < 2) return size_class == 0 ? "0 B" : "1 B";
  const std::uint64_t from = std::uint64_t{1} << std::min<std::size_t>(size_class - 1, 62);
  return fmt::format("{} to below {}", Bytes(from), Bytes(2 * from));
}

std::string LifetimeLabel(std::size_t lifetime_class) {
  const auto shift = static_cast<int>(std::min<std::size_t>(lifetime_class, 50)) + kFirstLifetime;
  if (lifetime_class == 0) return "below " + HumanDuration(std::int64_t{1} << (shift + 1));
  return "from " + HumanDuration(std::int64_t{1} << shift);
}

void WriteShape(const BlockShape& shape, TextPage* page) {
  page->Item("reallocs", shape.reallocs == 0
                             ? std::string("none")
                             : fmt::format("{}, which copied {} at most; the longest chain is {}",
                                           Calls(shape.reallocs), Bytes(shape.realloc_bytes),
                                           Count(shape.longest_chain)));
  page->Item("largest", Bytes(shape.largest));
  page->Blank();
  WriteClasses(shape.sizes, "size", SizeLabel, page);
  WriteClasses(shape.lifetimes, "lived (a sample)", LifetimeLabel, page);
}

/// The calls below one, each behind what calls it.
class Tree {
 public:
  Tree(const PatternCall& root, bool all) : all_(all), whole_(root.total.allocated_bytes) {
    Add(root, 0);
  }

  std::vector<std::vector<std::string>> TakeRows() { return std::move(rows_); }
  std::size_t left_out() const { return left_out_; }

 private:
  void Add(const PatternCall& call, std::size_t depth) {
    const bool is_small =
        depth > 0 && call.total.allocated_bytes < whole_ / kSmallPart && !call.total.kept_bytes;
    if (!all_ && (is_small || rows_.size() >= kMostCalls)) {
      ++left_out_;
      return;
    }
    rows_.push_back({Bytes(call.total.allocated_bytes), Bytes(call.self.allocated_bytes),
                     Count(call.total.allocations), Count(call.total.temporaries),
                     Bytes(call.total.kept_bytes), Indented(depth) + call.function});
    for (const PatternCall& below : call.calls) Add(below, depth + 1);
  }

  /// Cells of tables are trimmed, so blanks alone would be lost.
  static std::string Indented(std::size_t depth) {
    std::string text;
    for (std::size_t i = 1; i < depth; ++i) text += "│ ";
    return depth == 0 ? text : text + "└ ";
  }

  const bool all_;
  const std::uint64_t whole_;
  std::vector<std::vector<std::string>> rows_;
  std::size_t left_out_ = 0;
};

void WriteTree(const PatternsView& view, bool all, TextPage* page) {
  Tree tree(view.tree, all);
  const std::array<TableColumn, 6> columns = {{{"total", true},
                                               {"self", true},
                                               {"calls", true},
                                               {"temporary", true},
                                               {"kept", true},
                                               {"function"}}};
  WriteTable(columns, tree.TakeRows(), page);
  if (tree.left_out() > 0) {
    page->Row(fmt::format("and {} smaller: --all", tree.left_out()), Paint::kDim);
  }
  if (!all) page->Row("Library code counts as its caller's: --all shows it.", Paint::kDim);
}

}  // namespace

std::string PatternsText(const Report& report, const PatternsView& view,
                         const ViewRequest& request) {
  TextPage page(request.color, request.columns);
  WriteViewHead(report, &page);
  for (const std::string& note : view.notes) page.Line(note, Paint::kYellow);
  if (view.processes.empty()) {
    WriteNotMeasured(view.not_measured, &page);
    return std::move(page).Finish();
  }
  page.Blank();
  page.Line(fmt::format("{} and what it calls, of {}", view.function, view.processes),
            Paint::kBold);
  const double share = view.all_bytes == 0
                           ? 0
                           : 100.0 * static_cast<double>(view.total.allocated_bytes) /
                                 static_cast<double>(view.all_bytes);
  page.Item("allocates",
            fmt::format("{} in {}, {:.1f} % of all that was allocated",
                        Bytes(view.total.allocated_bytes), Calls(view.total.allocations), share));
  page.Item("lives", fmt::format("{} freed at once ({}), {} freed later, {} kept ({})",
                                 Count(view.total.temporaries), Bytes(view.total.temporary_bytes),
                                 Count(view.FreedLater()), Count(view.total.kept_blocks),
                                 Bytes(view.total.kept_bytes)));
  if (view.overloads.size() > 1) {
    for (const PatternOverload& overload : view.overloads) {
      page.Item(
          &overload == &view.overloads.front() ? "functions" : "",
          fmt::format("{}{}: {} in {}", overload.function,
                      overload.file.empty() ? "" : " (" + overload.file + ")",
                      Bytes(overload.total.allocated_bytes), Calls(overload.total.allocations)));
    }
  }
  if (view.shape) WriteShape(*view.shape, &page);
  if (!view.shape) page.Blank();
  WriteTree(view, request.all, &page);
  if (view.not_told_calls > 0) {
    page.Line(fmt::format("{} of the processes are not told one by one; some may be of this.",
                          Calls(view.not_told_calls)),
              Paint::kDim);
  }
  WriteNotMeasured(view.not_measured, &page);
  return std::move(page).Finish();
}

}  // namespace memprof
