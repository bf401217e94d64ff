// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_file.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstring>
#include <utility>

namespace memprof {
namespace {

/// Takes values off the front of a payload. Once something is missing it stays failed.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  bool Take(T* value) {
    if (rest_.size() < sizeof(T)) return Fail();
    std::memcpy(value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return true;
  }

  bool Take(std::string* text) {
    std::uint32_t length = 0;
    if (!Take(&length) || rest_.size() < length) return Fail();
    text->assign(rest_.data(), length);
    rest_.remove_prefix(length);
    return true;
  }

 private:
  bool Fail() {
    rest_ = {};
    return false;
  }

  std::string_view rest_;
};

/// Assembles the file from its records, one at a time. Each function returns false when the
/// payload does not fit what came before it.
class Assembler {
 public:
  bool Add(std::uint16_t type, Cursor payload) {
    switch (type) {
      case record::kHello:
        return AddHello(payload);
      case record::kTestInfo:
        return AddTest(payload);
      case record::kIterationStart:
        return StartIteration(payload);
      case record::kSuiteEnd:
        return EndSuite(payload);
      case record::kTestStart:
        return StartTest(payload);
      case record::kTestEnd:
        return EndTest(payload);
      case record::kIterationEnd:
        return EndIteration(payload);
      case record::kDescriptorChange:
        return AddDescriptorChange(payload);
      case record::kProgramEnd:
        file_.program_ended = true;
        return true;
      case record::kLeakCheck:
        return AddLeakCheck(payload);
      case record::kLost:
        return AddLost(payload);
      default:
        return true;  // of a newer minor version
    }
  }

  RecordFile Finish(std::string damage) && {
    file_.damage = std::move(damage);
    return std::move(file_);
  }

 private:
  bool AddHello(Cursor& payload) {
    RecordedProcess process;
    if (!payload.Take(&process.hello) || !payload.Take(&process.executable) ||
        !payload.Take(&process.directory) || !payload.Take(&process.heap_owner_name)) {
      return false;
    }
    file_.process = std::move(process);
    return true;
  }

  bool AddTest(Cursor& payload) {
    record::TestInfo info;
    RecordedTest test;
    if (!payload.Take(&info) || !payload.Take(&test.suite) || !payload.Take(&test.name) ||
        !payload.Take(&test.file) || !payload.Take(&test.type_parameter) ||
        !payload.Take(&test.value_parameter) || info.id != file_.tests.size()) {
      return false;
    }
    test.line = static_cast<int>(info.line);
    file_.tests.push_back(std::move(test));
    return true;
  }

  bool StartIteration(Cursor& payload) {
    record::IterationStart start;
    if (!payload.Take(&start)) return false;
    RecordedIteration iteration;
    iteration.iteration = start.iteration;
    iteration.tests_planned = start.tests_planned;
    file_.iterations.push_back(std::move(iteration));
    return true;
  }

  bool EndSuite(Cursor& payload) {
    record::SuiteEnd end;
    RecordedSuite suite;
    if (!payload.Take(&end) || !payload.Take(&suite.name)) return false;
    suite.iteration = end.iteration;
    suite.window = end.window;
    file_.suites.push_back(std::move(suite));
    return true;
  }

  bool StartTest(Cursor& payload) {
    record::TestStart start;
    if (!payload.Take(&start) || start.id >= file_.tests.size()) return false;
    RecordedRun run;
    run.test = start.id;
    run.iteration = start.iteration;
    file_.runs.push_back(std::move(run));
    return true;
  }

  bool EndTest(Cursor& payload) {
    record::TestEnd end;
    if (!payload.Take(&end) || file_.runs.empty()) return false;
    RecordedRun& run = file_.runs.back();
    if (run.finished || run.test != end.id || end.outcome > record::kOutcomeSkipped) return false;
    run.finished = true;
    run.outcome = static_cast<record::TestOutcome>(end.outcome);
    run.results = end.results;
    run.window = end.window;
    run.descriptors = std::exchange(test_descriptors_, {});
    return true;
  }

  bool EndIteration(Cursor& payload) {
    record::IterationEnd end;
    if (!payload.Take(&end) || file_.iterations.empty()) return false;
    RecordedIteration& iteration = file_.iterations.back();
    if (iteration.finished || iteration.iteration != end.iteration) return false;
    iteration.finished = true;
    iteration.window = end.window;
    iteration.totals = end.totals;
    iteration.descriptors = std::exchange(iteration_descriptors_, {});
    return true;
  }

  bool AddDescriptorChange(Cursor& payload) {
    record::DescriptorChange change;
    RecordedDescriptorChange recorded;
    if (!payload.Take(&change) || !payload.Take(&recorded.target)) return false;
    recorded.delta = change.delta;
    recorded.count = change.count;
    recorded.device = change.device;
    recorded.inode = change.inode;
    (change.test == record::kNoTest ? iteration_descriptors_ : test_descriptors_)
        .push_back(std::move(recorded));
    return true;
  }

  bool AddLeakCheck(Cursor& payload) {
    record::LeakCheck check;
    if (!payload.Take(&check)) return false;
    file_.leaks_found = check.found != 0;
    return true;
  }

  bool AddLost(Cursor& payload) {
    record::Lost lost;
    if (!payload.Take(&lost)) return false;
    file_.lost_records += lost.records;
    file_.lost_descriptors += lost.descriptors;
    return true;
  }

  RecordFile file_;
  std::vector<RecordedDescriptorChange> test_descriptors_;
  std::vector<RecordedDescriptorChange> iteration_descriptors_;
};

std::uint32_t ChecksumOf(const record::RecordHeader& header, std::string_view payload) {
  std::uint32_t crc = record::Crc32(0, &header, offsetof(record::RecordHeader, crc));
  crc = record::Crc32(crc, payload.data(), payload.size());
  return record::Crc32(crc, &header.sequence, sizeof(header.sequence));
}

}  // namespace

Result<RecordFile> ParseRecord(std::string_view bytes) {
  record::FileHeader header;
  if (bytes.size() < sizeof(header)) {
    return Error{ErrorKind::kDamaged,
                 fmt::format("the record has {} bytes, fewer than its header", bytes.size()),
                 "the test process may have been killed before its first test"};
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (std::memcmp(header.magic, record::kMagic, sizeof(record::kMagic)) != 0) {
    return Error{ErrorKind::kDamaged, "the file is no memprof record: its first bytes are others",
                 "name the .rec file that `memprof run` wrote"};
  }
  if (header.major > record::kMajor) {
    return Error{
        ErrorKind::kUnsupported,
        fmt::format("the record has format {}.{}, and this memprof reads formats up to {}.x",
                    header.major, header.minor, record::kMajor),
        "use the memprof of the same release as the libmemprof.so in the test"};
  }
  if (header.header_crc != record::Crc32(0, &header, offsetof(record::FileHeader, header_crc)) ||
      header.header_bytes < sizeof(header) || header.header_bytes > bytes.size()) {
    return Error{ErrorKind::kDamaged, "the record's header is damaged", "run the tests again"};
  }

  Assembler assembler;
  std::size_t at = header.header_bytes;
  std::uint32_t sequence = 0;
  auto damage = [&at](const char* what) { return fmt::format("{} at byte {}", what, at); };
  while (at + sizeof(record::RecordHeader) <= bytes.size()) {
    record::RecordHeader head;
    std::memcpy(&head, bytes.data() + at, sizeof(head));
    if (head.length == 0) return std::move(assembler).Finish("");
    const std::size_t begin = at + sizeof(head);
    if (head.length > record::kMaxPayload || head.length > bytes.size() - begin) {
      return std::move(assembler).Finish(damage("a record is cut off"));
    }
    const std::string_view payload = bytes.substr(begin, head.length);
    if (head.crc != ChecksumOf(head, payload)) {
      return std::move(assembler).Finish(damage("a record's checksum does not fit"));
    }
    if (head.sequence != sequence++ || !assembler.Add(head.type, Cursor(payload))) {
      return std::move(assembler).Finish(damage("a record contradicts those before it"));
    }
    at = begin + record::PaddedLength(head.length);
  }
  return std::move(assembler).Finish(damage("the record ends without its mark"));
}

}  // namespace memprof
