// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_RECORD_SCRATCH_RECORD_H_
#define MEMPROF_TESTS_UNIT_RECORD_SCRATCH_RECORD_H_

#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/record/writer.h"

namespace memprof {

/// A directory of its own for one test, removed with it.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(std::string parent = std::filesystem::temp_directory_path())
      : path_(parent + "/memprof-record.XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Gathers one payload: structs as they are, strings behind their length.
class Payload {
 public:
  template <class T>
  Payload& Struct(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    return *this;
  }
  Payload& Text(std::string_view text) {
    Struct(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
    return *this;
  }
  void AppendTo(record::Writer* writer, record::Type type) const {
    const record::Piece piece = {bytes_.data(), bytes_.size()};
    writer->Append(type, &piece, 1);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// The window that the sample record has with `seed`: every field another value.
inline record::Window SampleWindow(std::int64_t seed) {
  record::Window window = {};
  window.kept_bytes = seed;
  window.kept_blocks = seed + 1;
  window.allocations = static_cast<std::uint64_t>(seed) + 2;
  window.allocated_bytes = static_cast<std::uint64_t>(seed) + 3;
  window.peak_bytes = seed + 4;
  window.mapped_bytes = -seed;
  window.mappings = 6;
  window.descriptors = -7;
  window.threads = 8;
  window.measured = 15;
  window.wall_ns = static_cast<std::uint64_t>(seed) + 9;
  return window;
}

/// Writes a record that has every record type, with two tests in one iteration.
inline void WriteSampleRecord(record::Writer* writer) {
  record::Hello hello = {};
  hello.pid = 4711;
  hello.heap_owner = record::kOwnerGlibc;
  hello.tests_planned = 2;
  hello.repeat = 3;
  hello.started_unix_ns = 1234567890123456789u;
  Payload()
      .Struct(hello)
      .Text("/src/build/foo_test")
      .Text("/src")
      .Text("libc.so.6")
      .AppendTo(writer, record::kHello);
  Payload()
      .Struct(record::TestInfo{0, 12})
      .Text("Foo")
      .Text("Bar")
      .Text("/src/foo_test.cc")
      .Text("")
      .Text("")
      .AppendTo(writer, record::kTestInfo);
  Payload()
      .Struct(record::TestInfo{1, 34})
      .Text("All/Foo/int")
      .Text("Baz/0")
      .Text("/src/foo_test.cc")
      .Text("int")
      .Text("\"a\\0b\" \xf0\x9f\x90\x9b")
      .AppendTo(writer, record::kTestInfo);
  Payload().Struct(record::IterationStart{0, 2}).AppendTo(writer, record::kIterationStart);
  Payload().Struct(record::TestStart{0, 0}).AppendTo(writer, record::kTestStart);
  Payload()
      .Struct(record::DescriptorChange{0, 0, 2, 3, 2049, 77})
      .Text("/src/a.log")
      .AppendTo(writer, record::kDescriptorChange);
  Payload()
      .Struct(record::TestEnd{0, 0, record::kOutcomeFailed, 5, SampleWindow(100)})
      .AppendTo(writer, record::kTestEnd);
  Payload().Struct(record::TestStart{1, 0}).AppendTo(writer, record::kTestStart);
  Payload()
      .Struct(record::TestEnd{1, 0, record::kOutcomeSkipped, 0, SampleWindow(-200)})
      .AppendTo(writer, record::kTestEnd);
  Payload()
      .Struct(record::SuiteEnd{0, 2, SampleWindow(300)})
      .Text("Foo")
      .AppendTo(writer, record::kSuiteEnd);
  Payload()
      .Struct(record::DescriptorChange{0, record::kNoTest, -1, 0, 0, 0})
      .Text("anon_inode:[eventpoll]")
      .AppendTo(writer, record::kDescriptorChange);
  const record::Totals totals = {1, 2, 3, 4, 5, 6, 15, 8, 0};
  Payload()
      .Struct(record::IterationEnd{0, 0, SampleWindow(400), totals})
      .AppendTo(writer, record::kIterationEnd);
  Payload().Struct(record::Lost{11, 22}).AppendTo(writer, record::kLost);
  Payload().Struct(record::ProgramEnd{1, 0}).AppendTo(writer, record::kProgramEnd);
  Payload().Struct(record::LeakCheck{1, 0}).AppendTo(writer, record::kLeakCheck);
}

/// The sample record's bytes, with a little of the unwritten room behind them.
inline std::string SampleRecord() {
  const ScratchDirectory directory;
  const std::string path = directory.File("sample.rec");
  {
    record::Writer writer;
    if (!writer.Open(path.c_str())) return "";
    WriteSampleRecord(&writer);
  }
  std::string bytes = BytesOf(path);
  bytes.resize(bytes.find_last_not_of('\0') + 64);
  return bytes;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_RECORD_SCRATCH_RECORD_H_
