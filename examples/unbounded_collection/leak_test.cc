// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the gateway's history takes every request and lets none go. It is reachable from a static
// object, so no leak checker complains, and it grows for as long as the process serves requests.
#include <gtest/gtest.h>

#include <cstring>
#include <deque>
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
    records_.push_back(record);  // LEAK: critical memory-growth
  }

  const RequestRecord& Latest() const { return records_.back(); }

 private:
  std::deque<RequestRecord> records_;
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
