// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/plugin_choice.h"

#include <gtest/gtest.h>

namespace memprof {
namespace {

BinaryFacts Gtest() {
  BinaryFacts facts;
  facts.path = "build/foo_test";
  facts.is_program = true;
  facts.has_gtest = true;
  return facts;
}

TEST(PluginChoice, PreloadsIntoAGoogleTestBinaryWithoutMemprof) {
  EXPECT_EQ(ChoosePlugin(Gtest()).value(), PluginChoice::kPreload);
}

TEST(PluginChoice, LeavesABinaryThatLinksMemprofAsItIs) {
  BinaryFacts facts = Gtest();
  facts.links_plugin = true;
  facts.privileges = "setuid";  // its loader finds a linked library all the same
  EXPECT_EQ(ChoosePlugin(facts).value(), PluginChoice::kLinked);
}

TEST(PluginChoice, PreloadsALinkedPluginThatTheLoaderPutsBehindLibc) {
  BinaryFacts facts = Gtest();
  facts.links_plugin = true;
  facts.plugin_is_late = true;
  EXPECT_EQ(ChoosePlugin(facts).value(), PluginChoice::kPreload);
  facts.privileges = "setuid";  // nothing can be preloaded: better without the heap than not at all
  EXPECT_EQ(ChoosePlugin(facts).value(), PluginChoice::kLinked);
}

TEST(PluginChoice, FindsOutWhatAWrapperStarts) {
  EXPECT_EQ(ChoosePlugin(BinaryFacts{}).value(), PluginChoice::kFindOut);
  BinaryFacts wrapper = Gtest();
  wrapper.has_gtest = false;
  EXPECT_EQ(ChoosePlugin(wrapper).value(), PluginChoice::kFindOut);
  wrapper.is_static = true;  // busybox
  EXPECT_EQ(ChoosePlugin(wrapper).value(), PluginChoice::kFindOut);
}

struct ImpossibleCase {
  const char* name;
  void (*change)(BinaryFacts*);
  const char* says;
  const char* advises;
};

TEST(PluginChoice, SaysWhichBinariesCannotGetThePluginAndWhatToDo) {
  const ImpossibleCase cases[] = {
      {"static", [](BinaryFacts* f) { f->is_static = true; }, "statically linked", "-static"},
      {"setuid", [](BinaryFacts* f) { f->privileges = "setuid"; }, "privileges (setuid)",
       "memprof::gtest_main"},
      {"32 bits", [](BinaryFacts* f) { f->foreign = "a 32-bit program"; }, "is a 32-bit program",
       "for the machine"},
  };
  for (const ImpossibleCase& each : cases) {
    BinaryFacts facts = Gtest();
    each.change(&facts);
    const Result<PluginChoice> choice = ChoosePlugin(facts);
    ASSERT_FALSE(choice.ok()) << each.name;
    EXPECT_NE(choice.error().message.find(each.says), std::string::npos) << choice.error().message;
    EXPECT_NE(choice.error().message.find(facts.path), std::string::npos);
    EXPECT_NE(choice.error().hint.find(each.advises), std::string::npos) << choice.error().hint;
  }
}

struct PrivilegeCase {
  unsigned mode, owner, group;
  bool capabilities;
  unsigned our_user, our_group;
  const char* gained;
};

TEST(Privileges, AreGainedOnlyFromAnotherOwner) {
  const PrivilegeCase cases[] = {
      {0755, 0, 0, false, 1000, 1000, ""},
      {04755, 0, 0, false, 1000, 1000, "setuid"},
      {04755, 1000, 0, false, 1000, 1000, ""},
      {02755, 1000, 5, false, 1000, 1000, "setgid"},
      {02755, 1000, 1000, false, 1000, 1000, ""},
      {02745, 1000, 5, false, 1000, 1000, ""},  // mandatory locking's mark, once
      {0755, 0, 0, true, 1000, 1000, "file capabilities"},
      {0755, 0, 0, true, 0, 0, ""},
  };
  for (const PrivilegeCase& c : cases) {
    EXPECT_EQ(PrivilegesGained(c.mode, c.owner, c.group, c.capabilities, c.our_user, c.our_group),
              c.gained)
        << std::oct << c.mode << " owner " << c.owner;
  }
}

TEST(PreloadList, PutsASanitizersRuntimeFirst) {
  BinaryFacts facts = Gtest();
  EXPECT_EQ(PreloadList(facts, "/p/libmemprof.so.0"),
            std::vector<std::string>{"/p/libmemprof.so.0"});
  facts.first_libraries = {"libasan.so.8"};
  EXPECT_EQ(PreloadList(facts, "/p/libmemprof.so.0"),
            (std::vector<std::string>{"libasan.so.8", "/p/libmemprof.so.0"}));
}

}  // namespace
}  // namespace memprof
