// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_doctor.h"

#include <cstdio>
#include <iterator>
#include <string>
#include <utility>

#include "runner/doctor/checkup_text.h"
#include "runner/doctor/machine_checks.h"
#include "runner/doctor/program_checks.h"
#include "runner/execute/machine_facts.h"
#include "runner/execute/process.h"
#include "runner/execute/program_facts.h"
#include "runner/execute/scratch_directory.h"

namespace memprof {
namespace {

constexpr int kExitCannotMeasure = 3;
constexpr int kExitInterrupted = 130;

}  // namespace

Result<int> CommandDoctor(const DoctorRequest& request) {
  HandleInterrupts();
  const ScratchDirectory scratch;
  if (scratch.path().empty()) {
    return Error{ErrorKind::kUnreadable, "no directory can be made for temporary files",
                 "set TMPDIR to a directory that can be written to"};
  }
  Checkup checkup;
  checkup.checks = JudgeMachine(LookAtMachine(request.run, scratch.path()));
  if (!request.run.command.empty()) {
    checkup.program = request.run.command[0];
    std::vector<Check> of_program = JudgeProgram(LookAtProgram(request.run, scratch.path()));
    checkup.checks.insert(checkup.checks.begin(), std::make_move_iterator(of_program.begin()),
                          std::make_move_iterator(of_program.end()));
  }
  if (Interrupted()) return kExitInterrupted;
  const std::string text = request.format == "json"
                               ? RenderCheckupJson(checkup)
                               : RenderCheckupText(checkup, request.color, request.columns);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return checkup.Works() ? 0 : kExitCannotMeasure;
}

}  // namespace memprof
