// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_STATIC_RISK_H_
#define MEMPROF_RUNNER_SCAN_STATIC_RISK_H_

#include <string>
#include <vector>

#include "runner/report/report.h"
#include "runner/scan/place.h"

namespace memprof::scan {

/// A place that has to do with a risk, and what is there.
struct RiskNote {
  Place place;
  std::string function;  ///< "app::Cache::Add"; empty outside of functions
  std::string text;      ///< a clause: "grows here: push_back"
};

/// Code that looks like one of the leak patterns. Whether it leaks, a test shows.
struct StaticRisk {
  Pattern pattern = Pattern::kUnknown;
  Confidence confidence = Confidence::kMedium;
  /// The variable, member, type or call that it is about: "app::Registry::listeners_", "fopen".
  std::string subject;
  std::string subject_type;  ///< as written; empty where it has no meaning
  /// Of the declaration of a variable or member, or of the call: where a user would mend it.
  Place place;
  std::string function;  ///< that `place` is in, qualified; empty for declarations outside of one
  std::string title;     ///< one line: "app::cache grows in 2 places and nothing is ever taken out"
  std::string cause;     ///< why it is a risk, in sentences
  std::string advice;    ///< what to change, a sentence
  std::vector<RiskNote> notes;     ///< the evidence, place by place
  std::vector<std::string> cycle;  ///< members of a reference cycle, as Finding::cycle has them
  std::string source = "scan";     ///< or "clang-analyzer"
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_STATIC_RISK_H_
