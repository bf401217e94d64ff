// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SCAN_SCANNED_H_
#define MEMPROF_TESTS_UNIT_SCAN_SCANNED_H_

#include <string>
#include <vector>

#include "runner/scan/scan_facts.h"
#include "runner/scan/static_risk.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// A file of a test: C++20 with the headers that leak examples need.
struct TestFile {
  std::string name;  ///< "a.cc"
  std::string text;
};

/// The tree of one file; the test fails where it does not compile.
SyntaxUnit UnitOf(const std::string& text);

/// The risks in files that are one program, each a unit of its own.
std::vector<StaticRisk> RisksIn(const std::vector<TestFile>& files);
std::vector<StaticRisk> RisksIn(const std::string& text);

/// One risk a line: "listener-not-removed app::Bus::slots_ a.cc:12".
std::string Told(const std::vector<StaticRisk>& risks);

/// The tree, a node a line and indented by depth: "call push_back std::vector::push_back :4".
std::string TreeText(const SyntaxUnit& unit);

}  // namespace memprof::scan

#endif  // MEMPROF_TESTS_UNIT_SCAN_SCANNED_H_
