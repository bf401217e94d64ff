// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/diagnose/fix/growing_code.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

constexpr const char* kBus =
    "#include <algorithm>\n#include <vector>\n\nstruct Listener {\n  virtual ~Listener() = "
    "default;\n};\nstruct Bus {\n  void AddListener(Listener* l) { all_.push_back(l); }\n"
    "  void RemoveListener(Listener* l) {\n    all_.erase(std::remove(all_.begin(), all_.end(), "
    "l), "
    "all_.end());\n  }\n  std::vector<Listener*> all_;\n};\nBus& TheBus() {\n  static Bus bus;\n"
    "  return bus;\n}\n\n";

Fix Listen(const std::string& source) {
  return GrowingCode(Pattern::kListenerNotRemoved, "TheBus()::bus.all_", "std::vector<Listener*>",
                     source)
      .Propose();
}

TEST(RemoveListener, RemovesItselfInItsDestructor) {
  const std::string source = std::string(kBus) +
                             "class Panel : public Listener {\n public:\n  Panel() {\n"
                             "    TheBus().AddListener(this);  // 0\n  }\n};\n";
  const Fix fix = Listen(source);
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  EXPECT_NE(fix.diff.find("+  ~Panel() { TheBus().RemoveListener(this); }\n"), std::string::npos)
      << fix.diff;
  EXPECT_TRUE(Compiles(Patched("app.cc", source, fix.diff)));
}

TEST(RemoveListener, DeclinesWhereTheDestructorCannotSeeTheRegistryOrIsThere) {
  const struct {
    const char* panel;
    const char* why;
  } rows[] = {
      {"class Panel {\n public:\n  explicit Panel(Bus& bus) {\n    bus.AddListener(this);  // 0\n"
       "  }\n};\n",
       "cannot see `bus`"},
      {"class Panel {\n public:\n  Panel() {\n    TheBus().AddListener(this);  // 0\n  }\n"
       "  ~Panel() { Close(); }\n};\n",
       "has a destructor already"},
      {"void Test(Listener* l) {\n  TheBus().AddListener(l);  // 0\n}\n", "no constructor"},
  };
  for (const auto& row : rows) {
    const Fix fix = Listen(std::string(kBus) + row.panel);
    EXPECT_EQ(fix.diff, "") << row.panel;
    EXPECT_NE(fix.why_no_diff.find(row.why), std::string::npos) << fix.why_no_diff;
    EXPECT_NE(fix.snippet, "") << row.panel;
  }
}

TEST(RemoveListener, ShowsARegistryThatCanRemoveWhereItCannot) {
  const Fix fix =
      GrowingCode(Pattern::kListenerNotRemoved, "bus.all_", "std::vector<std::function<void ()>>",
                  "struct Bus {\n  void Subscribe(std::function<void()> f) { "
                  "all_.push_back(std::move(f)); }  // 0\n  std::vector<std::function<void()>> "
                  "all_;\n};\n")
          .Propose();
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.snippet.find("void Unsubscribe(std::size_t id) { all_.erase(id); }"),
            std::string::npos)
      << fix.snippet;
  EXPECT_EQ(fix.why_no_diff,
            "`Bus` has no way to take a listener out, and one changes its interface");
}

Fix Capture(const std::string& line, const std::string& held = "") {
  GrowingCode code(Pattern::kClosureCapture, "timers.all_", "std::vector<std::function<void ()>>",
                   "struct Settings {\n  int size;\n  char theme[99];\n};\n"
                   "struct View {\n  void Start(Settings settings) {\n" +
                       line + "  // 0\n  }\n  Settings own_;\n};\n");
  code.Step({"", "closure at app.cc:7", 800, 400, 4});
  if (!held.empty()) code.Step({held, "char[]", 800, 400, 4});
  return code.Propose();
}

TEST(NarrowCapture, CapturesTheOneMemberThatIsRead) {
  const Fix fix = Capture("    Every([settings] { Draw(settings.size, settings.size); });");
  EXPECT_NE(fix.diff.find("+    Every([size = settings.size] { Draw(size, size); });"),
            std::string::npos)
      << fix.diff << fix.why_no_diff;
  // How much smaller each closure becomes is not known.
  EXPECT_EQ(fix.expected_reduction_bytes, std::nullopt);
}

TEST(NarrowCapture, RefersWeaklyToWhatIsUsedAsAWhole) {
  const Fix fix = Capture("    Every([own = own_] { Draw(own); });", "own");
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.snippet.find("[weak = std::weak_ptr<Settings>(own_)]"), std::string::npos)
      << fix.snippet;
  EXPECT_EQ(fix.why_no_diff, "the closure uses the whole of `own`, so what owns it has to change");
}

TEST(NarrowCapture, KeepsNamesApart) {
  const Fix fix =
      Capture("    int size = 1; Use(size); Every([settings] { Draw(settings.size); });");
  EXPECT_EQ(fix.diff, "");
}

TEST(NarrowCapture, SaysNothingOfDefaultCaptures) {
  EXPECT_EQ(Capture("    Every([=] { Draw(settings.size); });").summary, "");
}

}  // namespace
}  // namespace memprof
