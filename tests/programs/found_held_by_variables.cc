// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Memory that grows under variables of each kind. A HOLDER mark is on the line before the variable:
// whose memory it holds, its name, type and storage.
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace app {

// HOLDER Variable.Global: app::sessions | std::map<int, std::string> | global
std::map<int, std::string> sessions;

std::vector<std::string>& Seen() {
  // HOLDER Variable.FunctionStatic: app::Seen()::seen | std::vector<std::string> | function static
  static std::vector<std::string> seen;
  return seen;
}

class Registry {
 public:
  static Registry& Get() {
    if (instance_ == nullptr) instance_ = new Registry;
    return *instance_;
  }
  void Add(const std::string& name) { names_.push_back(name); }

 private:
  // HOLDER Variable.Singleton: app::Registry::instance_ | app::Registry* | static
  inline static Registry* instance_ = nullptr;
  std::vector<std::string> names_;  // PATH Variable.Singleton: names_
};

// HOLDER Variable.ThreadLocal: app::t_history | std::vector<std::string> | thread-local
thread_local std::vector<std::string> t_history;

// HOLDER Variable.ThreadLocalOfAWorker: app::t_done | std::vector<std::string> | thread-local
thread_local std::vector<std::string> t_done;

/// One thread that does a job at a time, until the program ends.
class Worker {
 public:
  ~Worker() {
    Hand(kEnd);
    thread_.join();
  }
  void DoJob() { Hand(kJob); }

 private:
  enum Task { kNone, kJob, kEnd };

  void Hand(Task task) {
    std::unique_lock<std::mutex> lock(mutex_);
    task_ = task;
    changed_.notify_all();
    changed_.wait(lock, [this] { return task_ == kNone; });
  }
  void Run() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (Task task = kNone; task != kEnd;) {
      changed_.wait(lock, [this] { return task_ != kNone; });
      task = task_;
      if (task == kJob) t_done.emplace_back(300, 'd');
      task_ = kNone;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Task task_ = kNone;
  std::thread thread_{[this] { Run(); }};
};

Worker worker;  // there before the tests, which do not wait for its end

}  // namespace app

TEST(Variable, Global) {
  const int id = static_cast<int>(app::sessions.size());
  app::sessions.emplace(id, std::string(300, 's'));
}

TEST(Variable, FunctionStatic) { app::Seen().emplace_back(300, 's'); }

TEST(Variable, Singleton) { app::Registry::Get().Add(std::string(300, 'r')); }

TEST(Variable, ThreadLocal) { app::t_history.emplace_back(300, 'h'); }

TEST(Variable, ThreadLocalOfAWorker) { app::worker.DoJob(); }
