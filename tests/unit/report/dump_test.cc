// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/dump.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/parse/snapshot_bytes.h"
#include "tests/unit/parse/trace_bytes.h"

namespace memprof {
namespace {

using Json = nlohmann::json;

std::vector<Json> Lines(const std::string& bytes) {
  std::vector<Json> lines;
  RecordSequence sequence = RecordSequence::Open(bytes).value();
  while (const std::optional<RawRecord> raw = sequence.Next()) {
    const std::optional<std::string> line = DumpRecord(*raw);
    EXPECT_TRUE(line.has_value()) << raw->type;
    if (!line) break;
    EXPECT_EQ(line->find('\n'), line->size() - 1) << *line;
    lines.push_back(Json::parse(*line));
  }
  EXPECT_EQ(sequence.damage(), "");
  return lines;
}

/// The line of one record, without what all lines have.
std::string LineOf(std::uint16_t type, const Payload& payload) {
  const RawRecord raw = {type, 7, payload.bytes()};
  const std::optional<std::string> line = DumpRecord(raw);
  if (!line) return "none";
  EXPECT_EQ(line->substr(0, 14), "{\"sequence\":7,");
  return "{" + line->substr(14, line->size() - 15);
}

TEST(Dump, EveryRecordTypeHasALineWithItsNameInFileOrder) {
  std::vector<Json> lines = Lines(SampleRecord());
  const std::vector<Json> of_trace = Lines(TraceRecord());
  lines.insert(lines.end(), of_trace.begin(), of_trace.end());
  const std::vector<Json> of_snapshot = Lines(SampleSnapshot().Done());
  lines.insert(lines.end(), of_snapshot.begin(), of_snapshot.end());
  std::set<std::string> types;
  std::size_t sequence = 0;
  for (const Json& line : lines) {
    if (line["sequence"] == 0) sequence = 0;
    EXPECT_EQ(line["sequence"], sequence++);
    types.insert(line["type"].get<std::string>());
  }
  EXPECT_EQ(types.count("unknown"), 0u);
  EXPECT_EQ(types.size(), 32u);
}

TEST(Dump, ASnapshotsFileEndsWithItsEndRecordAndARecordDoesNot) {
  std::string bytes = SampleSnapshot().Done();
  bytes.resize(bytes.size() - sizeof(record::RecordHeader));
  EXPECT_EQ(Lines(bytes).back()["type"], "snapshot_end");
  bytes = SampleSnapshot().WithoutEnd();
  bytes.resize(bytes.size() - sizeof(record::RecordHeader));
  RecordSequence sequence = RecordSequence::Open(bytes).value();
  while (sequence.Next()) continue;
  EXPECT_NE(sequence.damage().find("without its mark"), std::string::npos);
}

TEST(Dump, TheHeaderSaysTheVersionsOfRecordAndLines) {
  record::FileHeader header = {};
  header.major = 1;
  header.minor = 9;
  header.owner_pid = 4711;
  EXPECT_EQ(DumpHeader(header),
            "{\"type\":\"file_header\",\"schema_version\":1,\"major\":1,\"minor\":9,"
            "\"owner_pid\":4711}\n");
}

struct LineCase {
  const char* name;
  std::uint16_t type;
  Payload payload;
  const char* wanted;
};

class DumpedLine : public testing::TestWithParam<LineCase> {};

TEST_P(DumpedLine, HasEveryField) {
  EXPECT_EQ(LineOf(GetParam().type, GetParam().payload), GetParam().wanted);
}

Payload HelloOfTheFirstVersion() {
  Payload payload;
  payload.Struct(record::Hello{1, 99, 2, 3, 1234567890123456789u})
      .Text("a\xff")
      .Text("\n")
      .Text("");
  return payload;
}

Payload PeakPayload() {
  Payload payload = Of(record::Peak{1, 2, 1, 0, 3, 4});
  payload.Struct(record::OriginAmount{5, 0, 6, 7});
  return payload;
}

Payload SnapshotThreadPayload() {
  Payload payload = Of(record::SnapshotThread{1, 4712, record::kThreadUnparked, 0, 0x7f00, 0x8000});
  payload.Text("worker");
  return payload;
}

Payload SnapshotFramesPayload() {
  Payload payload = Of(record::SnapshotFrames{1, 1});
  payload.Struct(record::StackFrame{0x2010, 0x7f20});
  return payload;
}

INSTANTIATE_TEST_SUITE_P(
    Dump, DumpedLine,
    testing::Values(
        LineCase{"Hello", record::kHello, HelloPayload(record::kFullTrace, record::kFromStream),
                 R"({"type":"hello","pid":4711,"heap_owner":"glibc","tests_planned":0,"repeat":0,)"
                 R"("started_unix_ns":0,"executable":"/src/foo_test","directory":"/src",)"
                 R"("heap_owner_name":"libc.so.6","trace_mode":"full_trace",)"
                 R"("boundary_source":"stream"})"},
        LineCase{"BytesThatAreNoTextAreReplacedAndUnknownNamesAreNumbers", record::kHello,
                 HelloOfTheFirstVersion(),
                 R"({"type":"hello","pid":1,"heap_owner":99,"tests_planned":2,"repeat":3,)"
                 R"("started_unix_ns":1234567890123456789,"executable":")"
                 "a\xef\xbf\xbd"
                 R"(","directory":"\n","heap_owner_name":""})"},
        LineCase{"TestEnd", record::kTestEnd,
                 Of(record::TestEnd{1, 2, record::kOutcomeSkipped, 5, SampleWindow(100)}),
                 R"({"type":"test_end","id":1,"iteration":2,"outcome":"skipped","results":5,)"
                 R"("window":{"measured":["heap","descriptors","threads","mappings"],)"
                 R"("kept_bytes":100,"kept_blocks":101,"allocations":102,"allocated_bytes":103,)"
                 R"("peak_bytes":104,"mapped_bytes":-100,"mappings":6,"descriptors":-7,)"
                 R"("threads":8,"wall_ns":109}})"},
        LineCase{"WhatWasNotMeasuredIsNull", record::kIterationEnd,
                 Of(record::IterationEnd{1, 0, {}, {}}),
                 R"({"type":"iteration_end","iteration":1,"window":{"measured":[],)"
                 R"("kept_bytes":null,"kept_blocks":null,"allocations":null,)"
                 R"("allocated_bytes":null,"peak_bytes":null,"mapped_bytes":null,)"
                 R"("mappings":null,"descriptors":null,"threads":null,"wall_ns":0},)"
                 R"("totals":{"measured":[],"live_bytes":null,"live_blocks":null,)"
                 R"("mapped_bytes":null,"mappings":null,"descriptors":null,"threads":null,)"
                 R"("counted_threads":null}})"},
        LineCase{"Module", record::kModule,
                 ModulePayload({1, 2, 0x10, 0xffffffffffff0000, 0}, "/a\"b", {"\x00\xab", 2}),
                 R"({"type":"module","id":1,"epoch":2,"bias":"0x10",)"
                 R"("begin":"0xffffffffffff0000","end":"0x0","path":"/a\"b","build_id":"00ab"})"},
        LineCase{"Stack", record::kStack, StackPayload(1, {0x7f00, 2}, 3, 5),
                 R"({"type":"stack","id":1,"epoch":3,"flags":["cut",4],)"
                 R"("frames":["0x7f00","0x2"]})"},
        LineCase{"Window", record::kWindow,
                 WindowPayload(1, record::kWithinSuite, record::kNoTest, 2, "S"),
                 R"({"type":"window","id":1,"kind":"within_suite","test":null,"iteration":2,)"
                 R"("suite":"S"})"},
        LineCase{"Survivors", record::kSurvivors, SurvivorsPayload(1, {{2, 0, 3, 4}, {5, 0, 6, 7}}),
                 R"({"type":"survivors","iteration":1,"amounts":[)"
                 R"({"origin":2,"blocks":3,"bytes":4},{"origin":5,"blocks":6,"bytes":7}]})"},
        LineCase{"Peak", record::kPeak, PeakPayload(),
                 R"({"type":"peak","test":1,"iteration":2,"other_blocks":3,"other_bytes":4,)"
                 R"("amounts":[{"origin":5,"blocks":6,"bytes":7}]})"},
        LineCase{"Mapping", record::kResource,
                 ResourcePayload({record::kMapping, 1, 2, 0, 0x7f0000000000, 4096}, ""),
                 R"({"type":"resource","kind":"mapping","iteration":1,"origin":2,)"
                 R"("is_there":false,"id":"0x7f0000000000","bytes":4096,"target":""})"},
        LineCase{"Snapshot", record::kSnapshot,
                 SnapshotPayload({1, 2, record::kSnapshotPartial, 9, 8, 3, 12345}, "one ran on"),
                 R"({"type":"snapshot","number":1,"iteration":2,"state":"partial","threads":9,)"
                 R"("parked":8,"module_epoch":3,"paused_ns":12345,"why":"one ran on"})"},
        LineCase{"SnapshotStart", record::kSnapshotStart, Of(record::SnapshotStart{1, 2, 3, 4}),
                 R"({"type":"snapshot_start","number":1,"iteration":2,"module_epoch":3,)"
                 R"("threads":4})"},
        LineCase{"SnapshotThread", record::kSnapshotThread, SnapshotThreadPayload(),
                 R"({"type":"snapshot_thread","thread":1,"tid":4712,"state":"unparked",)"
                 R"("stack_begin":"0x7f00","stack_end":"0x8000","name":"worker"})"},
        LineCase{"SnapshotFrames", record::kSnapshotFrames, SnapshotFramesPayload(),
                 R"({"type":"snapshot_frames","thread":1,)"
                 R"("frames":[{"pc":"0x2010","cfa":"0x7f20"}]})"},
        LineCase{"SnapshotThreadLocal", record::kSnapshotThreadLocal,
                 Of(record::SnapshotThreadLocal{1, 0, 0x2000, 0x9000, 0x9100}),
                 R"({"type":"snapshot_thread_local","thread":1,"module_begin":"0x2000",)"
                 R"("begin":"0x9000","end":"0x9100"})"},
        LineCase{"SnapshotBlocks", record::kSnapshotBlocks,
                 ArrayPayload<record::HeapBlock>({{0x10000, 100, 10, 0}, {0x10100, 24, 0, 0}}),
                 R"({"type":"snapshot_blocks","blocks":[)"
                 R"({"address":"0x10000","bytes":100,"origin":10},)"
                 R"({"address":"0x10100","bytes":24,"origin":0}]})"},
        LineCase{"SnapshotRoots", record::kSnapshotRoots,
                 ArrayPayload<record::RootWord>(
                     {{0x5008, 1, 2, record::kRootThreadLocal, 3, record::kWeakPastEnd, 0},
                      {3, 1, UINT32_MAX, record::kRootRegister, 1, 0, 0}}),
                 R"({"type":"snapshot_roots","roots":[{"kind":"thread_local","address":"0x5008",)"
                 R"("thread":3,"block":1,"offset":2,"weak":["past_end"]},)"
                 R"({"kind":"register","register":3,"thread":1,"block":1,"offset":null,)"
                 R"("weak":[]}]})"},
        LineCase{"SnapshotEdges", record::kSnapshotEdges,
                 ArrayPayload<record::HeapEdge>({{1, 2, 8, UINT32_MAX}}),
                 R"({"type":"snapshot_edges","edges":[)"
                 R"({"from":1,"from_offset":8,"to":2,"to_offset":null}]})"},
        LineCase{"SnapshotWeakEdges", record::kSnapshotWeakEdges,
                 ArrayPayload<record::HeapEdge>({{1, 2, 8, 0}}, record::kWeakHighTag),
                 R"({"type":"snapshot_weak_edges","weak":["high_tag"],"edges":[)"
                 R"({"from":1,"from_offset":8,"to":2,"to_offset":0}]})"},
        LineCase{"SnapshotImageWords", record::kSnapshotImageWords,
                 ArrayPayload<record::ImageWord>({{1, 8, 0x2100}}),
                 R"({"type":"snapshot_image_words","words":[)"
                 R"({"block":1,"offset":8,"address":"0x2100"}]})"},
        LineCase{"SnapshotEnd", record::kSnapshotEnd,
                 Of(record::SnapshotEnd{1, 2, 3, 4, record::kSnapshotPartial, 5}),
                 R"({"type":"snapshot_end","blocks":1,"edges":2,"roots":3,"scan_ns":4,)"
                 R"("state":"partial","unread_bytes":5})"},
        LineCase{
            "PeakContents", record::kPeakContents,
            Payload().Struct(record::PeakContents{1, 2, 3, record::kSnapshotMissing}).Text("x"),
            R"({"type":"peak_contents","number":1,"test":2,"iteration":3,)"
            R"("state":"missing","why":"x"})"},
        LineCase{"ContentsStart", record::kContentsStart, Of(record::ContentsStart{1, 7}),
                 R"({"type":"contents_start","number":1,"window":7})"},
        LineCase{"ContentGroups", record::kContentGroups,
                 ArrayPayload<record::ContentGroup>({{5, 0, 3, 64, "unit"}}),
                 R"({"type":"content_groups","groups":[)"
                 R"({"origin":5,"blocks":3,"bytes":64,"shown":"unit"}]})"},
        LineCase{"ContentsEnd", record::kContentsEnd, Of(record::ContentsEnd{1, 2, 3, 4, 5}),
                 R"({"type":"contents_end","blocks":1,"bytes":2,"groups":3,"left_out":4,)"
                 R"("scan_ns":5})"},
        LineCase{"FewerEdgesThanCounted", record::kSnapshotEdges, Of(std::uint64_t{1}), "none"},
        LineCase{"WeakEdgesWithoutTheirCount", record::kSnapshotWeakEdges, Of(std::uint32_t{1}),
                 "none"},
        LineCase{"OfANewerVersion", 999, Of(std::uint64_t{1}),
                 R"({"type":"unknown","number":999,"payload_bytes":8})"},
        LineCase{"PayloadTooShort", record::kTestEnd, Of(std::uint64_t{1}), "none"},
        LineCase{"FewerAmountsThanCounted", record::kSurvivors,
                 Of(record::Survivors{0, 0xffffffff}), "none"},
        LineCase{"FewerFramesThanCounted", record::kStack, Of(record::Stack{1, 0, 0xffffffff, 0}),
                 "none"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
