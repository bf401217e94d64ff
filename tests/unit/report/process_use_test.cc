// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/process_use.h"

#include <gtest/gtest.h>

#include <string>

#include "runner/plan/exec_plan.h"
#include "runner/report/json_reader.h"
#include "runner/report/process_text.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

Report ReportOfServer() {
  Report report;
  report.binary = "server";
  ProcessUse& use = report.process.emplace();
  use.command = "server --port 80";
  use.pid = 1234;
  use.end = "is running";
  use.wall_ns = 3'200'000'000;
  use.paused_ns = 23'000'000;
  use.live_bytes = 3 << 20;
  use.live_blocks = 3000;
  use.peak_bytes = 4 << 20;
  use.alive = {{"src/a.cc", 12, "app::Keep", 2 << 20, 2048}};
  use.allocated = {{"", 0, "", 100, 1}};
  use.handles = {{"descriptor", 2, 0, {"/tmp/a.log"}, {"src/log.cc", 3, "app::Open", 0, 0}},
                 {"mapping", 0, 4096, {}, {}}};
  return report;
}

TEST(ProcessUse, IsReadBackFromJsonAsItWas) {
  const Report report = ReportOfServer();
  const Result<Report> read = ReadReportJson(RenderJson(report, RenderOptions()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->process, report.process);
}

TEST(ProcessUse, WhatWasNotMeasuredIsNoZero) {
  Report report = ReportOfServer();
  report.process->live_bytes.reset();
  report.process->alive.clear();
  const Result<Report> read = ReadReportJson(RenderJson(report, RenderOptions()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_FALSE(read->process->live_bytes.has_value());
  for (const ProcessLine& line : ProcessLines(*report.process)) EXPECT_NE(line.label, "alive");
}

TEST(ProcessUse, TheTextSpeaksOfTheProcessAndNotOfTests) {
  Report report = ReportOfServer();
  const std::string text = RenderText(report, RenderOptions());
  for (const char* said :
       {"memprof: server, pid 1234 is running after 3.2 s", "No lost memory found.",
        "3 MiB in 3,000 blocks", "app::Keep src/a.cc:12", "a call that has no name",
        "2 descriptors: /tmp/a.log, by app::Open src/log.cc:3", "23 ms for the heap snapshot"}) {
    EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
  }
  EXPECT_EQ(text.find("test"), std::string::npos) << text;
  report.not_measured.push_back({"heap-snapshot", "", "ptrace is refused"});
  EXPECT_NE(RenderText(report, RenderOptions()).find("Nothing is known of what it lost."),
            std::string::npos);
}

TEST(ExecPlan, AScriptsInterpreterIsReadOffItsFirstLine) {
  EXPECT_EQ(InterpreterOf("#!/bin/sh\nexit"), "/bin/sh");
  EXPECT_EQ(InterpreterOf("#! /usr/bin/env python3\n"), "/usr/bin/env");
  EXPECT_EQ(InterpreterOf("#!/bin/bash"), "/bin/bash");
  EXPECT_EQ(InterpreterOf("#!\n/bin/sh"), "");
  EXPECT_EQ(InterpreterOf("#!"), "");
  EXPECT_EQ(InterpreterOf("\x7f"
                          "ELF"),
            "");
  EXPECT_EQ(InterpreterOf(""), "");
}

TEST(ExecPlan, TheProgramGetsTheTrackerAndKeepsItsOwnSettings) {
  RunOptions options;
  options.command = {"./server", "--port", "80"};
  options.preload = {"/opt/libmemprof.so"};
  options.user_preload = "theirs.so";
  RunFiles files;
  files.record = "/out/exec.rec";
  const RunPlan plan = PlanExec(options, files, "/run/sockets");
  EXPECT_EQ(plan.arguments, options.command);
  const auto value = [&plan](const std::string& name) {
    for (const auto& [key, text] : plan.set_environment) {
      if (key == name) return text;
    }
    return std::string("(not set)");
  };
  EXPECT_EQ(value("LD_PRELOAD"), "/opt/libmemprof.so:theirs.so");
  EXPECT_EQ(value("MEMPROF_RECORD"), "/out/exec.rec");
  EXPECT_EQ(value("MEMPROF_PROGRAM"), "1");
  EXPECT_EQ(value("MEMPROF_TRACE"), "1");
  EXPECT_EQ(value("MEMPROF_SERVICE"), "/run/sockets");
  EXPECT_EQ(PlanExec(options, files, "").set_environment[3].second, "1");
}

}  // namespace
}  // namespace memprof
