// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_PARSE_TRACE_BYTES_H_
#define MEMPROF_TESTS_UNIT_PARSE_TRACE_BYTES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/unit/parse/record_bytes.h"

namespace memprof {

inline Payload HelloPayload(std::uint32_t trace_mode, std::uint32_t boundary_source) {
  record::Hello hello = {};
  hello.pid = 4711;
  hello.heap_owner = record::kOwnerGlibc;
  Payload payload;
  payload.Struct(hello).Text("/src/foo_test").Text("/src").Text("libc.so.6");
  payload.Struct(record::HelloMore{trace_mode, boundary_source});
  return payload;
}

inline Payload ModulePayload(const record::Module& module, std::string_view path,
                             std::string_view build_id) {
  Payload payload;
  payload.Struct(module).Text(path).Text(build_id);
  return payload;
}

inline Payload StackPayload(std::uint32_t id, const std::vector<std::uint64_t>& addresses,
                            std::uint32_t epoch = 0, std::uint32_t flags = 0) {
  Payload payload;
  payload.Struct(record::Stack{id, epoch, static_cast<std::uint32_t>(addresses.size()), flags});
  for (const std::uint64_t address : addresses) payload.Struct(address);
  return payload;
}

inline Payload WindowPayload(std::uint32_t id, std::uint32_t kind,
                             std::uint32_t test = record::kNoTest, std::uint32_t iteration = 0,
                             std::string_view suite = "") {
  Payload payload;
  payload.Struct(record::TraceWindow{id, kind, test, iteration}).Text(suite);
  return payload;
}

inline Payload SurvivorsPayload(std::uint32_t iteration,
                                const std::vector<record::OriginAmount>& amounts) {
  Payload payload;
  payload.Struct(record::Survivors{iteration, static_cast<std::uint32_t>(amounts.size())});
  for (const record::OriginAmount& amount : amounts) payload.Struct(amount);
  return payload;
}

inline Payload ResourcePayload(const record::Resource& resource, std::string_view target) {
  Payload payload;
  payload.Struct(resource).Text(target);
  return payload;
}

inline Payload SnapshotPayload(const record::Snapshot& snapshot, std::string_view why) {
  Payload payload;
  payload.Struct(snapshot).Text(why);
  return payload;
}

inline record::Site SampleSite(std::uint32_t stack, std::uint64_t allocations) {
  record::Site site = {};
  site.stack = stack;
  site.allocations = allocations;
  site.bytes = 100;
  site.temporaries = 3;
  site.temporary_bytes = 30;
  site.reallocs = 2;
  site.realloc_bytes = 20;
  site.longest_chain = 1;
  site.largest = 64;
  site.sizes[7] = 9;
  site.lifetimes[23] = 8;
  return site;
}

/// A record with each type of the full trace. Numbers have gaps and come in no order, as they may.
inline std::string TraceRecord() {
  using record::OriginAmount;
  RecordBytes bytes;
  bytes.Add(record::kHello, HelloPayload(record::kFullTrace, record::kFromStream))
      .Add(record::kModule,
           ModulePayload({5, 0, 0x1000, 0x2000, 0x3000}, "/src/foo_test", "\xab\x01"))
      .Add(record::kModule, ModulePayload({2, 1, 0, 0x5000, 0x6000}, "/lib/p\xff.so", ""))
      .Add(record::kStack, StackPayload(7, {0x2010, 0x2020, 0x2030}))
      .Add(record::kStack, StackPayload(1, {0x5010}, 1, record::kStackCut))
      .Add(record::kWindow, WindowPayload(1, record::kBeforeTests))
      .Add(record::kOrigin, Of(record::Origin{10, record::kNoStack, 1, 0}))
      .Add(record::kIterationStart, Of(record::IterationStart{0, 1}))
      .Add(record::kTestInfo, TestPayload(0))
      .Add(record::kTestStart, Of(record::TestStart{0, 0}))
      .Add(record::kWindow, WindowPayload(3, record::kWithinTest, 0, 0))
      .Add(record::kOrigin, Of(record::Origin{4, 7, 3, 1}))
      .Add(record::kTestEnd, Of(record::TestEnd{0, 0, 0, 0, SampleWindow(1)}))
      .Add(record::kWindow, WindowPayload(9, record::kWithinSuite, record::kNoTest, 0, "S"))
      .Add(record::kOrigin, Of(record::Origin{5, 1, 9, 0}))
      .Add(record::kSurvivors, SurvivorsPayload(0, {OriginAmount{10, 0, 1, 16}}))
      .Add(record::kSurvivors,
           SurvivorsPayload(0, {OriginAmount{4, 0, 2, 200}, OriginAmount{5, 0, 3, 300}}))
      .Add(record::kSite, Of(SampleSite(7, 4)))
      .Add(record::kSite, Of(SampleSite(record::kNoStack, 1)))
      .Add(record::kResource, ResourcePayload({record::kDescriptor, 0, 4, 1, 12, 0}, "/tmp/a.log"))
      .Add(record::kTraceState, Of(record::TraceState{0, 2, 3, 2, 6, 516, 4096, 1, 2, 3, 4}))
      .Add(record::kModuleGone, Of(record::ModuleGone{2, 1}))
      .Add(record::kSurvivors, SurvivorsPayload(2, {OriginAmount{4, 0, 0, 0}}))
      .Add(record::kSnapshot,
           SnapshotPayload({1, 2, record::kSnapshotPartial, 9, 8, 1, 12345}, "one ran on"))
      .Add(record::kSite, Of(SampleSite(7, 40)))
      .Add(record::kResource, ResourcePayload({record::kDescriptor, 2, 4, 0, 12, 0}, "/tmp/a.log"));
  Payload peak = Of(record::Peak{0, 2, 1, 0, 6, 60});
  peak.Struct(OriginAmount{5, 0, 7, 70});
  return bytes.Add(record::kPeak, peak).Done();
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_PARSE_TRACE_BYTES_H_
