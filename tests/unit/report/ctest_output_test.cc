// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/ctest_output.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

TEST(CtestOutput, FigureIsALineAndWhatWasNotMeasuredIsNone) {
  TestFigures figures;
  EXPECT_EQ(CtestMeasurementLines(MeasurementsOf(figures)), "");
  figures.kept_bytes = -33;
  figures.findings = 0;
  EXPECT_EQ(CtestMeasurementLines(MeasurementsOf(figures)),
            "<CTestMeasurement type=\"numeric/double\" name=\"memprof kept bytes per run\">-33"
            "</CTestMeasurement>\n"
            "<CTestMeasurement type=\"numeric/double\" name=\"memprof findings\">0"
            "</CTestMeasurement>\n");
}

TEST(CtestOutput, PathIsEscaped) {
  EXPECT_EQ(CtestFileLine("/b/<a> & \"b\"/report.txt"),
            "<CTestMeasurementFile type=\"file\" name=\"memprof report.txt\">"
            "/b/&lt;a&gt; &amp; &quot;b&quot;/report.txt</CTestMeasurementFile>\n");
}

TEST(CtestOutput, FullOutputIsAskedForOnlyWhereCTestWouldCut) {
  EXPECT_EQ(CtestFullOutputLine(1024, true), "");
  EXPECT_EQ(CtestFullOutputLine(1025, true), "CTEST_FULL_OUTPUT\n");
  EXPECT_EQ(CtestFullOutputLine(307'200, false), "");
  EXPECT_EQ(CtestFullOutputLine(307'201, false), "CTEST_FULL_OUTPUT\n");
}

}  // namespace
}  // namespace memprof
