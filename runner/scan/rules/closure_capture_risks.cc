// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/closure_capture_risks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

namespace memprof::scan {
namespace {

constexpr std::int64_t kLargeObject = 1024;  // bytes: of the type itself
constexpr std::int64_t kLargeFill = 4096;    // bytes: what a container is made with

bool Has(const Registers& registers, int which) {
  return std::find(registers.begin(), registers.end(), which) != registers.end();
}

class CaptureRule {
 public:
  explicit CaptureRule(const OwnershipFacts& facts) : facts_(facts) { FindKeepers(); }

  std::vector<StaticRisk> Risks() {
    for (const auto& [key, capture] : facts_.captures) {
      std::string used = capture.used;
      if (IsLarge(capture) && NeedsPart(capture, &used)) Tell(capture, used);
    }
    return std::move(risks_);
  }

 private:
  /// Parameters, as "function#number", that functions store: at once or by what they call.
  void FindKeepers() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [id, function] : facts_.functions) {
        for (int i = 0; i < function.parameters; ++i) {
          const std::string key = id + "#" + std::to_string(i);
          if (keepers_.count(key) != 0 || KeptAt(function, kFirstParameter + i) == nullptr) {
            continue;
          }
          keepers_.insert(key);
          changed = true;
        }
      }
    }
  }

  bool HoldsCallables(const std::string& member) const {
    const auto known = facts_.members.find(member);
    return known != facts_.members.end() && known->second.use.has_callable;
  }

  /// The step that stores what is in a register; null: none does.
  const Step* KeptAt(const FunctionSteps& function, int which) const {
    for (const Step& step : function.steps) {
      if (step.kind == StepKind::kReturn && which >= kFirstParameter + function.parameters &&
          Has(step.values, which)) {
        return &step;
      }
      const bool stores = step.kind == StepKind::kWrite || step.kind == StepKind::kAdd;
      if (stores && Has(step.values, which) &&
          (Has(step.objects, kGlobalsRegister) || HoldsCallables(step.member))) {
        return &step;
      }
      if (step.kind != StepKind::kCall || step.member.empty()) continue;
      for (std::size_t i = 0; i < step.arguments.size(); ++i) {
        if (Has(step.arguments[i], which) &&
            keepers_.count(step.member + "#" + std::to_string(i)) != 0) {
          return &step;
        }
      }
    }
    return nullptr;
  }

  static bool IsLarge(const CaptureFact& capture) {
    if (capture.size >= kLargeObject) return true;
    if (!capture.is_container) return false;
    if (capture.filled >= 0) return capture.filled >= kLargeFill;
    return !capture.is_text;  // texts are short unless the code says otherwise
  }

  bool NeedsPart(const CaptureFact& capture, std::string* used) const {
    for (const std::string& parameter : capture.given_to) {
      const auto known = facts_.parameters.find(parameter);
      if (known == facts_.parameters.end()) return false;
      if (known->second.use == CaptureUse::kWhole) return false;
      *used += (used->empty() ? "" : ", ") + known->second.used;
    }
    return capture.use != CaptureUse::kWhole;
  }

  void Tell(const CaptureFact& capture, const std::string& used) {
    const auto function = facts_.functions.find(capture.function_id);
    if (function == facts_.functions.end()) return;
    const Step* kept = KeptAt(function->second, capture.lambda);
    if (kept == nullptr) return;
    StaticRisk risk;
    risk.pattern = Pattern::kClosureCapture;
    const bool is_sure = capture.size >= kLargeObject || capture.filled >= kLargeFill;
    risk.confidence = is_sure ? Confidence::kHigh : Confidence::kMedium;
    risk.subject = capture.function + "::" + capture.name;
    risk.subject_type = capture.type;
    risk.place = capture.place;
    risk.function = capture.function;
    risk.title = fmt::format("a stored callable has its own copy of {}, and uses {}", capture.name,
                             used.empty() ? "nothing of it" : "only " + used);
    std::string much = "all its elements";
    if (capture.size >= kLargeObject) much = fmt::format("{} bytes", capture.size);
    if (capture.filled >= kLargeFill) much = fmt::format("{} bytes", capture.filled);
    risk.cause = fmt::format(
        "The lambda captures {} by value, with {}, and is stored. The copy lives as long as the "
        "callable does, one for each that is stored, while {}.",
        capture.name, much, used.empty() ? "it is not used" : "it needs only " + used);
    risk.advice = fmt::format(
        "Capture only what is needed, as [needed = {0}…]; or share it: a std::weak_ptr to {0} "
        "where "
        "the callable must not keep it.",
        capture.name);
    risk.notes.push_back({kept->place, capture.function,
                          kept->kind == StepKind::kReturn ? "the callable is returned here"
                                                          : "the callable is stored here"});
    risks_.push_back(std::move(risk));
  }

  const OwnershipFacts& facts_;
  std::set<std::string> keepers_;
  std::vector<StaticRisk> risks_;
};

}  // namespace

std::vector<StaticRisk> ClosureCaptureRisks(const OwnershipFacts& facts) {
  return CaptureRule(facts).Risks();
}

}  // namespace memprof::scan
