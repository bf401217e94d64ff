// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/progress_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// Less of a name tells nothing.
constexpr std::size_t kShortestName = 10;

struct Range {
  char32_t first;
  char32_t last;
};

/// Blocks whose characters most terminals show in two columns. Some within them are one column
/// wide; to take these for two leaves a gap, and the contrary would wrap the line.
constexpr auto kWide = std::to_array<Range>({{0x1100, 0x115F},
                                             {0x231A, 0x23FF},
                                             {0x25FD, 0x27BF},
                                             {0x2B00, 0x2BFF},
                                             {0x2E80, 0xA4CF},
                                             {0xA960, 0xA97F},
                                             {0xAC00, 0xD7FF},
                                             {0xF900, 0xFAFF},
                                             {0xFE10, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0xFFE0, 0xFFE6},
                                             {0x16FE0, 0x18DFF},
                                             {0x1AFF0, 0x1B2FF},
                                             {0x1F000, 0x1FAFF},
                                             {0x20000, 0x3FFFD}});

std::size_t ColumnsOf(char32_t code) {
  const bool wide = std::any_of(kWide.begin(), kWide.end(), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
  return wide ? 2 : 1;
}

struct Glyph {
  std::size_t bytes;
  std::size_t columns;
};

std::vector<Glyph> GlyphsOf(std::string_view text) {
  std::vector<Glyph> glyphs;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = DecodeUtf8(text.substr(at));
    glyphs.push_back({next.bytes, ColumnsOf(next.code)});
    at += next.bytes;
  }
  return glyphs;
}

/// "0:12", "1:02:03"
std::string Clock(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
  const std::int64_t minutes = whole / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, whole % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, whole % 60);
}

/// "45 s", "2 min", "1 h 30 min"
std::string Rounded(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  const std::int64_t minutes = (seconds + 30) / 60;
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

std::string Counts(const ProgressState& state) {
  if (state.total > 0) return fmt::format("{}/{}", state.done, state.total);
  return state.done > 0 ? fmt::format("{}", state.done) : "";
}

}  // namespace

std::size_t TerminalColumns(std::string_view text) {
  std::size_t columns = 0;
  for (const Glyph& glyph : GlyphsOf(text)) columns += glyph.columns;
  return columns;
}

std::string ShortenedInMiddle(std::string_view text, std::size_t columns) {
  const std::vector<Glyph> glyphs = GlyphsOf(text);
  if (TerminalColumns(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  const std::size_t head_room = (columns - 1) / 2;
  const std::size_t tail_room = columns - 1 - head_room;
  std::size_t head = 0;
  std::size_t used = 0;
  for (const Glyph& glyph : glyphs) {
    if ((used += glyph.columns) > head_room) break;
    head += glyph.bytes;
  }
  std::size_t tail = 0;
  used = 0;
  for (auto glyph = glyphs.rbegin(); glyph != glyphs.rend(); ++glyph) {
    if ((used += glyph->columns) > tail_room) break;
    tail += glyph->bytes;
  }
  return fmt::format("{}…{}", text.substr(0, head), text.substr(text.size() - tail));
}

std::string TimeLeftText(double seconds) {
  if (!(seconds > 10)) return "a few seconds left";
  constexpr double kMost = 100.0 * 3600;  // whoever waits for longer knows it
  const auto whole = static_cast<std::int64_t>(std::min(seconds, kMost));
  if (whole < 55) return fmt::format("about {} left", Rounded((whole + 4) / 5 * 5));
  return fmt::format("about {} left", Rounded(std::max<std::int64_t>(whole, 60)));
}

const char* ThingOf(const ProgressState& state) { return state.stage == "scan" ? "file" : "test"; }

std::string StageName(const ProgressState& state) {
  if (state.number == 0) return state.stage;
  return fmt::format("[{}/{}] {}", state.number, state.stages, state.stage);
}

std::string ProgressLine(const ProgressState& state, std::size_t columns) {
  std::string line = StageName(state);
  // What there is room for, in this order; each needs the one before it.
  const auto append = [&](std::string_view gap, const std::string& text) {
    if (text.empty()) return true;
    if (TerminalColumns(line) + gap.size() + TerminalColumns(text) > columns) return false;
    line += fmt::format("{}{}", gap, text);
    return true;
  };
  const std::string left = state.left_s ? TimeLeftText(*state.left_s) : "";
  const bool has_all = append(", ", state.step) && append("  ", Counts(state)) &&
                       append("  ", Clock(state.elapsed_s)) && append(", ", left);
  const std::size_t used = TerminalColumns(line) + 2;
  const std::string name = OneLine(state.current);
  if (has_all && !name.empty() && used + kShortestName <= columns) {
    line += "  " + ShortenedInMiddle(name, columns - used);
  }
  return ShortenedInMiddle(line, columns);
}

std::string ProgressNote(const ProgressState& state) {
  std::string text = state.step.empty() ? "" : state.step + ", ";
  if (state.total > 0) {
    text += fmt::format("{} of {} ", HumanCount(state.done), Counted(state.total, ThingOf(state)));
  } else if (state.done > 0) {
    text += Counted(state.done, ThingOf(state)) + " ";
  }
  text += fmt::format("after {}", Rounded(static_cast<std::int64_t>(state.elapsed_s)));
  if (state.left_s) text += ", " + TimeLeftText(*state.left_s);
  if (const std::string name = OneLine(state.current); !name.empty()) text += "; now " + name;
  return text;
}

}  // namespace memprof
