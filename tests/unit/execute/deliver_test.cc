// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/deliver.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

class DeliveredReport : public testing::Test {
 protected:
  DeliveredReport()
      : directory_(testing::TempDir() + "memprof-deliver-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::create_directories(directory_);
  }
  ~DeliveredReport() override { fs::remove_all(directory_); }

  const std::string directory_;
};

TEST_F(DeliveredReport, AFileThatCannotBeWrittenTakesNeitherTheOthersNorTheTextWithIt) {
  fs::create_directories(directory_ + "/report.json");  // no file takes its name
  Delivery delivery;
  delivery.directory = directory_;
  delivery.formats = {"text", "json", "html", "junit"};
  testing::internal::CaptureStdout();
  const Result<std::string> delivered = Deliver(SampleReport(), delivery);
  const std::string printed = testing::internal::GetCapturedStdout();
  ASSERT_FALSE(delivered.ok());
  EXPECT_NE(delivered.error().message.find("report.json"), std::string::npos)
      << delivered.error().message;
  EXPECT_NE(printed.find(" CRITICAL"), std::string::npos) << printed;
  for (const char* name : {"report.txt", "report.html", "junit.xml"}) {
    EXPECT_TRUE(fs::is_regular_file(directory_ + "/" + name)) << name;
  }
  for (const auto& entry : fs::directory_iterator(directory_)) {
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
}

// A name of a test may hold `::error::`, and the text for people is wrapped.
TEST_F(DeliveredReport, GitHubTakesNothingOfTheTextForACommand) {
  Delivery delivery;
  delivery.formats = {"github"};
  const auto printed = [&delivery] {
    testing::internal::CaptureStdout();
    EXPECT_TRUE(Deliver(SampleReport(), delivery).ok());
    return testing::internal::GetCapturedStdout();
  };
  ASSERT_EQ(setenv("GITHUB_ACTIONS", "true", 1), 0);
  const std::string on_github = printed();
  ASSERT_EQ(unsetenv("GITHUB_ACTIONS"), 0);
  const std::string start = "::stop-commands::";
  ASSERT_EQ(on_github.substr(0, start.size()), start);
  const std::string word = on_github.substr(start.size(), on_github.find('\n') - start.size());
  const std::size_t end = on_github.find("\n::" + word + "::\n");
  ASSERT_NE(end, std::string::npos);
  EXPECT_LT(on_github.find("CRITICAL 1"), end);
  EXPECT_GT(on_github.find("::error "), end);
  EXPECT_EQ(printed().find(start), std::string::npos);
}

}  // namespace
}  // namespace memprof
