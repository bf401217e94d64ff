// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/dhat_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "runner/parse/tool_frame.h"

namespace memprof {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 2;
/// DHAT keeps accesses of blocks up to 1,024 bytes, and up to this size where the program asks.
constexpr std::size_t kLongestAccesses = 25 * 1024;

/// Thrown from the depths of a file to ParseDhat(), which turns it into an Error.
struct Mismatch {
  std::string message;
};

/// File names in stacks may have any encoding.
std::string AsciiOnly(std::string_view text) {
  std::string ascii(text);
  std::replace_if(
      ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; },
      '?');
  return ascii;
}

/// The member, or null.
const Json* Find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found != object.end() ? &*found : nullptr;
}

std::uint64_t Count(const Json& object, const char* key, bool required) {
  const Json* const value = Find(object, key);
  if (value == nullptr && !required) return 0;
  if (value == nullptr) throw Mismatch{fmt::format("a program point has no \"{}\"", key)};
  if (!value->is_number_unsigned()) {
    throw Mismatch{fmt::format("\"{}\" of a program point is no count", key)};
  }
  return value->get<std::uint64_t>();
}

const Json& Array(const Json& object, const char* key) {
  const Json* const value = Find(object, key);
  if (value == nullptr || !value->is_array()) {
    throw Mismatch{fmt::format("it has no list \"{}\"", key)};
  }
  return *value;
}

/// "0x11538C: f(int) (/src/t.cc:9)"; "[root]", which no stack refers to, has no address.
Frame FrameFrom(const Json& entry) {
  if (!entry.is_string()) throw Mismatch{"a frame of \"ftbl\" is no text"};
  std::string_view text = entry.get_ref<const std::string&>();
  const auto colon = text.find(": ");
  if (text.starts_with("0x") && colon != std::string_view::npos) text.remove_prefix(colon + 2);
  return ParseValgrindFrame(text);
}

/// Runs are written as their length, less than 0, and the value: `-3,7` is `7,7,7`.
std::vector<std::uint64_t> AccessesFrom(const Json& list) {
  if (!list.is_array()) throw Mismatch{"\"acc\" of a program point is no list"};
  std::vector<std::uint64_t> accesses;
  std::size_t times = 1;
  bool in_run = false;
  for (const Json& item : list) {
    if (!item.is_number_integer()) throw Mismatch{"\"acc\" of a program point has no counts"};
    // One of more than 63 bits is a count all the same.
    const std::int64_t number =
        item.is_number_unsigned()
            ? static_cast<std::int64_t>(std::min<std::uint64_t>(
                  item.get<std::uint64_t>(), std::numeric_limits<std::int64_t>::max()))
            : item.get<std::int64_t>();
    if (number < 0) {
      if (in_run || number < -static_cast<std::int64_t>(kLongestAccesses)) {
        throw Mismatch{"\"acc\" of a program point has a run of no length"};
      }
      times = static_cast<std::size_t>(-number);
      in_run = true;
      continue;
    }
    if (accesses.size() + times > kLongestAccesses) {
      throw Mismatch{
          fmt::format("\"acc\" of a program point has more than {} bytes", kLongestAccesses)};
    }
    accesses.insert(accesses.end(), times, static_cast<std::uint64_t>(number));
    times = 1;
    in_run = false;
  }
  if (in_run) throw Mismatch{"\"acc\" of a program point ends within a run"};
  return accesses;
}

DhatPoint PointFrom(const Json& json, const std::vector<Frame>& frames, DhatFile::Mode mode) {
  DhatPoint point;
  const bool is_heap = mode == DhatFile::Mode::kHeap;
  point.total_bytes = Count(json, "tb", true);
  point.total_blocks = Count(json, "tbk", true);
  point.max_bytes = Count(json, "mb", is_heap);
  point.at_peak_bytes = Count(json, "gb", is_heap);
  point.at_peak_blocks = Count(json, "gbk", is_heap);
  point.read_bytes = Count(json, "rb", is_heap);
  point.written_bytes = Count(json, "wb", is_heap);
  point.lifetime = Count(json, "tl", is_heap);
  if (const Json* const list = Find(json, "acc")) {
    point.accesses = AccessesFrom(*list);
    if (point.accesses.size() * point.total_blocks != point.total_bytes) {
      throw Mismatch{"\"acc\" of a program point is not of the size of its blocks"};
    }
  }
  for (const Json& item : Array(json, "fs")) {
    if (!item.is_number_unsigned() || item.get<std::uint64_t>() >= frames.size()) {
      throw Mismatch{"a stack refers to a frame that \"ftbl\" does not have"};
    }
    point.stack.push_back(frames[item.get<std::size_t>()]);
  }
  return point;
}

DhatFile::Mode ModeOf(const Json& json) {
  const Json* const mode = Find(json, "mode");
  if (mode == nullptr || !mode->is_string()) throw Mismatch{"it has no \"mode\""};
  const auto& name = mode->get_ref<const std::string&>();
  if (name == "heap") return DhatFile::Mode::kHeap;
  if (name == "copy") return DhatFile::Mode::kCopy;
  throw Mismatch{
      fmt::format("its mode is \"{}\", and only \"heap\" and \"copy\" are read", AsciiOnly(name))};
}

DhatFile FileFrom(const Json& json) {
  DhatFile file;
  file.mode = ModeOf(json);
  if (const Json* const command = Find(json, "cmd"); command != nullptr && command->is_string()) {
    command->get_to(file.command);
  }
  std::vector<Frame> frames;
  for (const Json& entry : Array(json, "ftbl")) frames.push_back(FrameFrom(entry));
  for (const Json& point : Array(json, "pps")) {
    file.points.push_back(PointFrom(point, frames, file.mode));
  }
  return file;
}

Error Damaged(const std::string& why) {
  return {ErrorKind::kDamaged, "DHAT's file cannot be read: " + why + ".",
          "the disk may be full, or the program ended while Valgrind wrote"};
}

/// Why there is no JSON in the text.
Error NoJson(std::string_view text) {
  if (text.find_first_not_of(" \n\r\t") == std::string_view::npos) return Damaged("it is empty");
  if (text.find("\"dhatFileVersion\"") == std::string_view::npos) {
    return Damaged("it does not begin as a file of DHAT does");
  }
  const auto end = text.find_last_not_of(" \n\r\t");
  return text[end] == '}' ? Damaged("it is no JSON") : Damaged("it is cut off");
}

}  // namespace

Result<DhatFile> ParseDhat(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) json = Json::parse(AsciiOnly(text), nullptr, false);
  if (json.is_discarded()) return NoJson(text);
  const Json* const version = Find(json, "dhatFileVersion");
  if (version == nullptr) return Damaged("it does not begin as a file of DHAT does");
  if (*version != kVersion) {
    return Error{
        ErrorKind::kUnsupported,
        // What is no number may be nested deeper than it could be printed.
        fmt::format("DHAT's file is of version {}, and only version {} is known.",
                    version->is_number() ? version->dump() : version->type_name(), kVersion),
        "Valgrind 3.15 to 3.24 write version 2"};
  }
  try {
    return FileFrom(json);
  } catch (const Mismatch& mismatch) {
    return Damaged(mismatch.message);
  }
}

bool MarkOfTest(DhatFile* file) {
  bool any = false;
  for (DhatPoint& point : file->points) {
    point.of_test = false;
    for (const Frame& frame : point.stack) {
      const std::string_view function = frame.function;
      if (function.starts_with("testing::Test::Run(")) point.of_test = true;
      // What a fixture's constructor makes lives no longer than the object, on average either.
      if (function.starts_with("testing::") && function.ends_with("::CreateTest()") &&
          point.total_blocks > 0) {
        file->test_span = std::max(file->test_span, point.lifetime / point.total_blocks);
      }
    }
    any = any || point.of_test;
  }
  return any;
}

}  // namespace memprof
