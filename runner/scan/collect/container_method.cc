// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/container_method.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>
#include <unordered_map>

namespace memprof::scan {
namespace {

/// "pushback" of "push_back" and "PushBack".
std::string Folded(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c == '_') continue;
    folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return folded;
}

const std::unordered_map<std::string, MethodEffect>& Effects() {
  static const auto* const effects = new std::unordered_map<std::string, MethodEffect>{
      {"pushback", MethodEffect::kGrows},
      {"emplaceback", MethodEffect::kGrows},
      {"pushfront", MethodEffect::kGrows},
      {"emplacefront", MethodEffect::kGrows},
      {"push", MethodEffect::kGrows},
      {"emplace", MethodEffect::kGrows},
      {"emplacehint", MethodEffect::kGrows},
      {"tryemplace", MethodEffect::kGrows},
      {"insert", MethodEffect::kGrows},
      {"insertorassign", MethodEffect::kGrows},
      {"insertafter", MethodEffect::kGrows},
      {"emplaceafter", MethodEffect::kGrows},
      {"insertrange", MethodEffect::kGrows},
      {"appendrange", MethodEffect::kGrows},
      {"append", MethodEffect::kGrows},
      {"prepend", MethodEffect::kGrows},
      {"add", MethodEffect::kGrows},
      {"enqueue", MethodEffect::kGrows},
      {"merge", MethodEffect::kGrows},
      {"splice", MethodEffect::kGrows},
      {"spliceafter", MethodEffect::kGrows},
      {"pushrange", MethodEffect::kGrows},
      {"findorinsert", MethodEffect::kGrows},
      {"find", MethodEffect::kLooksUp},
      {"count", MethodEffect::kLooksUp},
      {"contains", MethodEffect::kLooksUp},
      {"lookup", MethodEffect::kLooksUp},
      {"lowerbound", MethodEffect::kLooksUp},
      {"upperbound", MethodEffect::kLooksUp},
      {"equalrange", MethodEffect::kLooksUp},
      {"at", MethodEffect::kElement},
      {"front", MethodEffect::kElement},
      {"back", MethodEffect::kElement},
      {"top", MethodEffect::kElement},
      {"begin", MethodEffect::kElement},
      {"end", MethodEffect::kElement},
      {"rbegin", MethodEffect::kElement},
      {"rend", MethodEffect::kElement},
      {"beforebegin", MethodEffect::kElement},
      {"value", MethodEffect::kElement},
      {"first", MethodEffect::kElement},
      {"last", MethodEffect::kElement},
      {"size", MethodEffect::kSize},
      {"length", MethodEffect::kSize},
      {"empty", MethodEffect::kEmpty},
      {"isempty", MethodEffect::kEmpty},
      {"clear", MethodEffect::kTakesOut},
      {"erase", MethodEffect::kTakesOut},
      {"eraseafter", MethodEffect::kTakesOut},
      {"eraseif", MethodEffect::kTakesOut},
      {"popback", MethodEffect::kTakesOut},
      {"popfront", MethodEffect::kTakesOut},
      {"pop", MethodEffect::kTakesOut},
      {"extract", MethodEffect::kTakesOut},
      {"resize", MethodEffect::kTakesOut},
      {"assign", MethodEffect::kTakesOut},
      {"assignrange", MethodEffect::kTakesOut},
      {"swap", MethodEffect::kTakesOut},
      {"reset", MethodEffect::kTakesOut},
      {"release", MethodEffect::kTakesOut},
      {"remove", MethodEffect::kTakesOut},
      {"removeif", MethodEffect::kTakesOut},
      {"unique", MethodEffect::kTakesOut},
      {"dequeue", MethodEffect::kTakesOut},
      {"replace", MethodEffect::kTakesOut},
      {"truncate", MethodEffect::kTakesOut},
      {"reserve", MethodEffect::kReads},
      {"capacity", MethodEffect::kReads},
      {"data", MethodEffect::kReads},
      {"get", MethodEffect::kReads},
      {"cbegin", MethodEffect::kReads},
      {"cend", MethodEffect::kReads},
      {"crbegin", MethodEffect::kReads},
      {"crend", MethodEffect::kReads},
      {"shrinktofit", MethodEffect::kReads},
      {"maxsize", MethodEffect::kReads},
      {"constbegin", MethodEffect::kReads},
      {"constend", MethodEffect::kReads},
      {"keys", MethodEffect::kReads},
      {"values", MethodEffect::kReads},
      {"rehash", MethodEffect::kReads},
      {"bucketcount", MethodEffect::kReads},
      {"loadfactor", MethodEffect::kReads},
      {"indexof", MethodEffect::kReads},
      {"sort", MethodEffect::kReads},
      {"reverse", MethodEffect::kReads},
  };
  return *effects;
}

}  // namespace

MethodEffect EffectOf(std::string_view method, bool is_standard) {
  const auto known = Effects().find(Folded(method));
  if (known != Effects().end()) return known->second;
  return is_standard ? MethodEffect::kReads : MethodEffect::kUnknown;
}

}  // namespace memprof::scan
