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

class KeptPatterns : public testing::TestWithParam<Row> {};

TEST_P(KeptPatterns, IsNamedWithItsConfidence) { ExpectNamed(GetParam()); }

TEST_P(KeptPatterns, IsTheSameOrUnknownWithoutSources) { ExpectNoOtherWithoutSources(GetParam()); }

constexpr Confidence kLow = Confidence::kLow;
constexpr Confidence kMedium = Confidence::kMedium;
constexpr Confidence kHigh = Confidence::kHigh;

HeldFinding Chain(const char* code, const char* symbol, const char* node,
                  std::vector<std::string> calls) {
  return HeldFinding()
      .Code(code)
      .Calls(calls)
      .Held(HolderKind::kGlobal, symbol, std::string(node) + "*")
      .Step("", node, 300);
}

constexpr const char* kFigure = R"(
figure* figure_create(char background) {
  figure* created = new figure; /*0*/
  created->next = open_figures;
  open_figures = created;
  return created;
}
void figure_destroy(figure* closed) { delete closed; }
char Save() {
  figure* plot = figure_create(' '); /*1*/
  return plot->canvas[0];
}
)";
constexpr const char* kFigureClosed = R"(
figure* figure_create(char background) {
  figure* created = new figure; /*0*/
  created->next = open_figures;
  open_figures = created;
  return created;
}
void figure_destroy(figure* closed) { delete closed; }
char Save(bool quick) {
  figure* plot = figure_create(' '); /*1*/
  if (quick) return 'q';
  figure_destroy(plot);
  return 's';
}
)";
constexpr const char* kPool = R"(
struct Pool {
  Surface* Acquire() {
    used_.push_back(std::make_unique<Surface>()); /*0*/
    return used_.back().get();
  }
  void Release(Surface* done) {
    std::erase_if(used_, [&](auto& each) { return each.get() == done; });
  }
  std::vector<std::unique_ptr<Surface>> used_;
};
void Draw() {
  Surface* surface = pool.Acquire(); /*1*/
}
)";
constexpr const char* kPlot = R"(
Figure* figure() {
  figures.push_back(new Figure); /*0*/
  return figures.back();
}
void close(Figure* done) { figures.erase(done); }
void Plot() {
  Figure* shown = figure(); /*1*/
}
)";
constexpr const char* kUndo = R"(
void Record(const char* before) {
  Step* step = new Step; /*0*/
  step->previous = last;
  last = step;
}
)";
constexpr const char* kUndoOfClass = R"(
class Undo {
 public:
  void Push(std::string verb) {
    auto step = std::make_unique<Step>(); /*0*/
    step->verb = std::move(verb);
    step->older = std::move(newest_);
    newest_ = std::move(step);
  }
 private:
  std::unique_ptr<Step> newest_;
};
)";
constexpr const char* kCodecs = R"(
void RegisterCodec(const std::string& name) {
  auto* codec = new Codec; /*0*/
  codec->next = registered;
  registered = codec;
}
Plugin::Plugin(const std::string& name) {
  RegisterCodec(name); /*1*/
}
)";

HeldFinding Surfaces(const char* code, const char* symbol, const char* function,
                     const char* caller) {
  return HeldFinding()
      .Code(code)
      .Calls({function, caller})
      .Held(HolderKind::kGlobal, symbol, "std::vector<std::unique_ptr<app::Surface>>")
      .Whole("", "std::unique_ptr<app::Surface>[]", 512)
      .Step("", "app::Surface", 900);
}

INSTANTIATE_TEST_SUITE_P(
    Objects, KeptPatterns,
    testing::Values(
        Row{"CreateWithoutDestroy",
            Chain(kFigure, "open_figures", "figure", {"figure_create", "plots::Save"}),
            Pattern::kObjectNotReleased, kHigh, std::nullopt},
        Row{"DestroyOnSomePathsOnly",
            Chain(kFigureClosed, "open_figures", "figure", {"figure_create", "plots::Save"}),
            Pattern::kObjectNotReleased, kMedium, std::nullopt},
        Row{"AcquireWithoutRelease",
            Surfaces(kPool, "app::pool.used_", "app::Pool::Acquire", "app::Draw"),
            Pattern::kObjectNotReleased, kHigh, std::nullopt},
        Row{"APairThatNoVerbTells", Surfaces(kPlot, "plt::figures", "plt::figure", "app::Plot"),
            Pattern::kObjectNotReleased, kMedium, std::nullopt},
        Row{"AChainOfRecords", Chain(kUndo, "undo::last", "undo::Step", {"undo::Record"}),
            Pattern::kUnboundedCollection, kMedium, std::nullopt},
        Row{"AChainBehindAMember",
            HeldFinding()
                .Code(kUndoOfClass)
                .Calls({"edit::Undo::Push", "edit::Document::Erase"})
                .Held(HolderKind::kFunctionStatic, "edit::Document::History()::history",
                      "edit::Undo*", "edit::Document::History()")
                .Whole("", "edit::Undo", 8)
                .Step("newest_", "edit::Step", 48),
            Pattern::kUnboundedCollection, kMedium, std::nullopt},
        Row{"RegisteredForGood",
            Chain(kCodecs, "media::registered", "media::Codec",
                  {"media::RegisterCodec", "media::Plugin::Plugin"}),
            Pattern::kStaticLifetime, kMedium, kLow},
        Row{"LoadedWithALibrary",
            Chain("", "media::all", "media::Thing", {"media::Add", "_GLOBAL__sub_I_media.cc"}),
            Pattern::kStaticLifetime, kHigh, kHigh}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

HeldFinding Blocks(const char* code, const char* symbol, const char* type, const char* block,
                   std::int64_t bytes) {
  return HeldFinding()
      .Code(code)
      .Library("std::vector<float>::vector")
      .Calls({"app::Step"})
      .Held(HolderKind::kGlobal, symbol, type)
      .Whole("", "app::Item[]", 512)
      .Step("data", block, bytes);
}

constexpr const char* kStep = "void Step() { items.push_back(Make()); /*0*/ }";

HeldFinding Text() {
  return HeldFinding()
      .Code("void Trace(const char* what) { log += what; /*0*/ }")
      .Calls({"app::Trace"})
      .Held(HolderKind::kFunctionStatic, "app::Log()::log", "std::string", "app::Log()")
      .Whole("", "char[]", 96000);
}

INSTANTIATE_TEST_SUITE_P(
    Blocks, KeptPatterns,
    testing::Values(Row{"EqualArraysOfNumbers",
                        Blocks(kStep, "app::items", "std::vector<app::Item>", "float[]", 4096),
                        Pattern::kBufferAccumulation, kHigh, kMedium},
                    Row{"SmallArraysAreRecords",
                        Blocks(kStep, "app::items", "std::vector<app::Item>", "float[]", 64),
                        Pattern::kUnboundedCollection, kHigh, kMedium},
                    Row{"BytesOfALogAreRecords",
                        Blocks("void Step() { history.push_back(Make()); /*0*/ }", "app::history",
                               "std::vector<app::Item>", "unsigned char[]", 4096),
                        Pattern::kUnboundedCollection, kMedium, kMedium},
                    Row{"ATextThatOnlyGrows", Text(), Pattern::kUnboundedCollection, kHigh,
                        kMedium}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

HeldFinding Lost(const char* code, std::vector<std::string> calls) {
  return HeldFinding()
      .Code(code)
      .Calls(calls)
      .Kind(FindingKind::kMemoryLeak)
      .Known(Pattern::kLostOwner);
}

HeldFinding Tasks(const char* symbol, const char* type, const char* element) {
  return HeldFinding()
      .Code("void Spawn() { list.push_back(Make()); /*0*/ }")
      .Calls({"app::Spawn"})
      .Held(HolderKind::kGlobal, symbol, type)
      .Whole("", std::string(element) + "[]", 512)
      .Step("", element, 96);
}

INSTANTIATE_TEST_SUITE_P(
    Known, KeptPatterns,
    testing::Values(Row{"ACircleThatAClosureCloses",
                        HeldFinding()
                            .Kind(FindingKind::kMemoryLeak)
                            .Known(Pattern::kReferenceCycle)
                            .Cycle({"app::Request.done", "closure at app.cc:3.self"}),
                        Pattern::kReferenceCycle, kHigh, kHigh, "closure captures its owner"},
                    Row{"Descriptors",
                        HeldFinding().Kind(FindingKind::kFdLeak).Known(Pattern::kHandleNotClosed),
                        Pattern::kHandleNotClosed, kHigh, kHigh},
                    Row{"Futures",
                        Tasks("app::list", "std::vector<std::future<int>>", "std::future<int>"),
                        Pattern::kThreadNotJoined, kHigh, kHigh},
                    Row{"TasksByTheirNames",
                        Tasks("app::tasks", "std::vector<std::shared_ptr<app::Task>>", "app::Task"),
                        Pattern::kThreadNotJoined, kMedium, kMedium}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

TEST(Classifier, ALostObjectOfAPairIsOneNotReleased) {
  const HeldFinding finding = Lost(R"(
ctx* ctx_new() {
  return new ctx; /*0*/
}
void ctx_free(ctx* done) { delete done; }
int Use() {
  ctx* used = ctx_new(); /*1*/
  return used->size;
}
)",
                                   {"ctx_new", "app::Use"});
  EXPECT_EQ(Classify(finding.finding(), finding.sources()).pattern, Pattern::kObjectNotReleased);
  // Without sources it stays what the run says it is, but another pattern is possible.
  const Classification blind = Classify(finding.finding(), Sources());
  EXPECT_EQ(blind.pattern, Pattern::kLostOwner);
  EXPECT_EQ(blind.confidence, kMedium);
}

TEST(Classifier, ALostObjectThatOnlySomeWaysOutGiveBackIsOneNotReleased) {
  struct Caller {
    const char* body;
    bool misses;
  };
  // What its maker's other half forgets is no fault of a caller that always calls it.
  constexpr Caller kCallers[] = {
      {"if (used->size == 0) { ctx_free(used); return 0; } return used->size;", true},
      {"if (used->size == 0) return 0; ctx_free(used); return 1;", true},
      {"if (used->size == 0) throw 1; ctx_free(used); return 1;", true},
      {"if (used->size == 0) ctx_free(used); return 1;", true},
      {"if (used == nullptr) return 0; ctx_free(used); return 1;", false},
      {"if (!used) { return 0; } ctx_free(used); return 1;", false},
      {"if (used->size == 0) { ctx_free(used); return 0; } ctx_free(used); return 1;", false},
      {"if (used->size == 0) { ctx_free(used); } else { ctx_free(used); } return 1;", false},
      {"auto get = [] { return 1; }; ctx_free(used); return get();", false},
      {"ctx_free(other); return 1;", false},
      {"ctx_free(used); return 1;", false},
  };
  for (const Caller& caller : kCallers) {
    const std::string code = std::string(R"(
ctx* ctx_new() {
  ctx* made = static_cast<ctx*>(malloc(sizeof *made)); /*0*/
  made->size = 1;
  return made;
}
void ctx_free(ctx* done) { free(done); }
int Use() {
  ctx* used = ctx_new(); /*1*/
  )") + caller.body + "\n}\n";
    const HeldFinding finding = Lost(code.c_str(), {"ctx_new", "app::Use"});
    const Classification found = Classify(finding.finding(), finding.sources());
    EXPECT_STREQ(Name(found.pattern),
                 Name(caller.misses ? Pattern::kObjectNotReleased : Pattern::kLostOwner))
        << caller.body;
    EXPECT_EQ(found.confidence, kMedium) << caller.body;
  }
}

TEST(Classifier, AThreadsDescriptorIsTheThreads) {
  HeldFinding finding;
  finding.Calls({"_dl_allocate_tls", "pthread_create", "std::thread::_M_start_thread", "app::Run"});
  const Classification found = Classify(finding.finding(), Sources());
  EXPECT_EQ(found.pattern, Pattern::kThreadNotJoined);
  EXPECT_EQ(found.confidence, kHigh);
}

TEST(Classifier, WhatWasKeptOnceInAFunctionsStaticIsOfStaticLifetime) {
  HeldFinding finding;
  finding.Calls({"app::Table::Table", "app::Get"})
      .Held(HolderKind::kFunctionStatic, "app::Get()::table", "app::Table*", "app::Get()")
      .Whole("values", "int[]", 1 << 21)
      .Kind(FindingKind::kOneTimeRetention);
  EXPECT_EQ(Classify(finding.finding(), Sources()).pattern, Pattern::kStaticLifetime);
}

TEST(Classifier, WhatMakersOfWasteSaidIsKept) {
  Finding finding;
  finding.kind = FindingKind::kOptimization;
  finding.pattern = Pattern::kMissingReserve;
  finding.pattern_confidence = kMedium;
  finding.decided_by = {"it grew twelve times"};
  const Classification kept = Classify(finding, Sources());
  EXPECT_EQ(kept.pattern, Pattern::kMissingReserve);
  EXPECT_EQ(kept.confidence, kMedium);
  EXPECT_EQ(kept.decided_by, finding.decided_by);
}

TEST(Classifier, WithoutAHolderTheLineTellsWhatGrowsAndNothingIsSure) {
  HeldFinding finding;
  finding.Code("void Add() { items.push_back(Item()); /*0*/ }")
      .Library("std::vector<app::Item>::push_back")
      .Calls({"app::Add"});
  const Classification found = Classify(finding.finding(), finding.sources());
  EXPECT_EQ(found.pattern, Pattern::kUnboundedCollection);
  EXPECT_EQ(found.confidence, kMedium);
}

TEST(Classifier, NothingKnownIsUnknownAndSaysWhatWouldDecide) {
  HeldFinding finding;
  finding.Calls({"app::Add"});
  const Classification found = Classify(finding.finding(), Sources());
  EXPECT_EQ(found.pattern, Pattern::kUnknown);
  ASSERT_FALSE(found.decided_by.empty());
  EXPECT_NE(found.decided_by[0].find("would decide"), std::string::npos);
}

}  // namespace
}  // namespace memprof
