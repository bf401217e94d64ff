// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_PEAK_SITE_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_PEAK_SITE_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// A finding for the line that makes half or more of a peak of 16 MiB or more; nothing is promised,
/// for what must be there at once the trace cannot know. One at the most.
std::vector<Finding> PeakSiteFindings(const WasteEvidence& evidence,
                                      const DiagnoseContext& context);

/// Where the screen has a finding on the peak of this test, tells there what the peak is made of,
/// and takes the findings of PeakSiteFindings out of `found`: it is one thing.
void TellWithPeak(const WasteEvidence& evidence, const DiagnoseContext& context,
                  std::vector<Finding>* screen_findings, std::vector<Finding>* found);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_PEAK_SITE_H_
