// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runner/parse/massif_file.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

void Write(const MassifNode& node, std::size_t depth, std::string* text) {
  *text += fmt::format("{}n{}: {} 0x1: {} ({}:{})\n", std::string(depth, ' '), node.children.size(),
                       node.bytes, node.frame.function, node.frame.file, node.frame.line);
  for (const MassifNode& child : node.children) Write(child, depth + 1, text);
}

std::string Written(const MassifFile& file) {
  std::string text =
      fmt::format("desc: (none)\ncmd: {}\ntime_unit: {}\n", file.command, file.time_unit);
  for (const MassifSnapshot& snapshot : file.snapshots) {
    text += fmt::format(
        "#-----------\nsnapshot={}\n#-----------\ntime={}\nmem_heap_B={}\n"
        "mem_heap_extra_B={}\nmem_stacks_B=0\nheap_tree={}\n",
        snapshot.number, snapshot.time, snapshot.heap_bytes, snapshot.extra_bytes,
        !snapshot.detailed ? "empty"
        : snapshot.is_peak ? "peak"
                           : "detailed");
    if (snapshot.detailed) Write(snapshot.root, 0, &text);
  }
  return text;
}

bool SameTree(const MassifNode& a, const MassifNode& b) {
  if (a.bytes != b.bytes || a.bytes < 0 || a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!SameTree(a.children[i], b.children[i])) return false;
  }
  return true;
}

}  // namespace

MEMPROF_FUZZ(massif_file) {
  const Result<MassifFile> file = ParseMassifFile(input);
  if (!file) {
    MEMPROF_FUZZ_EXPECT(file.error().kind == ErrorKind::kDamaged);
    MEMPROF_FUZZ_EXPECT(input.find('\n') == std::string_view::npos ||
                        NamesLineOf(input, file.error().message, "line "));
    return;
  }
  const Result<MassifFile> again = ParseMassifFile(Written(*file));
  MEMPROF_FUZZ_EXPECT(again.ok() && again->complete);
  MEMPROF_FUZZ_EXPECT(again->command == file->command && again->time_unit == file->time_unit);
  MEMPROF_FUZZ_EXPECT(again->snapshots.size() == file->snapshots.size());
  for (std::size_t i = 0; i < file->snapshots.size(); ++i) {
    const MassifSnapshot& snapshot = file->snapshots[i];
    const MassifSnapshot& same = again->snapshots[i];
    MEMPROF_FUZZ_EXPECT(snapshot.number >= 0 && snapshot.number == same.number);
    MEMPROF_FUZZ_EXPECT(snapshot.time == same.time && snapshot.heap_bytes == same.heap_bytes);
    MEMPROF_FUZZ_EXPECT(snapshot.extra_bytes == same.extra_bytes);
    MEMPROF_FUZZ_EXPECT(snapshot.detailed == same.detailed && snapshot.is_peak == same.is_peak);
    MEMPROF_FUZZ_EXPECT(SameTree(snapshot.root, same.root));
  }
}

}  // namespace memprof
