// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/heap_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>

#include "runner/parse/record_cursor.h"
#include "runner/parse/record_sequence.h"
#include "runner/parse/record_trace.h"

namespace memprof {
namespace {

constexpr std::uint32_t kAllWeakBits = record::kWeakHighTag | record::kWeakPastEnd;

/// In front of every array.
struct ArrayHeader {
  std::uint32_t count;
  std::uint32_t weak;  ///< of kSnapshotWeakEdges the WeakBits; elsewhere reserved
};

/// What may stand at one place in the order of edges and image words.
using Place = std::pair<std::uint32_t, std::uint32_t>;
Place PlaceOf(const record::HeapEdge& edge) { return {edge.from, edge.from_offset}; }
Place PlaceOf(const record::ImageWord& word) { return {word.block, word.offset}; }

/// Assembles a snapshot from its records, one at a time. Functions that return bool say false when
/// the payload does not fit what came before it.
class SnapshotAssembler {
 public:
  SnapshotAssembler(const RecordedSnapshot& recorded, const RecordedTrace& trace)
      : recorded_(recorded) {
    snapshot_.number = recorded.what.number;
    snapshot_.iteration = recorded.what.iteration;
    for (std::size_t i = 0; i < trace.origin_numbers.size(); ++i) {
      origins_.Define(trace.origin_numbers[i], i);
    }
  }

  /// Counts what a record will add. Must be called for all of them, then MakeRoom(), then Add().
  bool Count(std::uint16_t type, RecordCursor payload) {
    switch (type) {
      case record::kSnapshotBlocks:
        return CountOf<record::HeapBlock>(payload, &blocks_);
      case record::kSnapshotEdges:
        return CountOf<record::HeapEdge>(payload, &edges_);
      case record::kSnapshotWeakEdges:
        return CountOf<record::HeapEdge>(payload, &weak_edges_);
      case record::kSnapshotRoots:
        return CountOf<record::RootWord>(payload, &roots_);
      case record::kSnapshotImageWords:
        return CountOf<record::ImageWord>(payload, &image_words_);
      default:
        return true;
    }
  }

  void MakeRoom() {
    snapshot_.blocks.reserve(blocks_);
    snapshot_.edges.reserve(edges_);
    snapshot_.weak_edges.reserve(weak_edges_);
    snapshot_.weak_bits.reserve(weak_edges_);
    snapshot_.roots.reserve(roots_);
    snapshot_.image_words.reserve(image_words_);
  }

  bool Add(std::uint16_t type, RecordCursor payload) {
    if (!started_ && type != record::kSnapshotStart) return false;
    switch (type) {
      case record::kSnapshotStart:
        return Start(payload);
      case record::kSnapshotThread:
        return AddThread(payload);
      case record::kSnapshotFrames:
        return AddFrames(payload);
      case record::kSnapshotThreadLocal:
        return AddThreadLocal(payload);
      case record::kSnapshotBlocks:
        return AddBlocks(payload);
      case record::kSnapshotRoots:
        return AddRoots(payload);
      case record::kSnapshotEdges:
        return AddEdges(payload);
      case record::kSnapshotWeakEdges:
        return AddWeakEdges(payload);
      case record::kSnapshotImageWords:
        return AddImageWords(payload);
      case record::kSnapshotEnd:
        return End(payload);
      default:
        return true;  // of a newer minor version
    }
  }

  /// Why the last record does not fit, a clause; empty when nothing more is known.
  const std::string& problem() const { return problem_; }

  HeapSnapshot Finish() && {
    SortWeakEdges();
    snapshot_.why_partial = WhyPartial();
    return std::move(snapshot_);
  }

 private:
  template <class T>
  static bool CountOf(RecordCursor& payload, std::size_t* count) {
    ArrayHeader header;
    if (!payload.Take(&header) || !payload.Holds(header.count, sizeof(T))) return false;
    *count += header.count;
    return *count < UINT32_MAX;
  }

  /// Takes the array to the end of `values`. The position of the first one that is new, or none.
  template <class T>
  static std::optional<std::size_t> TakeArray(RecordCursor& payload, std::vector<T>* values,
                                              std::uint32_t* weak = nullptr) {
    ArrayHeader header;
    if (!payload.Take(&header) || !payload.Holds(header.count, sizeof(T))) return std::nullopt;
    if (weak != nullptr) *weak = header.weak;
    const std::size_t before = values->size();
    values->resize(before + header.count);
    payload.Take(values->data() + before, header.count);
    return before;
  }

  bool Start(RecordCursor& payload) {
    record::SnapshotStart start;
    if (started_ || !payload.Take(&start)) return false;
    started_ = true;
    snapshot_.module_epoch = start.module_epoch;
    if (start.number == snapshot_.number && start.iteration == snapshot_.iteration) return true;
    problem_ = fmt::format("is number {} of iteration {}, and the record speaks of {} of {}",
                           start.number, start.iteration, snapshot_.number, snapshot_.iteration);
    return false;
  }

  bool AddThread(RecordCursor& payload) {
    record::SnapshotThread thread;
    SnapshotThread added;
    if (!payload.Take(&thread) || !payload.Take(&added.name) ||
        thread.thread != snapshot_.threads.size() || thread.state > record::kThreadUnparked ||
        thread.stack_begin > thread.stack_end) {
      return false;
    }
    added.tid = thread.tid;
    added.state = static_cast<record::ThreadState>(thread.state);
    added.stack_begin = thread.stack_begin;
    added.stack_end = thread.stack_end;
    snapshot_.threads.push_back(std::move(added));
    return true;
  }

  bool AddFrames(RecordCursor& payload) {
    record::SnapshotFrames header;
    if (!payload.Take(&header) || header.thread >= snapshot_.threads.size() ||
        !payload.Holds(header.count, sizeof(record::StackFrame))) {
      return false;
    }
    std::vector<record::StackFrame>& frames = snapshot_.threads[header.thread].frames;
    const std::size_t before = frames.size();
    frames.resize(before + header.count);
    return payload.Take(frames.data() + before, header.count);
  }

  bool AddThreadLocal(RecordCursor& payload) {
    record::SnapshotThreadLocal area;
    if (!payload.Take(&area) || area.thread >= snapshot_.threads.size() || area.begin > area.end) {
      return false;
    }
    snapshot_.threads[area.thread].thread_locals.push_back(
        {area.module_begin, area.begin, area.end});
    return true;
  }

  bool AddBlocks(RecordCursor& payload) {
    std::vector<record::HeapBlock>& blocks = snapshot_.blocks;
    const auto first = TakeArray(payload, &blocks);
    if (!first) return false;
    for (std::size_t i = *first; i < blocks.size(); ++i) {
      if (i > 0 && blocks[i].address <= blocks[i - 1].address) return false;
      const std::uint32_t number = blocks[i].origin;
      blocks[i].origin = number == 0 ? kNoOrigin : origins_.Find(number).value_or(kNoOrigin);
    }
    return true;
  }

  bool AddRoots(RecordCursor& payload) {
    std::vector<record::RootWord>& roots = snapshot_.roots;
    const auto first = TakeArray(payload, &roots);
    if (!first) return false;
    return std::all_of(roots.begin() + static_cast<std::ptrdiff_t>(*first), roots.end(),
                       [this](const record::RootWord& root) {
                         return root.block < blocks_ && root.weak <= kAllWeakBits &&
                                IsThere(root.kind, root.thread);
                       });
  }

  /// Whether there are such roots, of such a thread.
  bool IsThere(std::uint32_t kind, std::uint32_t thread) const {
    switch (kind) {
      case record::kRootData:
      case record::kRootMapping:
        return true;
      case record::kRootThreadLocal:
      case record::kRootStack:
      case record::kRootRegister:
        return thread < snapshot_.threads.size();
      default:
        return false;
    }
  }

  bool AreEdges(const std::vector<record::HeapEdge>& edges, std::size_t first, Place* last) const {
    for (std::size_t i = first; i < edges.size(); ++i) {
      if (edges[i].from >= blocks_ || edges[i].to >= blocks_ || PlaceOf(edges[i]) < *last) {
        return false;
      }
      *last = PlaceOf(edges[i]);
    }
    return true;
  }

  bool AddEdges(RecordCursor& payload) {
    const auto first = TakeArray(payload, &snapshot_.edges);
    return first && AreEdges(snapshot_.edges, *first, &last_edge_);
  }

  bool AddWeakEdges(RecordCursor& payload) {
    std::uint32_t weak = 0;
    const auto first = TakeArray(payload, &snapshot_.weak_edges, &weak);
    if (!first || weak == 0 || weak > kAllWeakBits) return false;
    snapshot_.weak_bits.resize(snapshot_.weak_edges.size(), static_cast<std::uint8_t>(weak));
    return AreEdges(snapshot_.weak_edges, *first, &last_weak_edge_[weak]);
  }

  bool AddImageWords(RecordCursor& payload) {
    std::vector<record::ImageWord>& words = snapshot_.image_words;
    const auto first = TakeArray(payload, &words);
    if (!first) return false;
    for (std::size_t i = *first; i < words.size(); ++i) {
      if (words[i].block >= blocks_ || (i > 0 && PlaceOf(words[i]) < PlaceOf(words[i - 1]))) {
        return false;
      }
    }
    return true;
  }

  bool End(RecordCursor& payload) {
    if (!payload.Take(&end_) || end_.state > record::kSnapshotMissing) return false;
    if (end_.blocks == snapshot_.blocks.size() && end_.edges == snapshot_.edges.size() &&
        end_.roots == snapshot_.roots.size()) {
      return true;
    }
    problem_ = fmt::format("has {} blocks, {} edges and {} roots, and its end says {}, {} and {}",
                           snapshot_.blocks.size(), snapshot_.edges.size(), snapshot_.roots.size(),
                           end_.blocks, end_.edges, end_.roots);
    return false;
  }

  /// Each record is of one way to be weak, so that those of two ways come in turns.
  void SortWeakEdges() {
    std::vector<record::HeapEdge>& edges = snapshot_.weak_edges;
    const auto by_place = [](const record::HeapEdge& a, const record::HeapEdge& b) {
      return PlaceOf(a) < PlaceOf(b);
    };
    if (std::is_sorted(edges.begin(), edges.end(), by_place)) return;
    std::vector<std::uint32_t> order(edges.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&edges](std::uint32_t a, std::uint32_t b) {
      return std::pair(PlaceOf(edges[a]), a) < std::pair(PlaceOf(edges[b]), b);
    });
    std::vector<record::HeapEdge> sorted_edges;
    std::vector<std::uint8_t> sorted_bits;
    sorted_edges.reserve(order.size());
    sorted_bits.reserve(order.size());
    for (const std::uint32_t i : order) {
      sorted_edges.push_back(edges[i]);
      sorted_bits.push_back(snapshot_.weak_bits[i]);
    }
    edges = std::move(sorted_edges);
    snapshot_.weak_bits = std::move(sorted_bits);
  }

  std::string WhyPartial() const {
    std::string why;
    const auto because = [&why](const std::string& clause) {
      why += (why.empty() ? "" : ", and ") + clause;
    };
    const auto unparked =
        std::count_if(snapshot_.threads.begin(), snapshot_.threads.end(),
                      [](const auto& thread) { return thread.state == record::kThreadUnparked; });
    if (!recorded_.why.empty()) {
      because(recorded_.why);
    } else if (unparked > 0) {
      because(unparked == 1 ? "one thread ran on while it was taken"
                            : fmt::format("{} threads ran on while it was taken", unparked));
    } else if (recorded_.what.state != record::kSnapshotWhole) {
      because("the test process could not see all of its memory");
    }
    if (end_.unread_bytes > 0) {
      because(fmt::format("{} bytes of memory could not be read", end_.unread_bytes));
    } else if (why.empty() && end_.state != record::kSnapshotWhole) {
      because("some of the memory could not be read");
    }
    return why;
  }

  const RecordedSnapshot& recorded_;
  RecordNumbers origins_;
  HeapSnapshot snapshot_;
  std::size_t blocks_ = 0;  ///< in all records; so are the others
  std::size_t edges_ = 0;
  std::size_t weak_edges_ = 0;
  std::size_t roots_ = 0;
  std::size_t image_words_ = 0;
  Place last_edge_ = {};
  Place last_weak_edge_[kAllWeakBits + 1] = {};
  bool started_ = false;
  std::string problem_;
  record::SnapshotEnd end_ = {};
};

Error Damaged(std::string message) {
  return {ErrorKind::kDamaged, std::move(message),
          "the test process, or its copy that wrote the file, may have been killed while it was "
          "written; run the tests again"};
}

}  // namespace

Result<HeapSnapshot> ParseHeapSnapshot(std::string_view bytes, const RecordedSnapshot& snapshot,
                                       const RecordedTrace& trace) {
  Result<RecordSequence> opened = RecordSequence::Open(bytes);
  if (!opened) {
    Error error = opened.error();
    error.message = "a heap snapshot cannot be read: " + error.message;
    return error.kind == ErrorKind::kDamaged ? Damaged(std::move(error.message)) : error;
  }
  RecordSequence& sequence = opened.value();
  const auto contradiction = [&bytes](const RawRecord& raw) {
    return Damaged(fmt::format("a heap snapshot contradicts itself in the record before byte {}",
                               raw.payload.data() + raw.payload.size() - bytes.data()));
  };
  SnapshotAssembler assembler(snapshot, trace);
  // All records are seen, and their checksums, before room is made: an array that grew with each of
  // them would take twice the memory. What is kept of a record until then is a few words.
  std::vector<RawRecord> records;
  while (records.empty() || records.back().type != record::kSnapshotEnd) {
    const std::optional<RawRecord> raw = sequence.Next();
    if (!raw) {
      return Damaged(fmt::format("a heap snapshot is not whole: {}", sequence.damage().empty()
                                                                         ? "its end is missing"
                                                                         : sequence.damage()));
    }
    if (!assembler.Count(raw->type, RecordCursor(raw->payload))) return contradiction(*raw);
    records.push_back(*raw);
  }
  assembler.MakeRoom();
  for (const RawRecord& raw : records) {
    if (assembler.Add(raw.type, RecordCursor(raw.payload))) continue;
    if (assembler.problem().empty()) return contradiction(raw);
    return Damaged("a heap snapshot " + assembler.problem());
  }
  return std::move(assembler).Finish();
}

}  // namespace memprof
