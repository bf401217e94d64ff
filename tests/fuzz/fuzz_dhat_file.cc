// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "runner/parse/dhat_file.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

using Json = nlohmann::json;

/// As DHAT would write it, each point with frames of its own.
std::string Written(const DhatFile& file) {
  const bool is_heap = file.mode == DhatFile::Mode::kHeap;
  Json frames = Json::array(), points = Json::array();
  for (const DhatPoint& point : file.points) {
    Json stack = Json::array();
    for (const Frame& frame : point.stack) {
      stack.push_back(frames.size());
      frames.push_back("0x1: " + frame.function + " (" + frame.file + ":1)");
    }
    Json written = {{"tb", point.total_bytes}, {"tbk", point.total_blocks}, {"fs", stack}};
    if (is_heap) {
      written.update({{"mb", point.max_bytes},
                      {"gb", point.at_peak_bytes},
                      {"gbk", point.at_peak_blocks},
                      {"rb", point.read_bytes},
                      {"wb", point.written_bytes},
                      {"tl", point.lifetime}});
    }
    if (!point.accesses.empty()) written["acc"] = point.accesses;
    points.push_back(std::move(written));
  }
  const Json json = {{"dhatFileVersion", 2},
                     {"mode", is_heap ? "heap" : "copy"},
                     {"cmd", file.command},
                     {"ftbl", frames},
                     {"pps", points}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

MEMPROF_FUZZ(dhat_file) {
  Result<DhatFile> file = ParseDhat(input);
  if (!file) {
    MEMPROF_FUZZ_EXPECT(file.error().kind == ErrorKind::kDamaged ||
                        file.error().kind == ErrorKind::kUnsupported);
    MEMPROF_FUZZ_EXPECT(!file.error().message.empty() && !file.error().hint.empty());
    return;
  }
  const Result<DhatFile> again = ParseDhat(Written(*file));
  MEMPROF_FUZZ_EXPECT(again.ok() && again->points.size() == file->points.size());
  MEMPROF_FUZZ_EXPECT(again->command == file->command && again->mode == file->mode);
  for (std::size_t i = 0; i < file->points.size(); ++i) {
    const DhatPoint& point = file->points[i];
    const DhatPoint& same = again->points[i];
    MEMPROF_FUZZ_EXPECT(point.total_bytes == same.total_bytes);
    MEMPROF_FUZZ_EXPECT(point.total_blocks == same.total_blocks);
    MEMPROF_FUZZ_EXPECT(point.at_peak_bytes == same.at_peak_bytes);
    MEMPROF_FUZZ_EXPECT(point.lifetime == same.lifetime);
    MEMPROF_FUZZ_EXPECT(point.stack.size() == same.stack.size());
    // A count of more than 63 bits is read as the largest of 63.
    MEMPROF_FUZZ_EXPECT(point.accesses == same.accesses);
  }
  bool any = false;
  MarkOfTest(&file.value());
  for (const DhatPoint& point : file->points) any = any || point.of_test;
  MEMPROF_FUZZ_EXPECT(any == MarkOfTest(&file.value()));
}

}  // namespace memprof
