// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/record_tail.h"

#include <gtest/gtest.h>

#include "tests/unit/record/scratch_record.h"

namespace memprof {
namespace {

TEST(RecordTail, FollowsARecordWhileItIsWritten) {
  const ScratchDirectory directory;
  const std::string path = directory.File("a.rec");
  RecordTail tail(path);
  EXPECT_FALSE(tail.Look()) << "there is no file yet";

  record::Writer writer;
  ASSERT_TRUE(writer.Open(path.c_str()));
  EXPECT_FALSE(tail.Look()) << "nothing was written";
  for (std::uint32_t id = 0; id < 2; ++id) {
    Payload()
        .Struct(record::TestInfo{id, 7})
        .Text("Suite")
        .Text(id == 0 ? "One" : "Two")
        .Text("t.cc")
        .Text("")
        .Text("")
        .AppendTo(&writer, record::kTestInfo);
  }
  Payload().Struct(record::TestStart{0, 0}).AppendTo(&writer, record::kTestStart);
  EXPECT_TRUE(tail.Look());
  EXPECT_EQ(tail.current(), "Suite.One");
  EXPECT_EQ(tail.tests_ended(), 0);
  EXPECT_FALSE(tail.Look());

  Payload().Struct(record::TestEnd{}).AppendTo(&writer, record::kTestEnd);
  Payload().Struct(record::TestStart{1, 0}).AppendTo(&writer, record::kTestStart);
  EXPECT_TRUE(tail.Look());
  EXPECT_EQ(tail.current(), "Suite.Two");
  EXPECT_EQ(tail.tests_ended(), 1);
}

}  // namespace
}  // namespace memprof
