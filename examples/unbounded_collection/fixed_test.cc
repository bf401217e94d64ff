// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the history is a ring of the last 16 requests. A new record takes the place of the oldest
// one, so the memory is bounded by the ring's size however long the process runs.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

namespace gateway {

struct RequestRecord {
  char path[120] = {};
  int status = 0;
};

class RequestHistory {
 public:
  void Record(const std::string& path, int status) {
    RequestRecord record;
    std::strncpy(record.path, path.c_str(), sizeof(record.path) - 1);
    record.status = status;
    latest_ = (latest_ + 1) % ring_.size();
    ring_[latest_] = record;
  }

  const RequestRecord& Latest() const { return ring_[latest_]; }

 private:
  std::array<RequestRecord, 16> ring_;
  std::size_t latest_ = 0;
};

RequestHistory& History() {
  static RequestHistory history;
  return history;
}

int Serve(const std::string& path) {
  const int status = path == "/health" ? 200 : 404;
  History().Record(path, status);
  return status;
}

}  // namespace gateway

TEST(Gateway, ServesRequests) {
  for (int i = 0; i < 8; ++i) EXPECT_EQ(gateway::Serve("/health"), 200);
  EXPECT_EQ(gateway::Serve("/missing"), 404);
  EXPECT_STREQ(gateway::History().Latest().path, "/missing");
}
