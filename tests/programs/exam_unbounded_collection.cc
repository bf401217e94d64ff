// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN unbounded-collection
// A process-wide trail of log-ins is written through two layers and never trimmed.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace security {

struct LoginEvent {
  std::string user;
  std::string address;
  std::chrono::system_clock::time_point when;
  bool accepted = false;
};

class AuditTrail {
 public:
  static AuditTrail& Get() {
    static AuditTrail trail;
    return trail;
  }

  void Record(LoginEvent event) {
    ++recorded_;
    if (!event.accepted) {
      ++refused_;
    }
    events_.push_back(std::move(event));  // HERE
  }

  std::size_t refused() const { return refused_; }
  const LoginEvent& Latest() const { return events_.back(); }

 private:
  AuditTrail() = default;

  std::deque<LoginEvent> events_;
  std::size_t recorded_ = 0;
  std::size_t refused_ = 0;
};

class Authenticator {
 public:
  explicit Authenticator(std::string password) : password_(std::move(password)) {}

  bool Login(const std::string& user, const std::string& password) {
    const bool accepted = password == password_;
    AuditTrail::Get().Record({user, "2001:db8:0:12ab::" + user + "/64",  // HERE
                              std::chrono::system_clock::now(), accepted});
    return accepted;
  }

 private:
  std::string password_;
};

}  // namespace security

namespace {

TEST(Authenticator, AcceptsTheRightPassword) {
  security::Authenticator authenticator("correct horse");
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(authenticator.Login("operator-of-the-night-shift", "correct horse"));
  }
  EXPECT_TRUE(security::AuditTrail::Get().Latest().accepted);
}

}  // namespace
