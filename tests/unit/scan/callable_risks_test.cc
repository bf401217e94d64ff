// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/scan/marked_rows.h"
#include "tests/unit/scan/scanned.h"

namespace memprof::scan {
namespace {

TEST(ListenerNotRemoved, RegistriesAndSubscribers) {
  ExpectRisksAtMarks(Pattern::kListenerNotRemoved,
                     {
                         {"a static registry", R"(
class Bus {
 public:
  void On(std::function<void()> f) { slots_.push_back(std::move(f)); }
  void Fire() { for (auto& s : slots_) s(); }
 private:
  std::vector<std::function<void()>> slots_;  // RISK
};
Bus& TheBus() { static Bus bus; return bus; })"},
                         {"a global one", R"(
std::vector<std::function<void(int)>> hooks;  // RISK
void AddHook(std::function<void(int)> h) { hooks.push_back(h); })"},
                         {"observers by pointer, given to those who subscribe", R"(
struct Observer { virtual ~Observer() = default; };
class Subject {
 public:
  void Attach(Observer* o) { observers_.push_back(o); }
 private:
  std::list<Observer*> observers_;  // RISK
};
struct Watcher : Observer { explicit Watcher(Subject& s) { s.Attach(this); } };)"},
                         {"tokens, and nobody who gives them back", R"(
class Model {
 public:
  int Subscribe(std::function<void()> f) { subs_[next_] = f; return next_++; }
  void Unsubscribe(int id) { subs_.erase(id); }
 private:
  int next_ = 0;
  std::map<int, std::function<void()>> subs_;
};
class View {
 public:
  explicit View(Model& m) {
    m.Subscribe([this] { ++n_; });  // RISK
  }
 private:
  int n_ = 0;
};
class Label {
 public:
  Label(Model& m, std::string text) {
    m.Subscribe([text] { (void)text.size(); });  // RISK
  }
};
class Kept {
 public:
  explicit Kept(Model& m) : m_(m) { id_ = m_.Subscribe([this] { ++n_; }); }
  ~Kept() { m_.Unsubscribe(id_); }
 private:
  Model& m_;
  int id_ = 0, n_ = 0;
};
struct Handle { Model& m; int id; ~Handle() { m.Unsubscribe(id); } };
class Scoped {
 public:
  explicit Scoped(Model& m) : handle_{m, m.Subscribe([this] { ++n_; })} {}
 private:
  Handle handle_;
  int n_ = 0;
};)"},
                         {"one that is cleared", R"(
class Cleared {
 public:
  void On(std::function<void()> f) { slots_.push_back(std::move(f)); }
  void Clear() { slots_.clear(); }
 private:
  std::vector<std::function<void()>> slots_;
};
Cleared cleared;)"},
                         {"one that is drained", R"(
class Queue {
 public:
  void Post(std::function<void()> f) { q_.push_back(f); }
  void Run() { std::vector<std::function<void()>> now; now.swap(q_); for (auto& f : now) f(); }
 private:
  std::vector<std::function<void()>> q_;
};
Queue queue;)"},
                         {"one that its object alone uses", R"(
class Local {
 public:
  void On(std::function<void()> f) { slots_.push_back(std::move(f)); }
 private:
  std::vector<std::function<void()>> slots_;
};
void Use() { Local l; l.On([] {}); })"},
                         {"a table of factories", R"(
std::map<std::string, std::function<int()>> factories;
void Register(std::string n, std::function<int()> f) { factories[n] = f; })"},
                         {"one that is filled at the start of the program", R"(
struct Checks { std::vector<std::function<bool()>> all; bool Add(std::function<bool()> f) { all.push_back(f); return true; } };
Checks& Default() { static Checks checks; return checks; }
const bool added = Default().Add([] { return true; });)"},
                     });
}

TEST(ListenerNotRemoved, TheRemovalMayBeInAnotherFile) {
  const std::string header = R"(
#pragma once
#include <functional>
#include <vector>
struct Bus { void On(std::function<void()> f) { slots_.push_back(f); } void Reset(); std::vector<std::function<void()>> slots_; };
extern Bus bus;
)";
  const std::string bus = header + "Bus bus;\n";
  EXPECT_EQ(Told(RisksIn(std::vector<TestFile>{{"bus.cc", bus}})),
            "listener-not-removed Bus::slots_ bus.cc:5\n");
  const std::string reset = header + "void Bus::Reset() { slots_ = {}; }\n";
  EXPECT_EQ(Told(RisksIn(std::vector<TestFile>{{"bus.cc", bus}, {"reset.cc", reset}})), "");
}

TEST(ClosureCapture, LargeCopiesOfWhichLittleIsNeeded) {
  ExpectRisksAtMarks(
      Pattern::kClosureCapture,
      {
          {"a large object", R"(
struct Big { char data[4096]; int id; };
std::function<int()> stored;
void Keep(const Big& big) {
  stored = [big] { return big.id; };  // RISK
}
void KeepAll(const Big& big) { stored = [big] { return big.id + big.data[0]; }; })"},
          {"a container of which the size is used", R"(
std::vector<std::function<std::size_t()>> all;
void Add() {
  std::vector<int> numbers(100000);
  auto f = [numbers] { return numbers.size(); };  // RISK
  all.push_back(f);
  std::vector<int> few(10);
  all.push_back([few] { return few.size(); });
})"},
          {"returned", R"(
std::function<std::size_t()> Make(const std::vector<int>& v) {
  return [=] { return v.size(); };  // RISK
})"},
          {"given to a function that stores it, and used by one that needs a part", R"(
struct Later {
  std::vector<std::function<bool()>> checks_;
  void Add(std::function<bool()> f) { checks_.push_back(std::move(f)); }
  void Clear() { checks_.clear(); }
};
bool Any(const std::vector<int>& v) { return !v.empty(); }
int Sum(const std::vector<int>& v) { int s = 0; for (int x : v) s += x; return s; }
void Check(Later& later, const std::vector<int>& v) {
  later.Add([v] { return Any(v); });  // RISK
  later.Add([v] { return Sum(v) > 0; });
})"},
          {"a member that is large", R"(
struct Picture { std::string name; std::vector<unsigned char> pixels; };
std::function<bool()> check;
void Limit(const Picture& picture) {
  check = [picture] { return picture.pixels.size() < 10; };  // RISK
}
void First(const Picture& picture) { check = [picture] { return picture.pixels[picture.name.size()] > 0; }; })"},
          {"what is needed whole, small, not stored or not copied", R"(
std::function<int()> stored;
void Whole(std::vector<int> v) { stored = [v = std::move(v)] { int s = 0; for (int x : v) s += x; return s; }; }
void NotStored(std::vector<int> v) { auto f = [v] { return v.size(); }; f(); }
void Reference(std::vector<int>& v) { stored = [&v] { return (int)v.size(); }; }
void Number(const std::vector<int>& v) { stored = [n = v.size()] { return (int)n; }; }
void Name(std::string name) { stored = [name] { return (int)name.size(); }; }
void Indexed(std::vector<int> v, int i) { stored = [v, i] { return v[i]; }; }
void Shared(std::shared_ptr<std::vector<int>> v) { stored = [v] { return (int)v->size(); }; })"},
      });
}

}  // namespace
}  // namespace memprof::scan
