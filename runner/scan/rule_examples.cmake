# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0

# Builds the example files of the rules into memprof_runner, for `memprof scan --explain`: those that
# the rules are tested with, so that what is told is what holds. Included, it adds the step; run as a
# script (-P) it is the step.
if(CMAKE_SCRIPT_MODE_FILE)
  set(entries "")
  foreach(file IN LISTS FILES)
    cmake_path(GET file STEM which)
    cmake_path(GET file PARENT_PATH directory)
    cmake_path(GET directory FILENAME rule)
    file(READ "${file}" text)
    string(APPEND entries "    {\"${rule}\", \"${which}\", R\"~example~(${text})~example~\"},\n")
  endforeach()
  file(WRITE "${OUT}"
"#include <string_view>

#include \"runner/scan/rule_table.h\"

namespace memprof::scan {
namespace {

struct Example {
  std::string_view rule;
  std::string_view which;
  std::string_view text;
};
constexpr Example kExamples[] = {
${entries}    {},
};

}  // namespace

std::string_view RuleExample(std::string_view rule, std::string_view which) {
  for (const Example& example : kExamples) {
    if (example.rule == rule && example.which == which) return example.text;
  }
  return {};
}

}  // namespace memprof::scan
")
  return()
endif()

file(GLOB memprof_rule_examples CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/tests/fixtures/scan/*/fires.cc
  ${PROJECT_SOURCE_DIR}/tests/fixtures/scan/*/quiet.cc)
set(memprof_rule_texts ${CMAKE_CURRENT_BINARY_DIR}/rule_examples.cc)
add_custom_command(OUTPUT ${memprof_rule_texts}
  COMMAND ${CMAKE_COMMAND} -D OUT=${memprof_rule_texts} -D "FILES=${memprof_rule_examples}"
    -P ${CMAKE_CURRENT_LIST_FILE}
  DEPENDS ${CMAKE_CURRENT_LIST_FILE} ${memprof_rule_examples}
  COMMENT "Building the examples of the rules into memprof"
  VERBATIM)
target_sources(memprof_runner PRIVATE ${memprof_rule_texts})
