# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Lists the tests of one binary and writes the CTest file that registers them. It runs at build time
# as `cmake -D MEMPROF_SETTINGS=<file> -P MemprofAddTests.cmake`, and at test time within CTest, where
# the file that memprof_discover_tests made includes it. The settings come from that function too:
#
#     settings.cmake  ──►  memprof_write_tests  ──►  tests.cmake  ──►  CTest
#     (configure)          (build or test time)      .screen, one .Suite.Name each, .report

cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

# Writes a value as one argument of CMake source that reads back as exactly that text: plain where
# that is safe, else in brackets longer than any within, which keeps semicolons where they are.
function(_memprof_quote result value)
  if(value MATCHES "^[-A-Za-z0-9_./:+,%@][-A-Za-z0-9_./:=+,%@]*$")
    set(${result} " ${value}" PARENT_SCOPE)
    return()
  endif()
  set(equals "=")
  string(FIND "${value}]" "]=]" position)
  while(NOT position EQUAL -1)
    string(APPEND equals "=")
    string(FIND "${value}]" "]${equals}]" position)
  endwhile()
  set(${result} " [${equals}[${value}]${equals}]" PARENT_SCOPE)
endfunction()

# Runs the binary with --gtest_list_tests and returns its lines as a list. CMake would take brackets,
# semicolons and backslashes in a line for the list's own, so they are masked: see _memprof_unmask.
function(_memprof_list_tests result)
  execute_process(
    COMMAND ${memprof_launcher} ${memprof_binary} --gtest_list_tests ${memprof_filter}
    WORKING_DIRECTORY ${memprof_working_directory}
    TIMEOUT ${memprof_discovery_timeout}
    OUTPUT_VARIABLE output
    ERROR_VARIABLE errors
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    string(REPLACE "\n" "\n    " shown "${output}${errors}")
    if(status MATCHES "timeout")
      set(advice "It took more than ${memprof_discovery_timeout} s: give memprof_discover_tests a "
                 "longer DISCOVERY_TIMEOUT.")
    else()
      set(advice "If it cannot run where it is built, give memprof_discover_tests DISCOVERY_MODE "
                 "PRE_TEST.")
    endif()
    string(CONCAT advice ${advice})
    message(FATAL_ERROR
      "memprof could not list the tests of ${memprof_binary}: --gtest_list_tests ended with "
      "\"${status}\". ${advice}\n  Its output:\n    ${shown}")
  endif()
  string(ASCII 1 open)
  string(ASCII 2 close)
  string(ASCII 3 semicolon)
  string(ASCII 4 backslash)
  string(REPLACE "\r\n" "\n" output "${output}")
  string(REPLACE "[" "${open}" output "${output}")
  string(REPLACE "]" "${close}" output "${output}")
  string(REPLACE ";" "${semicolon}" output "${output}")
  string(REPLACE "\\" "${backslash}" output "${output}")
  string(REPLACE "\n" ";" output "${output}")
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

macro(_memprof_unmask variable)
  string(ASCII 1 open)
  string(ASCII 2 close)
  string(ASCII 3 semicolon)
  string(ASCII 4 backslash)
  string(REPLACE "${open}" "[" ${variable} "${${variable}}")
  string(REPLACE "${close}" "]" ${variable} "${${variable}}")
  string(REPLACE "${semicolon}" ";" ${variable} "${${variable}}")
  string(REPLACE "${backslash}" "\\" ${variable} "${${variable}}")
endmacro()

# Writes `memprof_tests_file` of the settings file: all at once, by a temporary name, for a second
# CTest may be reading it. Text goes out in pieces: appending to one long variable is quadratic.
function(memprof_write_tests settings)
  include(${settings})
  _memprof_list_tests(lines)

  set(command "")
  foreach(word IN LISTS memprof_launcher memprof_binary memprof_filter memprof_extra_args)
    if(NOT word STREQUAL "")  # what a generator expression leaves of an argument that it drops
      _memprof_quote(word "${word}")
      string(APPEND command "${word}")
    endif()
  endforeach()
  _memprof_quote(driver "${memprof_driver}")
  _memprof_quote(out "${memprof_output_dir}")
  _memprof_quote(fixture "${memprof_fixture}")
  _memprof_quote(test_requires "${memprof_fixture};${memprof_fixtures_required}")
  set(requires "")
  if(NOT memprof_fixtures_required STREQUAL "")
    _memprof_quote(requires "${memprof_fixtures_required}")
    set(requires " FIXTURES_REQUIRED${requires}")
  endif()
  set(run "${driver} run --stage")
  set(rest " --out${out}${memprof_options} --${command})\n")

  _memprof_quote(screen "${memprof_name_prefix}screen${memprof_name_suffix}")
  _memprof_quote(report "${memprof_name_prefix}report${memprof_name_suffix}")
  string(CONCAT script
    "add_test(${screen}${run} screen${rest}"
    "set_tests_properties(${screen} PROPERTIES FIXTURES_SETUP${fixture}"
    "${requires}${memprof_properties})\n")
  set(temporary "${memprof_tests_file}.new")
  file(WRITE "${temporary}" "${script}")

  # GoogleTest prints `Suite.  # TypeParam = int` and, below it, `  Test/0  # GetParam() = 3`.
  set(tail " PROPERTIES FIXTURES_REQUIRED${test_requires} SKIP_RETURN_CODE 77${memprof_properties}")
  set(script "")
  set(suite "")
  set(pieces 0)
  foreach(line IN LISTS lines)
    if(line MATCHES "^  ([^ ].*)$")
      string(REGEX REPLACE "  # (GetParam\\(\\)|TypeParam) = .*$" "" test "${CMAKE_MATCH_1}")
      if(suite STREQUAL "")
        continue()
      endif()
      set(name "${suite}.${test}")
      set(disabled "")
      if(name MATCHES "(^|/|\\.)DISABLED_" AND NOT memprof_runs_disabled)
        set(disabled " DISABLED TRUE")
      endif()
      _memprof_unmask(name)
      _memprof_quote(ctest_name "${memprof_name_prefix}${name}${memprof_name_suffix}")
      _memprof_quote(name "${name}")
      string(APPEND script
        "add_test(${ctest_name}${run} test --test${name}${rest}"
        "set_tests_properties(${ctest_name}${tail}${disabled})\n")
      math(EXPR pieces "${pieces} + 1")
      if(pieces EQUAL 50)
        file(APPEND "${temporary}" "${script}")
        set(script "")
        set(pieces 0)
      endif()
    elseif(line MATCHES "^(.*[^.])\\.(  # TypeParam = .*)?$")
      set(suite "${CMAKE_MATCH_1}")
      # The greedy match takes the comment's own dots for the suite's end.
      string(REGEX REPLACE "\\.  # TypeParam = .*$" "" suite "${suite}")
    endif()
  endforeach()
  string(APPEND script
    "add_test(${report}${run} report${rest}"
    "set_tests_properties(${report} PROPERTIES FIXTURES_CLEANUP${fixture}"
    "${requires}${memprof_properties})\n")
  file(APPEND "${temporary}" "${script}")
  file(RENAME "${temporary}" "${memprof_tests_file}")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  memprof_write_tests("${MEMPROF_SETTINGS}")
endif()

cmake_policy(POP)
