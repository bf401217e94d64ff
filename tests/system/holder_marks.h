// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_SYSTEM_HOLDER_MARKS_H_
#define MEMPROF_TESTS_SYSTEM_HOLDER_MARKS_H_

#include <string>
#include <vector>

namespace memprof {

/// What the comments of a program say a report must name; see tests/programs/README.md.
struct HolderMark {
  std::string test;    ///< full name
  std::string symbol;  ///< empty: it has no name
  std::string type;
  std::string kind;  ///< Name(HolderKind)
  int line = 0;      ///< of the variable
};

struct PathMark {
  std::string test;
  std::string text;  ///< a member or type on the way
};

struct CycleMark {
  std::string test;
  std::vector<std::string> types;  ///< the user's, the owner first; "closure" is any closure
};

struct WeakenMark {
  std::string test;
  std::string member;  ///< qualified, or the name of a capture
};

struct HolderMarks {
  std::vector<HolderMark> holders;
  std::vector<PathMark> paths;
  std::vector<CycleMark> cycles;
  std::vector<WeakenMark> weaken;
};

/// The marks of a source below the project.
HolderMarks ReadHolderMarks(const std::string& file);

/// Whether two spellings mean one type: blanks do not count.
bool IsSameType(std::string a, std::string b);

/// Whether the entries of Finding::cycle lead through these types, in this order and from any of
/// them on. Types of the standard library, and those that follow themselves, are passed over.
bool IsCycleThrough(const std::vector<std::string>& cycle, const std::vector<std::string>& types);

}  // namespace memprof

#endif  // MEMPROF_TESTS_SYSTEM_HOLDER_MARKS_H_
