// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/classify.h"
#include "tests/unit/diagnose/pattern/held_finding.h"
#include "tests/unit/diagnose/pattern/pattern_row.h"

namespace memprof {
namespace {

using Row = PatternRow;

class HeldPatterns : public testing::TestWithParam<Row> {};

TEST_P(HeldPatterns, IsNamedWithItsConfidence) { ExpectNamed(GetParam()); }

TEST_P(HeldPatterns, IsTheSameOrUnknownWithoutSources) { ExpectNoOtherWithoutSources(GetParam()); }

constexpr Confidence kLow = Confidence::kLow;
constexpr Confidence kMedium = Confidence::kMedium;
constexpr Confidence kHigh = Confidence::kHigh;

HeldFinding Map(const char* code, const char* symbol = "app::known",
                std::vector<std::string> calls = {"app::Resolve"}) {
  return HeldFinding()
      .Code(code)
      .Library("std::map<int, app::Host>::operator[]")
      .Calls(calls)
      .Held(HolderKind::kGlobal, symbol, "std::map<int, app::Host>")
      .Step("", "std::_Rb_tree_node<std::pair<int const, app::Host>>", 96);
}

HeldFinding List(const char* code, const char* symbol, const char* type, const char* element,
                 std::vector<std::string> calls) {
  return HeldFinding()
      .Code(code)
      .Calls(calls)
      .Held(HolderKind::kGlobal, symbol, type)
      .Whole("", std::string(element) + "[]", 512)
      .Step("", element, 88);
}

INSTANTIATE_TEST_SUITE_P(
    KeyedContainers, HeldPatterns,
    testing::Values(Row{"LookedUpBeforeInserting", Map(R"(
Host Resolve(int key) {
  if (known.count(key) > 0) return known.at(key);
  known[key] = Query(key); /*0*/
  return known[key];
}
TEST(Suite, Name) { Resolve(1); /*1*/ }
)"),
                        Pattern::kCacheWithoutEviction, kHigh, std::nullopt},
                    Row{"IndexedThenChecked", Map(R"(
const Host& Resolve(int key) {
  Host& slot = known[key]; /*0*/
  if (slot.empty()) slot = Query(key);
  return slot;
}
)"),
                        Pattern::kCacheWithoutEviction, kHigh, std::nullopt},
                    Row{"TriedAndAsked", Map(R"(
Host* Resolve(int key) {
  auto [it, fresh] = known.try_emplace(key); /*0*/
  if (fresh) it->second = Query(key);
  return &it->second;
}
)"),
                        Pattern::kCacheWithoutEviction, kHigh, std::nullopt},
                    Row{"FoundByAnotherFunction", Map(R"(
const Host* Find(int key) {
  auto it = known.find(key);
  return it == known.end() ? nullptr : &it->second;
}
void Put(int key, Host host) { known.insert_or_assign(key, host); }
Host Resolve(int key) {
  if (const Host* hit = Find(key)) return *hit;
  Host host = Query(key); /*0*/
  Put(key, host);
  return host;
}
)"),
                        Pattern::kCacheWithoutEviction, kHigh, std::nullopt},
                    Row{"NamedAsACache",
                        Map("void Resolve(int key) { known_cache[key] = Query(key); /*0*/ }",
                            "app::known_cache"),
                        Pattern::kCacheWithoutEviction, kMedium, kMedium},
                    Row{"KeysThatCountUp", Map(R"(
int Resolve(std::string user) {
  const int id = next_id++;
  known[id] = Host{user}; /*0*/
  return id;
}
)"),
                        Pattern::kUnboundedCollection, kHigh, std::nullopt},
                    Row{"NoLookup",
                        Map("void Resolve(int key) { known.emplace(key, Host{}); /*0*/ }"),
                        Pattern::kUnboundedCollection, kMedium, std::nullopt},
                    Row{"OnlyACheckForDuplicates", Map(R"(
void Resolve(int key) {
  if (known.count(key) > 0) return;
  known[key] = Host{}; /*0*/
}
)"),
                        Pattern::kUnboundedCollection, kLow, std::nullopt},
                    Row{"TheTestAloneLooksUp", Map(R"(
Host* Find(int key) { return &known.find(key)->second; }
void Resolve(int key) { known.emplace(key, Host{}); /*0*/ }
TEST(Suite, Name) {
  Resolve(1); EXPECT_TRUE(Find(1)); /*1*/
}
)"),
                        Pattern::kUnboundedCollection, kMedium, std::nullopt},
                    Row{"InsertedWhereNoSourceIs", Map("void Other() { known.clear(); }"),
                        Pattern::kUnknown, kLow, std::nullopt}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

constexpr const char* kObservers = R"(
struct Observer { virtual void Update(int value) = 0; };
struct Subject {
  void Attach(Observer* observer) { observers_.push_back(observer); }
  void Set(int value) {
    for (Observer* each : observers_) each->Update(value);
  }
  std::vector<Observer*> observers_;
};
void Open() {
  subject.Attach(new View); /*0*/
}
)";
constexpr const char* kDisplays = R"(
struct Display { virtual void Show(int value) = 0; };
struct Feed {
  void Add(Display* display) { displays_.push_back(display); /*0*/ }
  void Publish(int value) {
    for (Display* each : displays_) each->Show(value);
  }
  std::vector<Display*> displays_;
};
)";
constexpr const char* kEvents = R"(
struct Recorder {
  void OnClick(int x) {
    history_.push_back(std::make_unique<Event>(x)); /*0*/
  }
  std::vector<std::unique_ptr<Event>> history_;
};
)";

HeldFinding Functions(const char* code, const char* symbol, const char* caller, std::int64_t own,
                      std::int64_t captured) {
  HeldFinding finding;
  finding.Code(code)
      .Calls({caller})
      .Held(HolderKind::kGlobal, symbol, "std::vector<std::function<void ()>>")
      .Whole("", "std::function<void ()>[]", 2048)
      .Step("", "closure at app.cc:3", own);
  if (captured > 0) finding.Step("image", "unsigned char[]", captured);
  return finding;
}

constexpr const char* kSubscribe = R"(
void Subscribe(std::function<void()> call) {
  calls_.push_back(std::move(call)); /*0*/
}
void Publish() { for (auto& call : calls_) call(); }
)";

INSTANTIATE_TEST_SUITE_P(
    Callables, HeldPatterns,
    testing::Values(
        Row{"SmallClosuresSubscribed",
            Functions(kSubscribe, "app::calls_", "app::Subscribe", 40, 0),
            Pattern::kListenerNotRemoved, kHigh, kHigh},
        Row{"LargeCapture", Functions(kSubscribe, "app::calls_", "app::Later", 24, 4096),
            Pattern::kClosureCapture, kHigh, kMedium},
        Row{"LargeCaptureOfAListener",
            Functions(kSubscribe, "app::listeners_", "app::Subscribe", 24, 4096),
            Pattern::kClosureCapture, kMedium, kMedium},
        Row{"LargeClosureItself", Functions(kSubscribe, "app::calls_", "app::Later", 6000, 0),
            Pattern::kClosureCapture, kHigh, kMedium},
        Row{"ACapturedNameIsSmall", Functions(kSubscribe, "app::calls_", "app::Subscribe", 48, 33),
            Pattern::kListenerNotRemoved, kHigh, kHigh},
        Row{"Observers",
            List(kObservers, "app::subject.observers_", "std::vector<app::Observer*>", "app::View",
                 {"app::Open"}),
            Pattern::kListenerNotRemoved, kHigh, kMedium},
        Row{"InterfacesThatAreCalled",
            List(kDisplays, "app::feed.displays_", "std::vector<app::Display*>", "app::Ticker",
                 {"app::Feed::Add"}),
            Pattern::kListenerNotRemoved, kMedium, std::nullopt},
        Row{"RecordsOfWhatHappened",
            List(kEvents, "app::recorder.history_", "std::vector<std::unique_ptr<app::Event>>",
                 "app::Event", {"app::Recorder::OnClick"}),
            Pattern::kUnboundedCollection, kHigh, kMedium}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

}  // namespace
}  // namespace memprof
