# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Builds the consumer project of this directory with memprof got by HOW, runs its tests under CTest,
# and looks at what they said. The last line before a failure is the command that failed.

cmake_minimum_required(VERSION 3.25)

# run(COMMAND... ) stops the test where the command fails; its output is then in `output`.
function(run)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_match text pattern)
  if(NOT text MATCHES "${pattern}")
    message(SEND_ERROR "expected: ${pattern}\nin:\n${text}")
  endif()
endfunction()

function(expect_no_match text pattern)
  if(text MATCHES "${pattern}")
    message(SEND_ERROR "did not expect: ${pattern}\nin:\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
file(MAKE_DIRECTORY "${WORK_DIR}")
set(build "${WORK_DIR}/build")
set(arguments
  -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${build}" -G "${GENERATOR}"
  "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${COMPILER_LAUNCHER}"
  "-DHOW=${HOW}"
  "-DGOOGLETEST_SOURCE_DIR=${GOOGLETEST_SOURCE_DIR}")
if(HOW STREQUAL "find_package")
  # Moved after the installation, so that no path in it may be absolute.
  run(${CMAKE_COMMAND} --install "${MEMPROF_BINARY_DIR}" --prefix "${WORK_DIR}/installed" --config
      "${CONFIG}")
  file(RENAME "${WORK_DIR}/installed" "${WORK_DIR}/moved prefix")
  list(APPEND arguments "-DCMAKE_PREFIX_PATH=${WORK_DIR}/moved prefix")
else()
  list(APPEND arguments
    "-DMEMPROF_SOURCE_DIR=${MEMPROF_SOURCE_DIR}" "-DMEMPROF_BUILD_TYPE=${MEMPROF_BUILD_TYPE}")
  if(MEMPROF_BUILD_TYPE)  # as the build has it
    list(APPEND arguments "-DMEMPROF_WERROR=${MEMPROF_WERROR}")
  endif()
endif()
run(${CMAKE_COMMAND} ${arguments})
run(${CMAKE_COMMAND} --build "${build}" --parallel 2 --config Debug)

execute_process(
  COMMAND ${CMAKE_CTEST_COMMAND} -C Debug -L memprof -j2 --output-junit "${WORK_DIR}/junit.xml"
  WORKING_DIRECTORY "${build}"
  OUTPUT_VARIABLE output ERROR_VARIABLE output)
set(name "memprof\\.consumer_test")
foreach(passed IN ITEMS "screen" "Account\\.Closes" "Known/Currency\\.HasThreeLetters/0"
                        "Known/Currency\\.HasThreeLetters/2" "report" "at_once"
                        "suppressed")
  expect_match("${output}" "${name}\\.${passed} \\.+ +Passed")
endforeach()
expect_match("${output}" "${name}\\.Account\\.DISABLED_IsAuditedOvernight [.*]+Not Run \\(Disabled\\)")
expect_match("${output}" "nightly +=.*sec")
expect_no_match("${output}" "CTestMeasurement|CTEST_FULL_OUTPUT")

# A leaking test fails, and says in one line why.
file(READ "${WORK_DIR}/junit.xml" junit)
foreach(test IN ITEMS "Account\\.IsLost" "Account\\.IsKeptInALedgerForEver")
  expect_match("${output}" "${name}\\.${test} \\.+\\*\\*\\*Failed")
  set(reason "")
  if(junit MATCHES
     "<testcase name=\"${name}\\.${test}\"[^>]*>[^<]*<failure[^>]*>[^<]*<system-out>([^<]*)<")
    string(STRIP "${CMAKE_MATCH_1}" reason)
  endif()
  expect_match("${reason}" "consumer_test\\.cc:[0-9]+")
  expect_no_match("${reason}" "\n")
endforeach()
foreach(file IN ITEMS report.txt report.json junit.xml)
  if(NOT EXISTS "${build}/memprof/consumer_test/${file}" AND
     NOT EXISTS "${build}/memprof/consumer_test/Debug/${file}")
    message(SEND_ERROR "the report did not write ${file}")
  endif()
endforeach()

# Budgets and pairs are the driver's, by their keywords.
if(HOW STREQUAL "find_package" AND NOT GOOGLETEST_SOURCE_DIR)
  expect_match("${output}" "${name}\\.Account\\.Closes\\.limited \\.+\\*\\*\\*Failed")
  expect_match("${output}" "${name}\\.Account\\.TakesALocale \\.+ +Passed")
  expect_match("${output}" "${name}\\.Account\\.TakesALocale\\.limited \\.+\\*\\*\\*Failed")
  expect_match("${junit}" "allocations over budget: [5-9] allocations of 4 allowed")
  expect_match("${junit}" "critical: object not released: .1 locale per run at consumer_test\\.cc:")
  file(GLOB report "${build}/memprof/consumer_test.limited/report.txt"
    "${build}/memprof/consumer_test.limited/Debug/report.txt")
  file(READ "${report}" report)
  expect_match("${report}" "kept over budget: [0-9]+ B of 100 B allowed")
endif()

# Tests that share a name, built with AddressSanitizer: each passes, and its leak is found and
# confirmed, for no other one ran beside it.
if(HOW STREQUAL "find_package" AND NOT GOOGLETEST_SOURCE_DIR)
  foreach(test IN ITEMS A B C D)
    expect_match("${output}" "memprof\\.locked_test\\.Shared\\.${test} \\.+\\*\\*\\*Failed")
  endforeach()
  file(GLOB report "${build}/locked/memprof/locked_test/report.json"
    "${build}/locked/memprof/locked_test/Debug/report.json")
  file(READ "${report}" report)
  expect_match("${report}" "unreachable after 6 runs")
  expect_no_match("${report}" "\"tool\":\"(lsan|screen|triage)\"|\"status\":\"(failed|crashed)\"")
endif()

# What CDash would get: figures of a clean test and of the run, and the reports themselves.
if(HOW STREQUAL "find_package" AND NOT GOOGLETEST_SOURCE_DIR)
  execute_process(
    COMMAND ${CMAKE_CTEST_COMMAND} -C Debug -T Start -T Test -R "${name}\\.(Account\\.Closes|report)$"
    WORKING_DIRECTORY "${build}"
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  file(GLOB results "${build}/Testing/*/Test.xml")
  if(NOT results)
    message(FATAL_ERROR "ctest -T Test wrote no Test.xml:\n${output}")
  endif()
  file(READ "${results}" results)
  foreach(figure IN ITEMS "kept bytes per run" "peak bytes" "allocations per run" "findings")
    expect_match("${results}"
      "type=\"numeric/double\" name=\"memprof ${figure}\">[^<]*<Value>[0-9]+</Value>")
  endforeach()
  foreach(file IN ITEMS report.txt report.html junit.xml)
    expect_match("${results}" "name=\"memprof ${file}\" encoding=\"base64\"[^>]*type=\"file\"")
  endforeach()
endif()

# The ordinary tests are left alone.
run(${CMAKE_CTEST_COMMAND} --test-dir "${build}" -C Debug -LE memprof)
expect_match("${output}" "100% tests passed, 0 tests failed out of 1\n")
run(${CMAKE_COMMAND} -DMEMPROF_TESTS=OFF "${build}")
run(${CMAKE_CTEST_COMMAND} --test-dir "${build}" -C Debug -N)
expect_match("${output}" "Total Tests: 1\n")
