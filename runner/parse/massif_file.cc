// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/massif_file.h"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runner/parse/tool_frame.h"

namespace memprof {
namespace {

/// Massif refuses `--depth` above 200. A deeper tree is damage, and would recurse without bound.
constexpr int kMaxDepth = 256;

/// How reading a part ended.
enum class Outcome { kRead, kTextEnds, kDamaged };

//  desc: …            options          \.
//  cmd: …             program           > header, once
//  time_unit: i                        /
//  #-----------
//  snapshot=0
//  #-----------
//  time=… mem_heap_B=… mem_heap_extra_B=… mem_stacks_B=…   one a line
//  heap_tree=empty | detailed | peak
//  n2: 30 (heap allocation functions) …       n<children>: <bytes> <call>,
//   n0: 20 0x1: f (t.cc:1)                    one space of indentation a level
//   n0: 10 in 2 places, all below massif's threshold (1.00%)
class MassifReader {
 public:
  explicit MassifReader(std::string_view text) : text_(text) {}

  Result<MassifFile> Read() {
    MassifFile file;
    if (!ReadHeader(file)) return Damage("is not massif's output: it must open with desc:");
    while (true) {
      MassifSnapshot snapshot;
      const Outcome outcome = ReadSnapshot(snapshot);
      if (outcome == Outcome::kDamaged) return Damage(damage_);
      if (outcome == Outcome::kTextEnds) break;
      file.snapshots.push_back(std::move(snapshot));
    }
    file.complete = complete_;
    return file;
  }

 private:
  Error Damage(const std::string& what) const {
    return {ErrorKind::kDamaged, "massif file, line " + std::to_string(line_number_) + ": " + what,
            "the file was changed or overwritten after massif wrote it; run massif again"};
  }

  Outcome Fail(std::string what) {
    damage_ = std::move(what);
    return Outcome::kDamaged;
  }

  /// The next line. Massif ends every line with a line feed, so one without it was cut.
  std::optional<std::string_view> NextLine() {
    const auto end = text_.find('\n');
    if (end == std::string_view::npos) {
      if (!text_.empty()) complete_ = false;
      text_ = {};
      return std::nullopt;
    }
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    ++line_number_;
    return line;
  }

  Outcome CutOff() {
    complete_ = false;
    return Outcome::kTextEnds;
  }

  bool ReadHeader(MassifFile& file) {
    auto line = NextLine();
    if (!line || !line->starts_with("desc:")) return false;
    line = NextLine();
    if (line && !line->starts_with("cmd: ")) return false;
    if (line) file.command = line->substr(5);
    line = NextLine();
    if (line && !line->starts_with("time_unit: ")) return false;
    if (line) file.time_unit = line->substr(11);
    if (!line) complete_ = false;
    return true;
  }

  static std::optional<std::int64_t> Number(std::string_view text) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || number < 0) {
      return std::nullopt;
    }
    return number;
  }

  Outcome ReadSnapshot(MassifSnapshot& snapshot) {
    bool begun = false, has_heap = false;
    while (const auto line = NextLine()) {
      if (line->starts_with('#') || line->empty()) continue;
      const auto equals = line->find('=');
      if (equals == std::string_view::npos) return Fail("expected key=value");
      const std::string_view key = line->substr(0, equals), value = line->substr(equals + 1);
      if (key == "heap_tree") {
        if (!begun || !has_heap) return Fail("a heap tree without a snapshot and its mem_heap_B");
        return ReadTree(value, snapshot);
      }
      const auto number = Number(value);
      if (!number) return Fail("no number after " + std::string(key) + "=");
      if (key == "snapshot") {
        if (begun) return Fail("a snapshot without a heap tree");
        if (!std::in_range<int>(*number)) return Fail("no snapshot has that number");
        begun = true;
        snapshot.number = static_cast<int>(*number);
      } else if (!begun) {
        return Fail("expected snapshot=");
      } else if (key == "time") {
        snapshot.time = *number;
      } else if (key == "mem_heap_B") {
        snapshot.heap_bytes = *number;
        has_heap = true;
      } else if (key == "mem_heap_extra_B") {
        snapshot.extra_bytes = *number;
      }
    }
    return begun ? CutOff() : Outcome::kTextEnds;
  }

  Outcome ReadTree(std::string_view kind, MassifSnapshot& snapshot) {
    if (kind == "empty") return Outcome::kRead;
    if (kind != "detailed" && kind != "peak") return Fail("unknown heap_tree");
    snapshot.detailed = true;
    snapshot.is_peak = kind == "peak";
    return ReadNode(0, snapshot.root);
  }

  Outcome ReadNode(int depth, MassifNode& node) {
    if (depth > kMaxDepth) return Fail("a tree deeper than massif makes");
    auto line = NextLine();
    if (!line) return CutOff();
    const auto indentation = static_cast<std::size_t>(depth);
    if (line->find_first_not_of(' ') != indentation || (*line)[indentation] != 'n') {
      return Fail("expected a node of the tree at depth " + std::to_string(depth));
    }
    line->remove_prefix(indentation + 1);
    const auto colon = line->find(": ");
    if (colon == std::string_view::npos) return Fail("expected n<children>: <bytes>");
    const auto children = Number(line->substr(0, colon));
    line->remove_prefix(colon + 2);
    const auto space = line->find(' ');
    const auto bytes = Number(line->substr(0, space));
    if (!children || !bytes || space == std::string_view::npos) {
      return Fail("expected n<children>: <bytes>");
    }
    node.bytes = *bytes;
    ReadCall(line->substr(space + 1), node);
    // The count is not trusted for an allocation: a damaged one may be huge.
    for (std::int64_t i = 0; i < *children; ++i) {
      MassifNode child;
      if (const Outcome outcome = ReadNode(depth + 1, child); outcome != Outcome::kRead) {
        return outcome;
      }
      node.children.push_back(std::move(child));
    }
    return Outcome::kRead;
  }

  static void ReadCall(std::string_view text, MassifNode& node) {
    if (text.starts_with("0x")) {
      const auto colon = text.find(": ");
      if (colon != std::string_view::npos) node.frame = ParseValgrindFrame(text.substr(colon + 2));
    } else {
      node.below_threshold = text.find("below massif's threshold") != std::string_view::npos;
    }
  }

  std::string_view text_;
  std::string damage_;
  int line_number_ = 0;
  bool complete_ = true;
};

}  // namespace

Result<MassifFile> ParseMassifFile(std::string_view text) { return MassifReader(text).Read(); }

}  // namespace memprof
