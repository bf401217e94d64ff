// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/allocation_types.h"

#include <string_view>

#include "runner/symbols/allocating_function.h"
#include "runner/symbols/demangled.h"
#include "runner/symbols/scoped_type.h"
#include "runner/symbols/system_library.h"
#include "runner/symbols/template_argument.h"

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

/// -g1 and -gline-tables-only note no scopes: there the linkage name says more.
std::string FunctionName(const Dwarf_Die& function, DebugNames& names) {
  std::string name = names.Qualified(function);
  if (name.find("::") != kNone) return name;
  const char* linkage = LinkageName(function);
  return linkage != nullptr ? Demangled(linkage) : name;
}

/// libstdc++'s functions, in the library or in the program.
bool IsStandard(std::string_view function) {
  // A template's instance in the symbol table has its return type in front.
  const std::string_view name = function.substr(0, function.find('('));
  return name.starts_with("std::") || name.starts_with("__gnu_cxx::") ||
         name.find(" std::") != kNone || name.find(" __gnu_cxx::") != kNone;
}

std::string SharedCounts(const std::string& type) {
  return "std::_Sp_counted_ptr_inplace<" + type + ", std::allocator<void>, " +
         "(__gnu_cxx::_Lock_policy)2>";
}

std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

AllocationTypes::AllocationTypes(const std::vector<RecordedStack>& stacks, ProgramModules& modules,
                                 DebugNames& names, TypeTable& types, ReadFile read_file)
    : stacks_(stacks),
      modules_(modules),
      names_(names),
      types_(types),
      read_file_(std::move(read_file)) {}

const char* AllocationTypes::SymbolAt(const ModulePlace& place) {
  Dwfl_Module* module = place.file->module();
  SymbolTable& symbols = symbols_.try_emplace(place.file, module).first->second;
  return symbols.At(place.offset + place.file->bias());
}

std::vector<AllocationTypes::Frame> AllocationTypes::ReadFrames(const ModulePlace& place) {
  std::vector<Frame> frames;
  for (CodePlace& code : place.file->PlacesAt(place.offset)) {
    frames.emplace_back().place = std::move(code);
  }
  if (frames.empty()) frames.emplace_back();
  for (Frame& frame : frames) {
    if (frame.place.function.addr != nullptr) {
      frame.function = FunctionName(frame.place.function, names_);
    }
  }
  Frame& outermost = frames.back();
  if (outermost.function.find("::") == std::string::npos) {
    const char* symbol = SymbolAt(place);
    if (symbol != nullptr) outermost.function = Demangled(symbol);
  }
  const bool system = IsSystemLibrary(place.file->path());
  for (Frame& frame : frames) Complete(system, frame);
  return frames;
}

void AllocationTypes::Complete(bool in_system_library, Frame& frame) {
  using Tells = AllocatingFunction::Tells;
  const CodePlace& place = frame.place;
  const bool standard =
      place.file.empty() ? IsStandard(frame.function) : IsSystemHeader(place.file);
  frame.is_users = !in_system_library && !standard;
  const AllocatingFunction read = ReadAllocatingFunction(frame.function);
  frame.passes_on = read.tells == Tells::kPassesOn;
  if (frame.passes_on || read.tells == Tells::kNothing) return;

  BlockType& told = frame.told;
  told.is_array = read.is_array;
  told.source = BlockType::Source::kAllocatorFrame;
  if (place.function.addr != nullptr && read.tells != Tells::kName) {
    std::optional<Dwarf_Die> owner = place.function;
    if (read.tells == Tells::kClassArgument) owner = ClassAround(place.function, names_);
    const std::optional<Dwarf_Die> argument = owner ? FirstTemplateArgument(*owner) : std::nullopt;
    told.type = argument ? types_.TypeOf(*argument) : kNoType;
    // The argument of make_unique<T[]>.
    const TypeInfo& info = types_.Info(told.type);
    if (info.kind == TypeInfo::Kind::kArray && info.bytes == 0) {
      told.type = info.target;
      told.is_array = true;
    }
  }
  if (told.type == kNoType) told.type = types_.Named(read.type);
  if (told.type == kNoType) told = {};
}

std::vector<AllocationTypes::Frame>& AllocationTypes::FramesAt(std::uint64_t return_address,
                                                               std::uint32_t epoch) {
  const std::optional<ModulePlace> place = modules_.At(return_address - 1, epoch);
  if (!place) return no_frames_;
  const auto [entry, is_new] = frames_.try_emplace({place->file, place->offset});
  if (is_new) entry->second = ReadFrames(*place);
  return entry->second;
}

TypeId AllocationTypes::TypeWritten(const CodePlace& place, const std::string& name) {
  return place.function.addr != nullptr ? TypeInScope(place.function, name, names_, types_)
                                        : types_.Named(name);
}

bool AllocationTypes::IsDescribed(TypeId type) {
  return types_.Info(type).kind != TypeInfo::Kind::kUnknown;
}

BlockType AllocationTypes::ReadText(const Frame& frame) {
  const CodePlace& place = frame.place;
  if (place.file.empty() || place.line <= 0) return {};
  auto source = sources_.find(place.file);
  if (source == sources_.end()) {
    source = sources_.emplace(place.file, NewExpressions(read_file_(place.file))).first;
  }
  const NewExpression* found = source->second.At(place.line, place.column);
  if (found == nullptr) return {};
  TypeId type = TypeWritten(place, found->type);
  const std::string alias = source->second.AliasOf(found->type);
  if (!IsDescribed(type) && !alias.empty()) type = TypeWritten(place, alias);
  // A library's own alias, as `_Wrapper`, tells nobody anything.
  if (type == kNoType || (!IsDescribed(type) && !frame.is_users)) return {};
  if (found->form != NewExpression::Form::kMakeShared) {
    return {type, found->is_array, BlockType::Source::kSourceText};
  }
  // An array lies behind its counts in a block whose type has other names.
  if (found->is_array) return {};
  return {types_.Named(SharedCounts(types_.Info(type).name)), false,
          BlockType::Source::kSourceText};
}

BlockType AllocationTypes::Of(std::uint32_t stack) {
  if (stack >= stacks_.size()) return {};
  const auto [known, is_new] = known_.try_emplace(stack);
  if (!is_new) return known->second;
  // The text tells of what the function at hand allocates itself.
  bool called_directly = true;
  for (const std::uint64_t address : stacks_[stack].addresses) {
    for (Frame& frame : FramesAt(address, stacks_[stack].epoch)) {
      BlockType block = frame.told;
      if (block.type == kNoType && called_directly) {
        if (!frame.text) frame.text = ReadText(frame);
        block = *frame.text;
      }
      if (block.type != kNoType) return known_[stack] = block;
      if (frame.passes_on) continue;
      if (frame.is_users) return {};
      called_directly = false;
    }
  }
  return {};
}

std::string AllocationTypes::PlaceOf(std::uint32_t stack) {
  if (stack >= stacks_.size()) return {};
  const CodePlace* any = nullptr;
  const CodePlace* users = nullptr;
  for (const std::uint64_t address : stacks_[stack].addresses) {
    for (const Frame& frame : FramesAt(address, stacks_[stack].epoch)) {
      if (frame.place.file.empty()) continue;
      if (any == nullptr) any = &frame.place;
      // Where the program asked its own allocator.
      if (users == nullptr && frame.is_users && !frame.passes_on) users = &frame.place;
    }
    if (users != nullptr) break;
  }
  const CodePlace* place = users != nullptr ? users : any;
  return place == nullptr ? "" : FileName(place->file) + ":" + std::to_string(place->line);
}

}  // namespace memprof
