// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_REPORT_SAMPLE_PROFILE_H_
#define MEMPROF_TESTS_UNIT_REPORT_SAMPLE_PROFILE_H_

#include <string>
#include <vector>

#include "runner/report/profile.h"

namespace memprof {

/// What fits SampleReport()'s findings: the three Cache tests in 12 runs; Cache.Lookup alone, which
/// the first has already; and Format.Join alone.
std::vector<Profile> SampleProfiles();

/// The lines around those that the profiles and the findings name, of two files.
std::vector<SourceExcerpt> SampleSources();

/// One frame, site, peak and test, all of whose texts are `text`.
Profile ProfileOf(const std::string& text);

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_REPORT_SAMPLE_PROFILE_H_
