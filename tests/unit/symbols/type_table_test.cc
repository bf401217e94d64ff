// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/type_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/symbols/module_file.h"
#include "runner/symbols/type_spelling.h"
#include "tests/unit/symbols/scratch_build.h"

namespace memprof {
namespace {

using Kind = TypeInfo::Kind;

constexpr char kTypes[] = R"cc(
#include <memory>
#include <string>
#include <vector>
  namespace app {
  struct Point {  // Point
    int x, y;
  };
  struct Tag {};
  struct Base {
    virtual ~Base() {}
    long of_base = 0;
  };
  struct Session : Base, Tag {  // Session
    static int count;
    std::string name;
    std::vector<Point> points;
    unsigned flag : 1;
    union {
      int number;
      double real;
    };
    const Session* next = nullptr;
    Point corners[2][3];
    std::unique_ptr<Point> owned;
    Tag empty;
    struct Nested {
      Point at;
    } nested;
  };
  struct Odd : virtual Base {
    Point own;
  };
  struct Declared;
  }  // namespace app
  typedef struct {
    int a;
    void* b;
  } Legacy;
  enum class Color { kRed };
)cc";

constexpr char kOne[] = R"cc(
#include "types.h"
  struct app::Declared {  // Declared
    Point* inside;
  };
  app::Declared defined;
  app::Session one;
  namespace {
  struct Hidden {
    int of_one[1];
  };
  Hidden hidden_one;
  }  // namespace
  app::Session* One() { return hidden_one.of_one[0] ? &one : nullptr; }
)cc";

constexpr char kTwo[] = R"cc(
#include <functional>
#include "types.h"
  app::Session two;
  app::Declared* declared;
  app::Odd odd;
  Legacy legacy;
  Color color;
  unsigned long wide;
  namespace {
  struct Hidden {
    int of_two[2];
  };
  Hidden hidden_two;
  }  // namespace
  app::Session* One();
  int main() {
    struct Local {
      app::Point in;
    };
    static Local local;
    std::function<long(int)> call;
    {
      app::Session* session = One();
      const auto closure = [session, copied = two.of_base](int i) {  // closure
        return session->of_base + copied + i;
      };
      call = closure;
      static auto kept = closure;
      call = kept;
    }
    local.in.x = static_cast<int>(color) + legacy.a + static_cast<int>(wide);
    return static_cast<int>(call(1)) + local.in.x + (declared != nullptr) + hidden_two.of_two[1];
  }
)cc";

class TypeTableTest : public ScratchBuild {
 protected:
  void SetUp() override {
    ScratchBuild::SetUp();
    Write("types.h", kTypes);
    Write("one.cc", kOne);
    Write("two.cc", kTwo);
  }
};

struct Opened {
  explicit Opened(const std::string& path) : file(path, ModuleDetail::kDebugInformation) {
    if (Dwarf* debug = file.Debug()) names.Add(debug);
  }

  /// The type of each variable called `name`, in all units.
  std::vector<TypeId> TypesOfVariables(const std::string& name) {
    std::vector<TypeId> found;
    for (const Dwarf_Die& unit : UnitsOf(file.Debug())) {
      for (const UnitScopes::Entity& entity : names.ScopesOf(unit).entities()) {
        Dwarf_Die die = entity.die;
        const char* text = dwarf_diename(&die);
        const TypeId type = text != nullptr && text == name ? types.TypeOf(die) : kNoType;
        if (type != kNoType) found.push_back(type);
      }
    }
    return found;
  }
  TypeId TypeOfVariable(const std::string& name) {
    const std::vector<TypeId> found = TypesOfVariables(name);
    return found.empty() ? kNoType : found[0];
  }

  const TypeInfo& Named(const std::string& name) { return types.Info(types.Named(name)); }

  ModuleFile file;
  DebugNames names;
  TypeTable types{names};
};

const TypeMember* Member(const TypeInfo& type, const std::string& name) {
  for (const TypeMember& member : type.members) {
    if (member.name == name && !member.is_base) return &member;
  }
  return nullptr;
}

const std::vector<std::string> kCommands = {
    "g++ -std=c++17 -O0 -g one.cc two.cc -o program",
    "g++ -std=c++17 -O2 -gdwarf-4 one.cc two.cc -o program",
    "g++ -std=c++17 -O0 -g -gsplit-dwarf one.cc two.cc -o program",
    "g++ -std=c++17 -O0 -g -fdebug-types-section one.cc two.cc -o program",
    "clang++ -std=c++17 -O0 -g one.cc two.cc -o program",
    "clang++ -std=c++17 -O2 -gdwarf-4 one.cc two.cc -o program",
};

const std::vector<std::string> kFewCommands = {kCommands[0], kCommands[3], kCommands[5]};

TEST_F(TypeTableTest, LayoutIsReadHoweverItIsCompiled) {
  for (const std::string& command : kCommands) {
    SCOPED_TRACE(command);
    if (command.starts_with("clang++") && !Run("command -v clang++ > /dev/null")) continue;
    ASSERT_TRUE(Run("rm -f *.dwo && " + command));
    Opened opened(Path("program"));
    TypeTable& types = opened.types;

    const TypeInfo& session = opened.Named("app::Session");
    EXPECT_EQ(session.kind, Kind::kClass);
    EXPECT_EQ(session.file, Path("types.h"));
    EXPECT_EQ(session.line, LineOf(kTypes, "Session"));
    EXPECT_FALSE(session.is_library);
    ASSERT_FALSE(session.members.empty());
    EXPECT_TRUE(session.members[0].is_base);
    EXPECT_EQ(types.Info(session.members[0].type).name, "app::Base");
    EXPECT_TRUE(std::is_sorted(
        session.members.begin(), session.members.end(),
        [](const TypeMember& a, const TypeMember& b) { return a.offset < b.offset; }));
    struct Row {
      const char* member;
      std::uint64_t offset;
      const char* type;
      Kind kind;
      std::uint64_t bytes;
    };
    for (const Row& row : std::vector<Row>{
             {"points", 48, "std::vector<app::Point, std::allocator<app::Point> >", Kind::kClass,
              24},
             {"next", 88, "app::Session*", Kind::kPointer, 8},
             {"corners", 96, "app::Point[2][3]", Kind::kArray, 48},
             {"nested", 156, "app::Session::Nested", Kind::kClass, 8},
         }) {
      SCOPED_TRACE(row.member);
      const TypeMember* member = Member(session, row.member);
      ASSERT_NE(member, nullptr);
      EXPECT_EQ(member->offset, row.offset);
      const TypeInfo& type = types.Info(member->type);
      EXPECT_EQ(NormalizedTypeName(type.name), NormalizedTypeName(row.type));
      EXPECT_EQ(type.kind, row.kind);
      EXPECT_EQ(type.bytes, row.bytes);
    }
    // Neither static members, bit fields, classes without data nor the virtual table's place.
    for (const char* absent : {"count", "flag", "empty", "_vptr.Base"}) {
      EXPECT_EQ(Member(session, absent), nullptr) << absent;
    }
    EXPECT_EQ(std::count_if(session.members.begin(), session.members.end(),
                            [](const TypeMember& member) { return member.is_base; }),
              1);
    // Next to each other in the union without name.
    const TypeMember* either = Member(session, "");
    ASSERT_NE(either, nullptr);
    const TypeInfo& alternatives = types.Info(either->type);
    ASSERT_EQ(alternatives.members.size(), 2u);
    EXPECT_EQ(alternatives.members[0].name, "number");
    EXPECT_EQ(alternatives.members[1].name, "real");
    EXPECT_EQ(alternatives.members[1].offset, 0u);

    const TypeInfo& text = types.Info(Member(session, "name")->type);
    EXPECT_TRUE(text.name.starts_with("std::__cxx11::basic_string<char,")) << text.name;
    EXPECT_EQ(text.bytes, 32u);
    EXPECT_TRUE(text.is_library);
    // What a virtual base adds has no fixed place.
    const TypeInfo& odd = opened.Named("app::Odd");
    ASSERT_EQ(odd.members.size(), 1u);
    EXPECT_EQ(odd.members[0].name, "own");
    EXPECT_EQ(types.Info(opened.TypeOfVariable("legacy")).name, "Legacy");
    EXPECT_EQ(types.Info(opened.TypeOfVariable("legacy")).members.size(), 2u);
    EXPECT_EQ(types.Info(opened.TypeOfVariable("color")).kind, Kind::kOther);
    EXPECT_EQ(types.Info(opened.TypeOfVariable("local")).name, "main()::Local");
  }
}

TEST_F(TypeTableTest, ATypeOfSeveralUnitsIsOne) {
  for (const std::string& command : kFewCommands) {
    SCOPED_TRACE(command);
    if (command.starts_with("clang++") && !Run("command -v clang++ > /dev/null")) continue;
    ASSERT_TRUE(Run("rm -f *.dwo && " + command));
    Opened opened(Path("program"));
    const TypeId session = opened.TypeOfVariable("one");
    EXPECT_NE(session, kNoType);
    EXPECT_EQ(opened.TypeOfVariable("two"), session);
    EXPECT_EQ(opened.types.Named("app::Session"), session);
    EXPECT_EQ(opened.types.Named("struct app::Session"), session);
    EXPECT_EQ(opened.types.Info(opened.types.Named("app::Session const *")).target, session);
    // Declared in one unit, defined in the other.
    const TypeInfo& pointer = opened.types.Info(opened.TypeOfVariable("declared"));
    EXPECT_EQ(pointer.target, opened.TypeOfVariable("defined"));
    EXPECT_EQ(opened.types.Info(pointer.target).line, LineOf(kOne, "Declared"));
    ASSERT_EQ(opened.types.Info(pointer.target).members.size(), 1u);
    // Two classes of one name.
    EXPECT_NE(opened.TypeOfVariable("hidden_one"), opened.TypeOfVariable("hidden_two"));
    EXPECT_EQ(opened.types.Named("unsigned long"), opened.TypeOfVariable("wide"));
  }
}

TEST_F(TypeTableTest, AClosureHasItsPlaceAndItsCaptures) {
  for (const std::string& command : kFewCommands) {
    SCOPED_TRACE(command);
    if (command.starts_with("clang++") && !Run("command -v clang++ > /dev/null")) continue;
    ASSERT_TRUE(Run("rm -f *.dwo && " + command));
    Opened opened(Path("program"));
    const TypeInfo& closure = opened.types.Info(opened.TypeOfVariable("kept"));
    EXPECT_EQ(closure.name, "main()::lambda at two.cc:" + std::to_string(LineOf(kTwo, "closure")));
    EXPECT_EQ(closure.kind, Kind::kClass);
    ASSERT_EQ(closure.members.size(), 2u);
    EXPECT_EQ(closure.members[0].name, "session");
    EXPECT_EQ(opened.types.Info(closure.members[0].type).target,
              opened.types.Named("app::Session"));
    EXPECT_EQ(closure.members[1].name, "copied");
    EXPECT_EQ(closure.members[1].offset, 8u);
  }
}

// Clang describes no call operator then.
TEST_F(TypeTableTest, AClosureThatIsNeverCalledIsOneStill) {
  if (!Run("command -v clang++ > /dev/null")) GTEST_SKIP() << "no clang++";
  Write("kept.cc", R"cc(
    class {
     public:
      int id;
    } no_closure = {3};
    void* all[2];
    int main() {
      static auto kept = [all = &all] { return all; };
      ::all[0] = &kept;
      ::all[1] = &no_closure;
    }
  )cc");
  ASSERT_TRUE(Run("clang++ -std=c++17 -O2 -g kept.cc -o program"));
  Opened opened(Path("program"));
  EXPECT_EQ(opened.types.Info(opened.TypeOfVariable("kept")).name, "main()::lambda at kept.cc:8");
  EXPECT_EQ(opened.types.Info(opened.TypeOfVariable("no_closure")).name, "(anonymous struct)");
}

TEST_F(TypeTableTest, ANameThatNobodyDefinesIsANameAlone) {
  ASSERT_TRUE(Run(kCommands[0]));
  Opened opened(Path("program"));
  TypeTable& types = opened.types;
  const TypeId unknown = types.Named("other::Unknown<int, char>");
  EXPECT_NE(unknown, kNoType);
  EXPECT_EQ(types.Info(unknown).kind, Kind::kUnknown);
  EXPECT_EQ(types.Info(unknown).name, "other::Unknown<int, char>");
  EXPECT_EQ(types.Info(unknown).bytes, 0u);
  EXPECT_EQ(types.Named("other::Unknown<int,char>"), unknown);
  EXPECT_NE(types.Named("other::Unknown<int>"), unknown);
  EXPECT_TRUE(types.Info(types.Named("std::unheard_of<int>")).is_library);
  EXPECT_EQ(types.Named(""), kNoType);
  EXPECT_EQ(types.Info(kNoType).name, "");
  EXPECT_EQ(types.Info(123456).name, "");
  // References stay as types are added.
  const TypeInfo& first = types.Info(unknown);
  for (int i = 0; i < 1000; ++i) types.Named("other::T" + std::to_string(i));
  EXPECT_EQ(&first, &types.Info(unknown));
}

}  // namespace
}  // namespace memprof
