// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/profile_list.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace memprof {
namespace {

/// Roughly what report.json takes for it, but for the names of tests, which are there anyway.
std::size_t SizeOf(const Profile& profile) {
  constexpr std::size_t kFrame = 60, kSite = 60, kShape = 60, kIndex = 4;
  std::size_t size = 0;
  for (const Frame& frame : profile.frames) {
    size += kFrame + frame.function.size() + frame.file.size() + frame.module.size();
  }
  for (const ProfileSite& site : profile.sites) {
    size += kSite + (site.shape ? kShape : 0) + kIndex * site.stack.size();
  }
  for (const std::string& type : profile.types) size += type.size();
  for (const PeakProfile& peak : profile.peaks) {
    for (const PeakShare& share : peak.shares) size += kSite + kIndex * share.stack.size();
  }
  return size;
}

std::uint64_t Allocated(const Profile& profile) {
  std::uint64_t bytes = profile.other.allocated_bytes;
  for (const ProfileSite& site : profile.sites) bytes += site.figures.allocated_bytes;
  return bytes;
}

bool ComesBefore(const Profile& a, const Profile& b) {
  if (a.tests.size() != b.tests.size()) return a.tests.size() > b.tests.size();
  const std::uint64_t of_a = Allocated(a), of_b = Allocated(b);
  return of_a != of_b ? of_a > of_b : a.name < b.name;
}

}  // namespace

void AddProfile(Profile profile, std::vector<Profile>* profiles) {
  if (std::find(profiles->begin(), profiles->end(), profile) != profiles->end()) return;
  profiles->insert(std::upper_bound(profiles->begin(), profiles->end(), profile, ComesBefore),
                   std::move(profile));
  if (profiles->size() > kMostProfiles) profiles->resize(kMostProfiles);
  std::size_t bytes = 0, fitting = 0;
  for (; fitting < profiles->size(); ++fitting) {
    bytes += SizeOf((*profiles)[fitting]);
    if (bytes > kMostProfileBytes && fitting > 0) break;
  }
  profiles->resize(fitting);
}

}  // namespace memprof
