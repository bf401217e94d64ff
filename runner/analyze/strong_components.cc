// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "runner/analyze/heap_graph.h"

namespace memprof {
namespace {

/// Each node has one number. 0: not seen. While its component is open, the smallest number of what
/// it is known to reach among the open nodes, counted from 1 in the order they were met; then the
/// component's, counted down from `size`.
///
///     0          1 … next_ - 1              … size
///     not seen   open, at most so many      components that are done
///
/// The two ranges never meet: a component that is done gives its nodes' numbers back and takes one.
class ComponentSearch {
 public:
  explicit ComponentSearch(const HeapGraph& graph)
      : graph_(graph),
        numbers_(graph.size()),
        component_(static_cast<std::uint32_t>(graph.size())) {}

  Components Run() && {
    const auto size = static_cast<std::uint32_t>(graph_.size());
    for (std::uint32_t node = 0; node < size; ++node) {
      if (numbers_[node] == 0) Search(node);
    }
    for (std::uint32_t& number : numbers_) number = size - number;
    return {std::move(numbers_), size - component_};
  }

 private:
  struct Step {
    std::uint32_t node;
    std::uint32_t met_as;  ///< the number it had first
    std::span<const std::uint32_t> rest;
  };

  void Enter(std::uint32_t node) {
    numbers_[node] = next_;
    path_.push_back({node, next_, graph_.From(node)});
    ++next_;
  }

  void Search(std::uint32_t start) {
    Enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.rest.empty()) {
        const Step done = step;
        path_.pop_back();
        Leave(done);
        if (!path_.empty()) Lower(path_.back().node, done.node);
        continue;
      }
      const std::uint32_t successor = step.rest.front();
      step.rest = step.rest.subspan(1);
      if (numbers_[successor] == 0) {
        Enter(successor);
      } else {
        Lower(step.node, successor);
      }
    }
  }

  void Lower(std::uint32_t node, std::uint32_t successor) {
    if (numbers_[successor] < numbers_[node]) numbers_[node] = numbers_[successor];
  }

  void Leave(const Step& step) {
    if (numbers_[step.node] !=
        step.met_as) {  // it reaches what was met before: no component's root
      waiting_.push_back(step.node);
      return;
    }
    --next_;
    while (!waiting_.empty() && numbers_[waiting_.back()] >= step.met_as) {
      numbers_[waiting_.back()] = component_;
      waiting_.pop_back();
      --next_;
    }
    numbers_[step.node] = component_;
    --component_;
  }

  const HeapGraph& graph_;
  std::vector<std::uint32_t> numbers_;
  std::vector<Step> path_;
  std::vector<std::uint32_t> waiting_;  ///< left, and of a component that is still open
  std::uint32_t next_ = 1;
  std::uint32_t component_;
};

}  // namespace

Components StrongComponents(const HeapGraph& graph) { return ComponentSearch(graph).Run(); }

}  // namespace memprof
