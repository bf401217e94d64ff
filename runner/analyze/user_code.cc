// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/user_code.h"

#include <utility>

#include "runner/analyze/function_name.h"
#include "runner/analyze/user_frame.h"
#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

/// Whether a function without a file is no user's by its name: the standard library compiled into
/// the program without debug information, and the C runtime.
bool IsStandardName(const std::string& function) {
  const std::string name = ShortFunctionName(function);
  for (const std::string_view prefix :
       {"std::", "__gnu_cxx::", "__cxxabiv1::", "operator new", "operator delete", "__libc_"}) {
    if (name.starts_with(prefix)) return true;
  }
  for (const std::string_view known : {"_start", "(below main)", "malloc", "calloc", "realloc"}) {
    if (name == known) return true;
  }
  return false;
}

/// Whether GoogleTest put the block into the result of the test that runs: a failure, a skip, a
/// recorded property. A suite that tests GoogleTest also makes results of its own, in other ways.
bool IsOfRunningTestsResult(const Stack& stack) {
  for (const Frame& frame : stack) {
    if (IsSystemHeader(frame.file) || IsSystemLibrary(frame.module)) continue;
    const std::string name = ShortFunctionName(frame.function);
    bool is_result = frame.file.empty() && IsStandardName(name);
    for (const std::string_view prefix :
         {"testing::TestResult::", "testing::TestPartResult::", "testing::TestProperty::"}) {
      is_result = is_result || name.starts_with(prefix);
    }
    if (is_result) continue;
    return name == "testing::internal::DefaultGlobalTestPartResultReporter::ReportTestPartResult" ||
           name == "testing::internal::UnitTestImpl::RecordProperty";
  }
  return false;
}

}  // namespace

UserCode::UserCode(Places places) : places_(std::move(places)) {}

bool UserCode::IsFramework(const Frame& frame) const {
  const FrameworkPlace& framework = places_.framework;
  const bool place_known = !framework.directories.empty() || !framework.files.empty();
  if (!frame.file.empty() && place_known) return framework.HasFile(frame.file);
  if (!frame.module.empty() && framework.HasModule(frame.module)) return true;
  return IsInTestingNamespace(frame.function) &&
         (frame.file.empty() || LooksLikeFrameworkFile(frame.file));
}

bool UserCode::IsOwnModule(std::string_view module) const {
  if (module.empty()) return false;
  if (module == places_.executable || IsBelow(module, places_.source_root)) return true;
  if (!places_.build_root.empty()) return IsBelow(module, places_.build_root);
  return !IsSystemLibrary(module) && !IsBelow(module, "/usr") && !IsBelow(module, "/opt");
}

UserCode::Kind UserCode::KindOf(const Frame& frame) const {
  const bool own_test = places_.framework.tests_itself;
  if (!own_test && IsFramework(frame)) return Kind::kFramework;
  if (IsSystemLibrary(frame.module)) return Kind::kStandard;
  if (frame.file.empty()) {
    if (IsStandardName(frame.function)) return Kind::kStandard;
    return IsOwnModule(frame.module) ? Kind::kOwnModuleWithoutFile : Kind::kLibrary;
  }
  // A compiler may lie below the source root, and a source root in the system's directories.
  const bool below = frame.file.front() == '/' && IsBelow(frame.file, places_.source_root);
  const bool header = IsSystemHeader(frame.file);
  if (below && !(header && !IsSystemHeader(places_.source_root + "/"))) return Kind::kBelowRoot;
  if (header) return Kind::kStandard;
  return IsOwnModule(frame.module) ? Kind::kOwnModule : Kind::kLibrary;
}

bool UserCode::Is(const Frame& frame) const { return KindOf(frame) <= Kind::kOwnModuleWithoutFile; }

const Frame* UserCode::Locate(const Stack& stack) const {
  const Frame* best = nullptr;
  Kind best_kind = Kind::kLibrary;
  for (const Frame& frame : stack) {
    const Kind kind = KindOf(frame);
    if (kind == Kind::kBelowRoot) return &frame;
    if (kind < best_kind) {
      best = &frame;
      best_kind = kind;
    }
    if (kind == Kind::kFramework && CallsTests(frame.function)) break;
  }
  return best;
}

bool UserCode::IsFrameworkOwn(const Stack& stack) const {
  if (places_.framework.tests_itself) return IsOfRunningTestsResult(stack);
  for (const Frame& frame : stack) {
    const Kind kind = KindOf(frame);
    if (kind == Kind::kStandard) continue;
    if (kind != Kind::kFramework) return false;
    // It allocates nothing itself, so a function of the test called it last and left no frame.
    return ShortFunctionName(frame.function).find("ExceptionsInMethodIfSupported") ==
           std::string::npos;
  }
  return false;
}

}  // namespace memprof
