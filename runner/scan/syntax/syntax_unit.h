// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_SYNTAX_SYNTAX_UNIT_H_
#define MEMPROF_RUNNER_SCAN_SYNTAX_SYNTAX_UNIT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "runner/scan/place.h"
#include "runner/scan/syntax/syntax_node.h"

namespace memprof::scan {

/// The code of one translation unit that is not of system headers, as a tree of plain values, so
/// that what looks for risks is tested and reads without a compiler's library. nodes[0] is the
/// unit.
class SyntaxUnit {
 public:
  std::vector<SyntaxNode> nodes;
  std::vector<std::string> files;  ///< absolute, without `..`

  SyntaxUnit() = default;
  SyntaxUnit(SyntaxUnit&&) = default;
  SyntaxUnit& operator=(SyntaxUnit&&) = default;

  /// The text, kept for as long as this lives.
  std::string_view Keep(std::string_view text);

  const SyntaxNode& operator[](std::uint32_t index) const { return nodes[index]; }
  Place PlaceOf(std::uint32_t index) const;

  /// The child with this number, 0 (the unit) where there are not so many.
  std::uint32_t Child(std::uint32_t index, std::size_t number) const;

  /// The nearest node above `index` of which `matches` is true; 0 where there is none.
  std::uint32_t Above(std::uint32_t index,
                      const std::function<bool(const SyntaxNode&)>& matches) const;
  /// The function, method, constructor, destructor or lambda that it is in; 0: none.
  std::uint32_t FunctionOf(std::uint32_t index) const;
  /// The same, but no lambda.
  std::uint32_t NamedFunctionOf(std::uint32_t index) const;
  /// The class that it is a member of, or in whose member function it is; 0: none.
  std::uint32_t ClassOf(std::uint32_t index) const;
  /// Whether it is within a loop of its own function.
  bool InLoop(std::uint32_t index) const;

  /// Calls `visit` for `index` and all below it, in the order of the code. Where it returns false
  /// what is below is left out.
  void Walk(std::uint32_t index, const std::function<bool(std::uint32_t)>& visit) const;

 private:
  std::unordered_set<std::string> texts_;
};

/// Whether it is a function of any kind, but no lambda.
bool IsFunction(const SyntaxNode& node);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_SYNTAX_SYNTAX_UNIT_H_
