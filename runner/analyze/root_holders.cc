// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/root_holders.h"

#include <algorithm>
#include <cstddef>

#include "runner/analyze/block_type_name.h"
#include "runner/analyze/foreign_variable.h"
#include "runner/analyze/function_name.h"
#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

const MemberPlace kNoMember;

Holder::Kind KindOf(Variable::Storage storage) {
  switch (storage) {
    case Variable::Storage::kClassStatic:
      return Holder::Kind::kClassStatic;
    case Variable::Storage::kFunctionStatic:
      return Holder::Kind::kFunctionStatic;
    case Variable::Storage::kThreadLocal:
      return Holder::Kind::kThreadLocal;
    case Variable::Storage::kStack:
      return Holder::Kind::kStack;
    case Variable::Storage::kGlobal:
      break;
  }
  return Holder::Kind::kGlobal;
}

/// The main thread's stack lies above all mappings, and so above all other stacks.
std::uint32_t MainThread(const std::vector<SnapshotThread>& threads) {
  const auto main =
      std::max_element(threads.begin(), threads.end(),
                       [](const auto& a, const auto& b) { return a.stack_end < b.stack_end; });
  return static_cast<std::uint32_t>(main - threads.begin());
}

}  // namespace

std::string HolderKey(const Holder& holder) {
  std::string key = std::to_string(static_cast<int>(holder.kind));
  for (const std::string* part : {&holder.symbol, &holder.file, &holder.module, &holder.function}) {
    key += '\n';
    key += *part;
  }
  // A thread-local variable has more copies in a later snapshot.
  const bool is_thread_local = holder.kind == Holder::Kind::kThreadLocal && !holder.type.empty();
  return is_thread_local ? key : key + '\n' + holder.thread;
}

RootHolders::RootHolders(const HeapSnapshot& snapshot, const RecordedTrace& trace,
                         ProgramTypes& types, MemberPaths& members)
    : snapshot_(snapshot),
      types_(types),
      members_(members),
      main_thread_(MainThread(snapshot.threads)),
      of_root_(snapshot.roots.size(), UINT32_MAX) {
  for (const RecordedModule& module : trace.modules) {
    const std::uint32_t epoch = snapshot.module_epoch;
    if (module.first_epoch > epoch || epoch > module.last_epoch) continue;
    modules_.push_back({module.begin, module.end, module.path});
  }
  std::sort(modules_.begin(), modules_.end(),
            [](const LoadedModule& a, const LoadedModule& b) { return a.begin < b.begin; });
}

void RootHolders::FindData(const record::RootWord& word, Found& found) {
  if (word.address >= last_.begin && word.address < last_.end) {
    found.place = VariablePlace{last_.variable, word.address - last_.begin};
    return;
  }
  found.place = types_.DataAt(word.address);
  if (found.place) {
    const std::uint64_t begin = word.address - found.place->offset;
    const std::uint64_t bytes = types_.VariableOf(found.place->variable).bytes;
    last_ = {begin, begin + bytes, found.place->variable};
    return;
  }
  const auto after = std::upper_bound(
      modules_.begin(), modules_.end(), word.address,
      [](std::uint64_t address, const LoadedModule& module) { return address < module.begin; });
  if (after == modules_.begin() || word.address >= std::prev(after)->end) return;
  found.module = static_cast<std::uint32_t>(std::prev(after) - modules_.begin());
}

void RootHolders::FindThreadLocal(const record::RootWord& word, Found& found) {
  found.is_thread_data = true;
  if (word.thread >= snapshot_.threads.size()) return;
  for (const SnapshotThreadLocalArea& area : snapshot_.threads[word.thread].thread_locals) {
    if (word.address < area.begin || word.address >= area.end) continue;
    found.place = types_.ThreadLocalAt(area.module_begin, word.address - area.begin);
    found.is_thread_data = false;
    return;
  }
}

void RootHolders::FindStack(const record::RootWord& word, Found& found) {
  if (word.thread >= snapshot_.threads.size()) return;
  const auto& frames = snapshot_.threads[word.thread].frames;
  const auto frame = std::find_if(frames.begin(), frames.end(),
                                  [&](const auto& each) { return word.address < each.cfa; });
  if (frame == frames.end()) return;
  found.place = types_.StackAt(frame->pc, frame != frames.begin(),
                               static_cast<std::int64_t>(word.address - frame->cfa));
}

RootHolders::Found RootHolders::Find(const record::RootWord& word) {
  Found found;
  switch (word.kind) {
    case record::kRootThreadLocal:
      found.kind = Holder::Kind::kThreadLocal;
      found.thread = word.thread;
      FindThreadLocal(word, found);
      break;
    case record::kRootStack:
      found.kind = Holder::Kind::kStack;
      found.thread = word.thread;
      FindStack(word, found);
      break;
    case record::kRootRegister:
      found.kind = Holder::Kind::kRegister;
      found.thread = word.thread;
      break;
    case record::kRootMapping:
      found.kind = Holder::Kind::kMapping;
      break;
    default:
      FindData(word, found);
  }
  return found;
}

const MemberPlace& RootHolders::MemberOf(const Found& found) {
  if (!found.place) return kNoMember;
  const TypeId type = types_.VariableOf(found.place->variable).type;
  return type == kNoType ? kNoMember : members_.At(type, found.place->offset);
}

const MemberPlace& RootHolders::PlaceOf(std::uint32_t root) {
  return MemberOf(Find(snapshot_.roots[root]));
}

std::uint32_t RootHolders::Of(std::uint32_t root) {
  if (of_root_[root] != UINT32_MAX) return of_root_[root];
  const Found found = Find(snapshot_.roots[root]);
  std::string key = std::to_string(static_cast<int>(found.kind)) + ' ' +
                    std::to_string(found.module) + (found.is_thread_data ? "t " : " ");
  // Threads without names of their own are one holder, else each of a hundred would hold a little.
  // So are the copies of a thread-local variable.
  const bool is_thread_local = found.kind == Holder::Kind::kThreadLocal && found.place;
  if (found.thread != UINT32_MAX && !is_thread_local) key += ThreadName(found.thread) + '\n';
  if (found.place) key += std::to_string(found.place->variable) + ' ' + MemberOf(found).path;
  const auto [entry, is_new] = numbers_.try_emplace(std::move(key), size());
  if (is_new) {
    holders_.push_back(Describe(found));
  } else if (is_thread_local && holders_[entry->second].thread != ThreadName(found.thread)) {
    holders_[entry->second].thread = "several threads";
  }
  return of_root_[root] = entry->second;
}

std::string RootHolders::ThreadName(std::uint32_t thread) const {
  if (thread >= snapshot_.threads.size()) return "a thread";
  if (thread == main_thread_) return "main thread";
  const std::string& name = snapshot_.threads[thread].name;
  // A thread has the program's name until it is given one.
  const bool own = !name.empty() && name != snapshot_.threads[main_thread_].name;
  return own ? "thread " + name : "a thread";
}

void RootHolders::DescribeVariable(const Variable& variable, const MemberPlace& member,
                                   Holder& holder) {
  holder.kind = KindOf(variable.storage);
  holder.symbol = variable.name;
  const bool on_stack = holder.kind == Holder::Kind::kStack;
  if (!on_stack && !variable.function.empty()) {
    holder.symbol = ShortFunctionName(variable.function) + "()::" + variable.name;
  }
  if (!member.path.empty()) holder.symbol += "." + member.path;
  const TypeId type = member.path.empty() ? variable.type : member.type;
  if (type != kNoType) holder.type = ReadableTypeName(types_.Type(type).name);
  holder.file = variable.file;
  holder.line = variable.line;
  holder.function = variable.function;
  if (!on_stack) holder.module = variable.module;
  holder.is_foreign = IsForeignVariable(variable, types_);
}

Holder RootHolders::Describe(const Found& found) {
  Holder holder;
  holder.kind = found.kind;
  if (found.place) {
    DescribeVariable(types_.VariableOf(found.place->variable), MemberOf(found), holder);
  } else if (found.is_thread_data) {
    // struct pthread and what lies beside it: the first slots of pthread_setspecific.
    holder.symbol = "thread-specific data (pthread_setspecific)";
  } else if (found.module != UINT32_MAX) {
    holder.module = modules_[found.module].path;
    holder.is_foreign = IsSystemLibrary(holder.module);
  }
  if (found.thread != UINT32_MAX) holder.thread = ThreadName(found.thread);
  return holder;
}

}  // namespace memprof
