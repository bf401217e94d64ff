// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_ANALYZE_FAKE_PROGRAM_TYPES_H_
#define MEMPROF_TESTS_UNIT_ANALYZE_FAKE_PROGRAM_TYPES_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/program_types.h"

namespace memprof {

/// A program's types and variables written by hand, with libstdc++'s layouts where it matters.
class FakeProgramTypes : public ProgramTypes {
 public:
  FakeProgramTypes() { types_.emplace_back(); }

  TypeId Class(const std::string& name, std::uint64_t bytes, std::vector<TypeMember> members = {}) {
    TypeInfo info;
    info.kind = TypeInfo::Kind::kClass;
    info.name = name;
    info.bytes = bytes;
    info.members = std::move(members);
    info.is_library = name.rfind("std::", 0) == 0 || name.rfind("__gnu_cxx::", 0) == 0;
    if (!info.is_library) {
      info.file = "/src/types.h";
      info.line = static_cast<int>(types_.size());
    }
    return Add(info);
  }
  TypeId Pointer(TypeId target) {
    TypeInfo info;
    info.kind = TypeInfo::Kind::kPointer;
    info.name = types_[target].name + "*";
    info.bytes = 8;
    info.target = target;
    return Add(info);
  }
  TypeId Array(TypeId element, std::uint64_t count) {
    TypeInfo info;
    info.kind = TypeInfo::Kind::kArray;
    info.name = types_[element].name + "[" + std::to_string(count) + "]";
    info.bytes = types_[element].bytes * count;
    info.target = element;
    return Add(info);
  }
  TypeId Number(const std::string& name, std::uint64_t bytes) {
    TypeInfo info;
    info.kind = TypeInfo::Kind::kOther;
    info.name = name;
    info.bytes = bytes;
    return Add(info);
  }
  /// So that a class can refer to itself.
  void SetMembers(TypeId type, std::vector<TypeMember> members) {
    types_[type].members = std::move(members);
  }

  TypeId SharedPtr(TypeId target) { return Counted(target, "shared"); }
  TypeId WeakPtr(TypeId target) { return Counted(target, "weak"); }
  TypeId UniquePtr(TypeId target) {
    return Class("std::unique_ptr<" + NameOf(target) + ">", 8, {{"_M_t", Pointer(target), 0}});
  }
  TypeId Vector(TypeId element) {
    const TypeId pointer = Pointer(element);
    return Class("std::vector<" + NameOf(element) + ">", 24,
                 {{"_M_start", pointer, 0}, {"_M_finish", pointer, 8}, {"_M_end", pointer, 16}});
  }
  /// Holds a closure on the heap at offset 0.
  TypeId Function() {
    return Class("std::function<void ()>", 32, {{"_M_object", Pointer(kNoType), 0}});
  }
  TypeId Buffer(TypeId value) {
    const TypeId buffer =
        Class("__gnu_cxx::__aligned_membuf<" + NameOf(value) + ">", types_[value].bytes);
    types_[buffer].target = value;
    return buffer;
  }
  TypeId Pair(TypeId first, TypeId second) {
    const std::uint64_t bytes = types_[first].bytes;
    return Class("std::pair<" + NameOf(first) + " const, " + NameOf(second) + ">",
                 bytes + types_[second].bytes, {{"first", first, 0}, {"second", second, bytes}});
  }
  TypeId TreeNodeBase() {
    if (tree_node_base_ == kNoType) {
      tree_node_base_ = Class("std::_Rb_tree_node_base", 32);
      const TypeId pointer = Pointer(tree_node_base_);
      SetMembers(tree_node_base_,
                 {{"_M_parent", pointer, 8}, {"_M_left", pointer, 16}, {"_M_right", pointer, 24}});
    }
    return tree_node_base_;
  }
  TypeId TreeNode(TypeId value) {
    return Class("std::_Rb_tree_node<" + NameOf(value) + " >", 32 + types_[value].bytes,
                 {{"", TreeNodeBase(), 0, true}, {"_M_storage", Buffer(value), 32}});
  }
  TypeId Map(TypeId key, TypeId value) {
    return Class("std::map<" + NameOf(key) + ", " + NameOf(value) + ">", 48,
                 {{"_M_header", TreeNodeBase(), 8}});
  }
  TypeId ListNodeBase() {
    if (list_node_base_ == kNoType) {
      list_node_base_ = Class("std::__detail::_List_node_base", 16);
      const TypeId pointer = Pointer(list_node_base_);
      SetMembers(list_node_base_, {{"_M_next", pointer, 0}, {"_M_prev", pointer, 8}});
    }
    return list_node_base_;
  }
  TypeId ListNode(TypeId value) {
    return Class("std::_List_node<" + NameOf(value) + ">", 16 + types_[value].bytes,
                 {{"", ListNodeBase(), 0, true}, {"_M_storage", Buffer(value), 16}});
  }
  TypeId List(TypeId value) {
    return Class("std::list<" + NameOf(value) + ">", 24, {{"_M_node", ListNodeBase(), 0}});
  }
  /// What std::make_shared makes: the object is at offset 16.
  TypeId SharedObject(TypeId value) {
    return Class("std::_Sp_counted_ptr_inplace<" + NameOf(value) + ", std::allocator<void>, 2>",
                 16 + types_[value].bytes, {{"_M_storage", Buffer(value), 16}});
  }
  /// What `std::shared_ptr<T>(new T)` makes beside the object: it points there at offset 16.
  TypeId ControlBlock(TypeId value) {
    return Class("std::_Sp_counted_ptr<" + NameOf(value) + "*, 2>", 24,
                 {{"_M_ptr", Pointer(value), 16}});
  }

  /// In a module's data. Returns its number.
  VariableId Global(std::uint64_t address, const std::string& name, TypeId type = kNoType,
                    const std::string& module = "/build/app_test") {
    Variable variable;
    variable.name = name;
    variable.type = type;
    variable.bytes = type == kNoType ? 8 : types_[type].bytes;
    variable.file = "/src/app.cc";
    variable.line = static_cast<int>(variables_.size()) + 1;
    variable.module = module;
    data_[address] = AddVariable(variable);
    return data_[address];
  }
  VariableId ThreadLocal(std::uint64_t module_begin, std::uint64_t offset, const std::string& name,
                         TypeId type) {
    Variable variable;
    variable.storage = Variable::Storage::kThreadLocal;
    variable.name = name;
    variable.type = type;
    variable.bytes = types_[type].bytes;
    variable.module = "/build/app_test";
    return thread_locals_[{module_begin, offset}] = AddVariable(variable);
  }
  VariableId Local(std::uint64_t pc, std::int64_t offset, const std::string& function,
                   const std::string& name, TypeId type) {
    Variable variable;
    variable.storage = Variable::Storage::kStack;
    variable.name = name;
    variable.function = function;
    variable.type = type;
    return locals_[{pc, offset}] = AddVariable(variable);
  }
  Variable& Edit(VariableId id) { return variables_[id]; }
  void VirtualTable(std::uint64_t address, TypeId type) { tables_[address] = type; }
  void Allocates(std::uint32_t stack, const BlockType& type, const std::string& place) {
    allocations_[stack] = {type, place};
  }

  std::optional<VariablePlace> DataAt(std::uint64_t address) override {
    auto after = data_.upper_bound(address);
    if (after == data_.begin()) return std::nullopt;
    const auto& [begin, variable] = *--after;
    if (address >= begin + variables_[variable].bytes) return std::nullopt;
    return VariablePlace{variable, address - begin};
  }
  std::optional<VariablePlace> ThreadLocalAt(std::uint64_t module_begin,
                                             std::uint64_t offset) override {
    const auto found = thread_locals_.find({module_begin, offset});
    if (found == thread_locals_.end()) return std::nullopt;
    return VariablePlace{found->second, 0};
  }
  std::optional<VariablePlace> StackAt(std::uint64_t pc, bool is_caller,
                                       std::int64_t offset) override {
    asked_as_caller_ = is_caller;
    const auto found = locals_.find({pc, offset});
    if (found == locals_.end()) return std::nullopt;
    return VariablePlace{found->second, 0};
  }
  const Variable& VariableOf(VariableId id) override { return variables_[id]; }
  const TypeInfo& Type(TypeId id) override { return types_[id]; }
  TypeId TypeOfVirtualTable(std::uint64_t address) override {
    const auto found = tables_.find(address);
    return found == tables_.end() ? kNoType : found->second;
  }
  BlockType AllocatedBy(std::uint32_t stack) override { return allocations_[stack].first; }
  std::string PlaceOf(std::uint32_t stack) override { return allocations_[stack].second; }

  bool asked_as_caller() const { return asked_as_caller_; }

 private:
  TypeId Add(TypeInfo info) {
    types_.push_back(std::move(info));
    return static_cast<TypeId>(types_.size() - 1);
  }
  VariableId AddVariable(Variable variable) {
    variables_.push_back(std::move(variable));
    return static_cast<VariableId>(variables_.size() - 1);
  }
  std::string NameOf(TypeId type) const { return types_[type].name; }
  TypeId Counted(TypeId target, const std::string& how) {
    const TypeId count = Class("std::__" + how + "_count<2>", 8, {{"_M_pi", Pointer(kNoType), 0}});
    return Class("std::" + how + "_ptr<" + NameOf(target) + ">", 16,
                 {{"_M_ptr", Pointer(target), 0}, {"_M_refcount", count, 8}});
  }

  std::deque<TypeInfo> types_;
  std::deque<Variable> variables_;
  std::map<std::uint64_t, VariableId> data_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, VariableId> thread_locals_;
  std::map<std::pair<std::uint64_t, std::int64_t>, VariableId> locals_;
  std::map<std::uint64_t, TypeId> tables_;
  std::map<std::uint32_t, std::pair<BlockType, std::string>> allocations_;
  TypeId tree_node_base_ = kNoType;
  TypeId list_node_base_ = kNoType;
  bool asked_as_caller_ = false;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_ANALYZE_FAKE_PROGRAM_TYPES_H_
