// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/foreign_variable.h"

#include <string_view>

#include "runner/analyze/framework_place.h"
#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

/// GoogleTest's sources and headers, as a package or as a part of the user's tree.
bool IsGoogleTestFile(std::string_view file) {
  for (const std::string_view part :
       {"/googletest/src/", "/googlemock/src/", "/include/gtest/", "/include/gmock/"}) {
    if (file.find(part) != std::string_view::npos) return true;
  }
  return false;
}

/// What the C and C++ libraries put into the program itself: copies of their variables, and theirs
/// where they are linked statically.
bool IsLibraryName(std::string_view name) {
  for (const std::string_view prefix : {"std::", "__gnu_cxx::", "__cxxabiv1::", "_IO_", "__"}) {
    if (name.starts_with(prefix)) return true;
  }
  for (const std::string_view known :
       {"stdin", "stdout", "stderr", "environ", "_environ", "main_arena", "mp_"}) {
    if (name == known) return true;
  }
  return name.find("@GLIBC") != std::string_view::npos || name.ends_with("::emergency_pool");
}

/// The object that the TEST macro makes for each test, in the user's own file.
bool IsTestInfo(const Variable& variable, ProgramTypes& types) {
  if (!variable.name.ends_with("::test_info_")) return false;
  const TypeInfo& type = types.Type(variable.type);
  return variable.type == kNoType ||
         types.Type(type.target).name.find("testing::TestInfo") != std::string::npos;
}

}  // namespace

bool IsForeignVariable(const Variable& variable, ProgramTypes& types) {
  if (IsSystemLibrary(variable.module) || IsSystemHeader(variable.file)) return true;
  if (IsGoogleTestFile(variable.file) || IsTestInfo(variable, types)) return true;
  if (variable.storage == Variable::Storage::kStack) return false;
  const bool in_testing =
      IsInTestingNamespace(variable.name) || IsInTestingNamespace(variable.function);
  return (variable.file.empty() && in_testing) || IsLibraryName(variable.name);
}

}  // namespace memprof
