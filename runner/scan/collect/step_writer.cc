// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/step_writer.h"

#include <algorithm>
#include <utility>

namespace memprof::scan {

StepWriter::StepWriter(const SyntaxUnit& unit, std::uint32_t function) : unit_(unit) {
  const SyntaxNode& node = unit_[function];
  function_.id = node.id;
  function_.qualified = node.qualified;
  function_.place = unit_.PlaceOf(function);
  function_.is_constructor = node.kind == NodeKind::kConstructor;
  function_.is_destructor = node.kind == NodeKind::kDestructor;
  function_.is_assignment = node.name == "operator=";
  if (!node.class_id.empty()) {
    const std::size_t colons = node.qualified.rfind("::");
    function_.class_key = node.qualified.substr(0, colons);
    // Their classes in unnamed namespaces are told apart by file, as ClassKey() does.
    if (node.class_id.find("@aN@") != std::string_view::npos) {
      function_.class_key += "@" + function_.place.file;
    }
  }
}

FunctionSteps StepWriter::Take() { return std::move(function_); }

Step& StepWriter::Emit(StepKind kind, std::uint32_t index) {
  Step& step = function_.steps.emplace_back();
  step.kind = kind;
  step.place = unit_.PlaceOf(index);
  return step;
}

Registers StepWriter::Fresh(std::uint32_t index) {
  const int result = NewRegister();
  Emit(StepKind::kNew, index).result = result;
  return {result};
}

Registers StepWriter::Read(Registers objects, std::string_view member, std::uint32_t index) {
  const int result = NewRegister();
  Step& step = Emit(StepKind::kRead, index);
  step.result = result;
  step.objects = std::move(objects);
  step.member = member;
  return {result};
}

void StepWriter::Store(const Target& target, const Registers& values, std::uint32_t index) {
  if (target.member.empty()) {
    if (target.local.empty()) return;
    if (target.is_element) {
      Append(values, &variables_[target.local]);
    } else {
      variables_[target.local] = values;
    }
    return;
  }
  Step& step = Emit(target.is_element ? StepKind::kAdd : StepKind::kWrite, index);
  step.objects = target.objects;
  step.member = target.member;
  step.values = values;
}

Registers StepWriter::Set(std::string_view variable, Registers values) {
  return variables_[variable] = std::move(values);
}

const Registers* StepWriter::Find(std::string_view variable) const {
  const auto known = variables_.find(variable);
  return known == variables_.end() ? nullptr : &known->second;
}

void StepWriter::Append(const Registers& more, Registers* all) {
  for (const int each : more) {
    if (std::find(all->begin(), all->end(), each) == all->end()) all->push_back(each);
  }
}

}  // namespace memprof::scan
