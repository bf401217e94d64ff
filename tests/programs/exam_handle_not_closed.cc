// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN handle-not-closed
// A reader of settings returns early from a file that has no version, and leaves it open.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <string>

namespace settings {

enum class Status { kOk, kMissing, kNoVersion };

class Reader {
 public:
  Status Load(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "r");  // HERE
    if (file == nullptr) {
      return Status::kMissing;
    }
    char line[256];
    if (std::fgets(line, sizeof line, file) == nullptr || std::strncmp(line, "version=", 8) != 0) {
      return Status::kNoVersion;
    }
    while (std::fgets(line, sizeof line, file) != nullptr) {
      ParseLine(line);
    }
    std::fclose(file);
    return Status::kOk;
  }

  std::size_t size() const { return values_.size(); }

 private:
  void ParseLine(const char* line) {
    if (const char* equals = std::strchr(line, '='); equals != nullptr) {
      values_[std::string(line, equals)] = equals + 1;
    }
  }

  std::map<std::string, std::string> values_;
};

}  // namespace settings

namespace {

TEST(SettingsReader, RefusesAFileWithoutVersion) {
  settings::Reader reader;
  EXPECT_EQ(reader.Load("/proc/self/status"), settings::Status::kNoVersion);
  EXPECT_EQ(reader.size(), 0U);
}

TEST(SettingsReader, SaysThatAFileIsMissing) {
  settings::Reader reader;
  EXPECT_EQ(reader.Load("/nowhere/at/all.conf"), settings::Status::kMissing);
}

}  // namespace
