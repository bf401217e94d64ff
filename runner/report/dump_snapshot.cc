// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "gtest_plugin/record/format.h"
#include "runner/report/dump_fields.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

Json State(std::uint32_t state) { return DumpName(state, {"whole", "partial", "missing"}); }

/// An offset that did not fit is not known.
Json Offset(std::uint32_t offset) { return offset == UINT32_MAX ? Json() : Json(offset); }

Json Weak(std::uint32_t bits) { return DumpBits(bits, {"high_tag", "past_end"}); }

/// Takes `count` values, each an element of the member `key` as `fields` has it.
template <class T, class Fields>
bool TakeElements(RecordCursor& payload, std::uint32_t count, const char* key, Json* line,
                  const Fields& fields) {
  if (!payload.Holds(count, sizeof(T))) return false;
  Json elements = Json::array();
  for (std::uint32_t i = 0; i < count; ++i) {
    T value;
    payload.Take(&value);
    elements.push_back(fields(value));
  }
  (*line)[key] = std::move(elements);
  return true;
}

/// The same behind a count and a reserved word.
template <class T, class Fields>
bool TakeArray(RecordCursor& payload, const char* key, Json* line, const Fields& fields) {
  std::uint32_t count = 0;
  std::uint32_t reserved = 0;
  return payload.Take(&count) && payload.Take(&reserved) &&
         TakeElements<T>(payload, count, key, line, fields);
}

bool SnapshotFields(RecordCursor& payload, Json* line) {
  record::Snapshot snapshot;
  std::string why;
  if (!payload.Take(&snapshot) || !payload.Take(&why)) return false;
  (*line)["number"] = snapshot.number;
  (*line)["iteration"] = snapshot.iteration;
  (*line)["state"] = State(snapshot.state);
  (*line)["threads"] = snapshot.threads;
  (*line)["parked"] = snapshot.parked;
  (*line)["module_epoch"] = snapshot.module_epoch;
  (*line)["paused_ns"] = snapshot.paused_ns;
  (*line)["why"] = why;
  return true;
}

bool StartFields(RecordCursor& payload, Json* line) {
  record::SnapshotStart start;
  if (!payload.Take(&start)) return false;
  (*line)["number"] = start.number;
  (*line)["iteration"] = start.iteration;
  (*line)["module_epoch"] = start.module_epoch;
  (*line)["threads"] = start.threads;
  return true;
}

bool ThreadFields(RecordCursor& payload, Json* line) {
  record::SnapshotThread thread;
  std::string name;
  if (!payload.Take(&thread) || !payload.Take(&name)) return false;
  (*line)["thread"] = thread.thread;
  (*line)["tid"] = thread.tid;
  (*line)["state"] = DumpName(thread.state, {"caller", "parked", "unparked"});
  (*line)["stack_begin"] = DumpAddress(thread.stack_begin);
  (*line)["stack_end"] = DumpAddress(thread.stack_end);
  (*line)["name"] = name;
  return true;
}

bool FramesFields(RecordCursor& payload, Json* line) {
  record::SnapshotFrames frames;
  if (!payload.Take(&frames)) return false;
  (*line)["thread"] = frames.thread;
  return TakeElements<record::StackFrame>(
      payload, frames.count, "frames", line, [](const record::StackFrame& frame) -> Json {
        return {{"pc", DumpAddress(frame.pc)}, {"cfa", DumpAddress(frame.cfa)}};
      });
}

bool ThreadLocalFields(RecordCursor& payload, Json* line) {
  record::SnapshotThreadLocal area;
  if (!payload.Take(&area)) return false;
  (*line)["thread"] = area.thread;
  (*line)["module_begin"] = DumpAddress(area.module_begin);
  (*line)["begin"] = DumpAddress(area.begin);
  (*line)["end"] = DumpAddress(area.end);
  return true;
}

bool BlocksFields(RecordCursor& payload, Json* line) {
  return TakeArray<record::HeapBlock>(payload, "blocks", line,
                                      [](const record::HeapBlock& block) -> Json {
                                        return {{"address", DumpAddress(block.address)},
                                                {"bytes", block.bytes},
                                                {"origin", block.origin}};
                                      });
}

Json RootFields(const record::RootWord& root) {
  Json fields = {{"kind", DumpName(root.kind, {nullptr, "data", "thread_local", "stack", "register",
                                               "mapping"})}};
  if (root.kind == record::kRootRegister) {
    fields["register"] = root.address;
  } else {
    fields["address"] = DumpAddress(root.address);
  }
  fields["thread"] = root.thread;
  fields["block"] = root.block;
  fields["offset"] = Offset(root.offset);
  fields["weak"] = Weak(root.weak);
  return fields;
}

bool RootsFields(RecordCursor& payload, Json* line) {
  return TakeArray<record::RootWord>(payload, "roots", line, RootFields);
}

bool EdgesFields(RecordCursor& payload, Json* line) {
  return TakeArray<record::HeapEdge>(payload, "edges", line,
                                     [](const record::HeapEdge& edge) -> Json {
                                       return {{"from", edge.from},
                                               {"from_offset", Offset(edge.from_offset)},
                                               {"to", edge.to},
                                               {"to_offset", Offset(edge.to_offset)}};
                                     });
}

bool WeakEdgesFields(RecordCursor& payload, Json* line) {
  std::uint32_t words[2];  // count, WeakBits
  RecordCursor ahead = payload;
  if (!ahead.Take(&words)) return false;
  (*line)["weak"] = Weak(words[1]);
  return EdgesFields(payload, line);
}

bool ImageWordsFields(RecordCursor& payload, Json* line) {
  return TakeArray<
      record::ImageWord>(payload, "words", line, [](const record::ImageWord& word) -> Json {
    return {{"block", word.block}, {"offset", word.offset}, {"address", DumpAddress(word.address)}};
  });
}

bool EndFields(RecordCursor& payload, Json* line) {
  record::SnapshotEnd end;
  if (!payload.Take(&end)) return false;
  (*line)["blocks"] = end.blocks;
  (*line)["edges"] = end.edges;
  (*line)["roots"] = end.roots;
  (*line)["scan_ns"] = end.scan_ns;
  (*line)["state"] = State(static_cast<std::uint32_t>(end.state));
  (*line)["unread_bytes"] = end.unread_bytes;
  return true;
}

bool PeakContentsFields(RecordCursor& payload, Json* line) {
  record::PeakContents contents;
  std::string why;
  if (!payload.Take(&contents) || !payload.Take(&why)) return false;
  (*line)["number"] = contents.number;
  (*line)["test"] = contents.test;
  (*line)["iteration"] = contents.iteration;
  (*line)["state"] = State(contents.state);
  (*line)["why"] = why;
  return true;
}

bool ContentsStartFields(RecordCursor& payload, Json* line) {
  record::ContentsStart start;
  if (!payload.Take(&start)) return false;
  (*line)["number"] = start.number;
  (*line)["window"] = start.window;
  return true;
}

bool ContentGroupsFields(RecordCursor& payload, Json* line) {
  return TakeArray<record::ContentGroup>(
      payload, "groups", line, [](const record::ContentGroup& group) -> Json {
        const std::string_view shown(group.shown, sizeof(group.shown));
        return {{"origin", group.origin},
                {"blocks", group.blocks},
                {"bytes", group.bytes},
                {"shown", std::string(shown.substr(0, shown.find('\0')))}};
      });
}

bool ContentsEndFields(RecordCursor& payload, Json* line) {
  record::ContentsEnd end;
  if (!payload.Take(&end)) return false;
  (*line)["blocks"] = end.blocks;
  (*line)["bytes"] = end.bytes;
  (*line)["groups"] = end.groups;
  (*line)["left_out"] = end.left_out;
  (*line)["scan_ns"] = end.scan_ns;
  return true;
}

constexpr DumpedType kSnapshotTypes[] = {
    {record::kSnapshot, "snapshot", SnapshotFields},
    {record::kSnapshotStart, "snapshot_start", StartFields},
    {record::kSnapshotThread, "snapshot_thread", ThreadFields},
    {record::kSnapshotFrames, "snapshot_frames", FramesFields},
    {record::kSnapshotThreadLocal, "snapshot_thread_local", ThreadLocalFields},
    {record::kSnapshotBlocks, "snapshot_blocks", BlocksFields},
    {record::kSnapshotRoots, "snapshot_roots", RootsFields},
    {record::kSnapshotEdges, "snapshot_edges", EdgesFields},
    {record::kSnapshotWeakEdges, "snapshot_weak_edges", WeakEdgesFields},
    {record::kSnapshotImageWords, "snapshot_image_words", ImageWordsFields},
    {record::kSnapshotEnd, "snapshot_end", EndFields},
    {record::kPeakContents, "peak_contents", PeakContentsFields},
    {record::kContentsStart, "contents_start", ContentsStartFields},
    {record::kContentGroups, "content_groups", ContentGroupsFields},
    {record::kContentsEnd, "contents_end", ContentsEndFields},
};

}  // namespace

std::span<const DumpedType> DumpedSnapshotTypes() { return kSnapshotTypes; }

}  // namespace memprof
