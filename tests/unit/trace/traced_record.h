// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_TRACE_TRACED_RECORD_H_
#define MEMPROF_TESTS_UNIT_TRACE_TRACED_RECORD_H_

#include <gtest/gtest.h>

#include <utility>

#include "gtest_plugin/record/writer.h"
#include "runner/parse/record_file.h"
#include "tests/unit/record/scratch_record.h"

namespace memprof {

/// A record of a full trace with one test, to be written by the trace's own parts and then read
/// back with the runner's.
class TracedRecord {
 public:
  TracedRecord() {
    EXPECT_TRUE(writer_.Open(path_.c_str()));
    record::Hello hello = {};
    hello.heap_owner = record::kOwnerGlibc;
    hello.tests_planned = 1;
    Payload()
        .Struct(hello)
        .Text("/a")
        .Text("/")
        .Text("libc.so.6")
        .Struct(record::HelloMore{record::kFullTrace, record::kFromListener})
        .AppendTo(&writer_, record::kHello);
    Payload()
        .Struct(record::TestInfo{0, 1})
        .Text("Suite")
        .Text("Name")
        .Text("a.cc")
        .Text("")
        .Text("")
        .AppendTo(&writer_, record::kTestInfo);
  }

  record::Writer* writer() { return &writer_; }

  RecordFile Read() const {
    Result<RecordFile> file = ParseRecord(BytesOf(path_));
    EXPECT_TRUE(file.ok());
    if (!file.ok()) return {};
    EXPECT_EQ(file->damage, "");
    EXPECT_TRUE(file->trace.has_value());
    return std::move(file).value();
  }

 private:
  ScratchDirectory directory_;
  std::string path_ = directory_.File("a.rec");
  record::Writer writer_;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_TRACE_TRACED_RECORD_H_
