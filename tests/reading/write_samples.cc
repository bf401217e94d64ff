// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
//   write_samples DIR     writes DIR/<sample>/<file> for each sample report and each format
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace {

bool WriteAll(const memprof::Report& report, const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  for (const memprof::Renderer& renderer : memprof::Renderers()) {
    std::ofstream file(directory / renderer.file_name, std::ios::binary);
    file << renderer.render(report, {});
    if (!file.flush()) {
      std::fprintf(stderr, "cannot write %s in %s\n", renderer.file_name, directory.c_str());
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_samples DIR\n");
    return 2;
  }
  const std::filesystem::path out = argv[1];
  const std::pair<const char*, memprof::Report> samples[] = {
      {"sample", memprof::SampleReport()},
      {"policy", memprof::PolicyReport()},
      {"clean", memprof::CleanReport()},
      {"broken", memprof::BrokenReport()},
      {"hostile", memprof::HostileReport()},
      {"many", memprof::ManyFindings(10000, 1000)},
      {"too_many", memprof::ManyFindings(5000, 5000)},
  };
  for (const auto& [name, report] : samples) {
    if (!WriteAll(report, out / name)) return 1;
  }
  return 0;
}
