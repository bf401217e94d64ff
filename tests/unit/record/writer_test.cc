// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/record/writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "runner/parse/record_file.h"
#include "tests/unit/record/scratch_record.h"

namespace {

// What the file system is to answer to fallocate; 0 asks the real one.
int g_fallocate_error = 0;

}  // namespace

// The program's own definition comes before libc's, for the writer too.
extern "C" int fallocate(int fd, int mode, off_t offset, off_t length) {
  if (g_fallocate_error != 0) {
    errno = g_fallocate_error;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fallocate, fd, mode, offset, length));
}

namespace memprof {
namespace {

using record::Writer;

class RecordWriter : public testing::Test {
 protected:
  ~RecordWriter() override { g_fallocate_error = 0; }

  RecordFile Read() const {
    Result<RecordFile> parsed = ParseRecord(BytesOf(path_));
    EXPECT_TRUE(parsed.ok()) << parsed.error().message;
    return parsed.ok() ? std::move(parsed).value() : RecordFile{};
  }
  /// Appends `count` records of about `bytes` bytes each.
  void AppendTests(Writer* writer, std::uint32_t first, std::uint32_t count,
                   std::size_t bytes = 40) const {
    const std::string name(bytes, 'n');
    for (std::uint32_t id = first; id < first + count; ++id) {
      Payload()
          .Struct(record::TestInfo{id, 1})
          .Text("S")
          .Text(name)
          .Text("")
          .Text("")
          .Text("")
          .AppendTo(writer, record::kTestInfo);
    }
  }
  static void AppendLoss(Writer* writer) {
    Payload().Struct(record::Lost{writer->lost(), 0}).AppendTo(writer, record::kLost);
  }
  /// Runs `body` in a child and returns its exit status, or -1 where a signal ended it.
  template <class Body>
  static int InChild(Body body) {
    const pid_t child = fork();
    if (child == 0) _exit(body());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  ScratchDirectory directory_;
  std::string path_ = directory_.File("a.rec");
  Writer writer_;
};

TEST_F(RecordWriter, RefusesARelativePath) {
  EXPECT_FALSE(writer_.Open("a.rec"));
  EXPECT_EQ(errno, EINVAL);
  EXPECT_FALSE(writer_.is_open());
}

TEST_F(RecordWriter, SaysWhyAFileCannotBeMade) {
  EXPECT_FALSE(writer_.Open((path_ + "/below/a/file").c_str()));
  EXPECT_EQ(errno, ENOENT);
}

TEST_F(RecordWriter, TheSecondOnOneFileGetsEbusyAndHarmsNothing) {
  for (const int error : {0, EOPNOTSUPP}) {
    g_fallocate_error = error;
    const std::string path = directory_.File("busy" + std::to_string(error));
    Writer first;
    ASSERT_TRUE(first.Open(path.c_str()));
    AppendTests(&first, 0, 5);
    Writer second;
    EXPECT_FALSE(second.Open(path.c_str()));
    EXPECT_EQ(errno, EBUSY);
    EXPECT_FALSE(second.is_open());
    AppendTests(&first, 5, 5);
    const Result<RecordFile> file = ParseRecord(BytesOf(path));
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->damage, "");
    EXPECT_EQ(file->tests.size(), 10u);
  }
}

TEST_F(RecordWriter, GrowsWindowByWindow) {
  ASSERT_TRUE(writer_.Open(path_.c_str()));
  AppendTests(&writer_, 0, 12000);
  AppendTests(&writer_, 12000, 400, 100 * 1024);  // 40 MiB: beyond the largest window
  EXPECT_EQ(writer_.lost(), 0u);
  const RecordFile file = Read();
  EXPECT_EQ(file.damage, "");
  ASSERT_EQ(file.tests.size(), 12400u);
  EXPECT_EQ(file.tests[12399].name.size(), 100u * 1024);
}

TEST_F(RecordWriter, GrowsWhereTheFileSystemHasNoFallocate) {
  g_fallocate_error = EOPNOTSUPP;
  ASSERT_TRUE(writer_.Open(path_.c_str()));
  AppendTests(&writer_, 0, 12000);
  EXPECT_EQ(writer_.lost(), 0u);
  const RecordFile file = Read();
  EXPECT_EQ(file.damage, "");
  EXPECT_EQ(file.tests.size(), 12000u);
}

TEST_F(RecordWriter, CountsARecordThatIsTooLongAsLost) {
  ASSERT_TRUE(writer_.Open(path_.c_str()));
  AppendTests(&writer_, 0, 1, record::kMaxPayload);
  EXPECT_EQ(writer_.lost(), 1u);
  AppendTests(&writer_, 0, 1, record::kMaxPayload - 100);
  EXPECT_EQ(writer_.lost(), 1u);
  EXPECT_EQ(Read().tests.size(), 1u);
}

TEST_F(RecordWriter, AChildOfForkAppendsNothing) {
  ASSERT_TRUE(writer_.Open(path_.c_str()));
  AppendTests(&writer_, 0, 1);
  EXPECT_EQ(InChild([&] {
              AppendTests(&writer_, 1, 20000);
              return writer_.lost() == 0 ? 7 : 8;
            }),
            7);
  AppendTests(&writer_, 1, 1);
  const RecordFile file = Read();
  EXPECT_EQ(file.damage, "");
  EXPECT_EQ(file.tests.size(), 2u);
}

TEST_F(RecordWriter, WhatWasAppendedOutlivesAKilledProcess) {
  EXPECT_EQ(InChild([&] {
              if (!writer_.Open(path_.c_str())) return 1;
              AppendTests(&writer_, 0, 3000);
              kill(getpid(), SIGKILL);
              return 2;
            }),
            -1);
  EXPECT_EQ(Read().tests.size(), 3000u);
}

TEST_F(RecordWriter, NeedsNoDescriptorOfTheProgram) {
  EXPECT_EQ(InChild([&] {
              if (!writer_.Open(path_.c_str())) return 1;
              syscall(SYS_close_range, 0u, ~0u, 0u);
              AppendTests(&writer_, 0, 12000);
              return writer_.lost() == 0 ? 7 : 8;
            }),
            7);
  EXPECT_EQ(Read().tests.size(), 12000u);
}

TEST_F(RecordWriter, NeedsNotTheDirectoryItBeganIn) {
  EXPECT_EQ(InChild([&] {
              if (!writer_.Open(path_.c_str()) || chdir("/") != 0) return 1;
              AppendTests(&writer_, 0, 12000);
              return writer_.lost() == 0 ? 7 : 8;
            }),
            7);
  EXPECT_EQ(Read().tests.size(), 12000u);
}

TEST_F(RecordWriter, AFileThatWasDeletedLosesRecordsAndCountsThem) {
  ASSERT_TRUE(writer_.Open(path_.c_str()));
  std::filesystem::remove(path_);
  AppendTests(&writer_, 0, 12000);
  EXPECT_GT(writer_.lost(), 0u);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(RecordWriter, AFileThatWasReplacedIsLeftAlone) {
  ASSERT_TRUE(writer_.Open(path_.c_str()));
  std::filesystem::rename(path_, path_ + ".old");
  std::ofstream(path_) << "somebody else's";
  AppendTests(&writer_, 0, 12000);
  EXPECT_GT(writer_.lost(), 0u);
  EXPECT_EQ(BytesOf(path_), "somebody else's");
}

TEST_F(RecordWriter, TheLimitOfFileSizesEndsTheRecordAndNotTheProgram) {
  EXPECT_EQ(InChild([&] {
              if (!writer_.Open(path_.c_str())) return 1;
              const rlimit limit = {300 * 1024, 300 * 1024};
              setrlimit(RLIMIT_FSIZE, &limit);
              AppendTests(&writer_, 0, 12000);
              AppendLoss(&writer_);
              return writer_.lost() > 0 ? 7 : 8;
            }),
            7);
  const RecordFile file = Read();
  EXPECT_EQ(file.damage, "");
  EXPECT_GT(file.tests.size(), 1000u);
  EXPECT_EQ(file.tests.size() + file.lost_records, 12000u);
}

TEST_F(RecordWriter, ATraceThatHasNoRoomLeavesSomeToTheBoundaries) {
  EXPECT_EQ(InChild([&] {
              if (!writer_.Open(path_.c_str())) return 1;
              const rlimit limit = {300 * 1024, 300 * 1024};
              setrlimit(RLIMIT_FSIZE, &limit);
              const std::string suite(900, 's');
              for (std::uint32_t id = 0; id < 1000; ++id) {
                // A short one would find room again where a long one had none.
                const auto name = std::string_view(suite).substr(id % 2 * 800);
                Payload()
                    .Struct(record::TraceWindow{id, record::kWithinSuite, record::kNoTest, 0})
                    .Text(name)
                    .AppendTo(&writer_, record::kWindow);
              }
              AppendTests(&writer_, 0, 500);
              AppendLoss(&writer_);
              return 7;
            }),
            7);
  const RecordFile file = Read();
  EXPECT_EQ(file.damage, "");
  EXPECT_EQ(file.tests.size(), 500u);
  ASSERT_TRUE(file.trace.has_value());
  EXPECT_GT(file.trace->windows.size(), 100u);
  EXPECT_EQ(file.trace->windows.size() + file.lost_records, 1000u);
  for (std::size_t i = 0; i < file.trace->windows.size(); ++i) {
    ASSERT_EQ(file.trace->windows[i].suite.size(), i % 2 == 0 ? 900u : 100u) << i;
  }
}

TEST_F(RecordWriter, ANearlyFullDiskIsFilledStepByStep) {
  EXPECT_EQ(InChild([&] {
              if (!writer_.Open(path_.c_str())) return 1;
              // Twice the first window does not fit, a little more than it does.
              const rlimit limit = {520 * 1024, 520 * 1024};
              setrlimit(RLIMIT_FSIZE, &limit);
              AppendTests(&writer_, 0, 4500);
              return writer_.lost() == 0 ? 7 : 8;
            }),
            7);
  EXPECT_EQ(Read().tests.size(), 4500u);
}

TEST_F(RecordWriter, AFullDiskLosesRecordsAndCountsThem) {
  const std::string mount_point = directory_.File("small");
  std::filesystem::create_directory(mount_point);
  const std::string path = mount_point + "/a.rec";
  const std::string copy = directory_.File("copy");
  const int status = InChild([&] {
    const bool is_root = geteuid() == 0;
    if (unshare(is_root ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) return 77;
    mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (mount("tmpfs", mount_point.c_str(), "tmpfs", 0, "size=300k") != 0) return 77;
    if (!writer_.Open(path.c_str())) return 1;
    AppendTests(&writer_, 0, 12000);
    std::ofstream(copy, std::ios::binary) << BytesOf(path);
    return writer_.lost() > 0 ? 7 : 8;
  });
  if (status == 77) GTEST_SKIP() << "no file system can be mounted here";
  EXPECT_EQ(status, 7);
  const Result<RecordFile> file = ParseRecord(BytesOf(copy));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->damage, "");
  EXPECT_GT(file->tests.size(), 1000u);
}

}  // namespace
}  // namespace memprof
