# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# A suite that nobody of us wrote: some of GoogleTest's own test programs, built from its sources
# without memprof, and run by memprof as they are. Each test must end as it does natively, and there
# must be no CRITICAL or WARNING but those of EXPECTED, which the sources prove:
#
# GoogleMock's tests of Mock::AllowLeak() make a mock object with `new`, allow it to leak, and never
# delete it, so each run keeps one more, and its entries in GoogleMock's registry of mock objects.
# With --gtest_repeat=1011 the process holds 1,032 B more for each run after the eleventh, by
# glibc's mallinfo2(): 879 B requested in 14 blocks.
set(EXPECTED
  "gmock-nice-strict_test critical memory-growth NiceMockTest.AllowLeak"
  "gmock-nice-strict_test critical memory-growth NaggyMockTest.AllowLeak"
  "gmock-nice-strict_test critical memory-growth StrictMockTest.AllowLeak")

cmake_minimum_required(VERSION 3.25)

# Small ones, that are compiled quickly: failures on purpose in many threads, skips, typed and
# generated tests, results made by hand, mock objects.
set(programs gtest_stress_test gtest_skip_test gtest_skip_in_environment_setup_test
             gtest-typed-test_test gtest_prod_test googletest-test-part-test gmock-nice-strict_test)

file(REMOVE_RECURSE "${WORK_DIR}")
file(MAKE_DIRECTORY "${WORK_DIR}")
set(build "${WORK_DIR}/build")
foreach(step IN ITEMS configure build)
  if(step STREQUAL "configure")
    set(command ${CMAKE_COMMAND} -S "${GOOGLETEST_SOURCE_DIR}" -B "${build}" -G "${GENERATOR}"
                "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" -DCMAKE_BUILD_TYPE=Debug
                "-DCMAKE_CXX_COMPILER_LAUNCHER=${COMPILER_LAUNCHER}"
                -Dgtest_build_tests=ON -Dgmock_build_tests=ON)
  else()
    set(command ${CMAKE_COMMAND} --build "${build}" --parallel 2 --config Debug
                --target ${programs})
  endif()
  execute_process(COMMAND ${command}
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "GoogleTest's own tests: ${step} ended with ${status}:\n${output}")
  endif()
endforeach()

# "Suite.Name passed" for each test of GoogleTest's result file.
function(native_outcomes file result)
  file(READ "${file}" json)
  set(outcomes "")
  string(JSON suites LENGTH "${json}" testsuites)
  math(EXPR last_suite "${suites} - 1")
  foreach(i RANGE ${last_suite})
    string(JSON suite GET "${json}" testsuites ${i})
    string(JSON suite_name GET "${suite}" name)
    string(JSON tests LENGTH "${suite}" testsuite)
    math(EXPR last_test "${tests} - 1")
    foreach(j RANGE ${last_test})
      string(JSON test GET "${suite}" testsuite ${j})
      string(JSON name GET "${test}" name)
      string(JSON ended GET "${test}" result)
      string(JSON began GET "${test}" timestamp)
      string(JSON failures ERROR_VARIABLE none GET "${test}" failures)
      if(NOT none)
        set(outcome failed)
      elseif(ended STREQUAL "SKIPPED" OR began MATCHES "^(1969|1970)-")
        # An Environment that skips leaves tests that never began, and are said to have passed.
        set(outcome skipped)
      elseif(ended STREQUAL "SUPPRESSED")
        continue()
      else()
        set(outcome passed)
      endif()
      list(APPEND outcomes "${suite_name}.${name} ${outcome}")
    endforeach()
  endforeach()
  list(SORT outcomes)
  set(${result} "${outcomes}" PARENT_SCOPE)
endfunction()

# The same of memprof's report.
function(reported_outcomes json result)
  set(outcomes "")
  string(JSON tests LENGTH "${json}" tests)
  math(EXPR last "${tests} - 1")
  foreach(i RANGE ${last})
    string(JSON test GET "${json}" tests ${i})
    string(JSON suite GET "${test}" suite)
    string(JSON name GET "${test}" name)
    string(JSON status GET "${test}" status)
    list(APPEND outcomes "${suite}.${name} ${status}")
  endforeach()
  list(SORT outcomes)
  set(${result} "${outcomes}" PARENT_SCOPE)
endfunction()

# "program severity kind Suite.Name" for each test of each finding that is worse than an
# optimization.
function(reported_findings json program result)
  set(findings "")
  string(JSON count LENGTH "${json}" findings)
  if(count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON finding GET "${json}" findings ${i})
      string(JSON severity GET "${finding}" severity)
      string(JSON kind GET "${finding}" kind)
      string(JSON tests GET "${finding}" tests)
      string(JSON test_count LENGTH "${tests}")
      if(severity STREQUAL "optimization")
        continue()
      elseif(test_count EQUAL 0)
        list(APPEND findings "${program} ${severity} ${kind} outside of its tests")
        continue()
      endif()
      math(EXPR last_test "${test_count} - 1")
      foreach(j RANGE ${last_test})
        string(JSON test GET "${tests}" ${j})
        list(APPEND findings "${program} ${severity} ${kind} ${test}")
      endforeach()
    endforeach()
  endif()
  set(${result} "${findings}" PARENT_SCOPE)
endfunction()

set(found "")
foreach(program IN LISTS programs)
  file(GLOB_RECURSE binary "${build}/*/${program}" "${build}/*/${program}.exe")
  set(native "${WORK_DIR}/${program}.json")
  execute_process(COMMAND "${binary}" "--gtest_output=json:${native}" WORKING_DIRECTORY "${WORK_DIR}"
    OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE native_status)
  set(out "${WORK_DIR}/${program}.memprof")
  execute_process(
    COMMAND "${MEMPROF}" run --quiet --ignore-test-failures --fail-on never --tools lsan
            --max-runs 48 --source-root "${GOOGLETEST_SOURCE_DIR}" --plugin "${PLUGIN}"
            --out "${out}" -- "${binary}"
    WORKING_DIRECTORY "${WORK_DIR}"
    OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE status)
  if(NOT status EQUAL native_status OR NOT errors STREQUAL "")
    message(SEND_ERROR "${program} ends with ${native_status}, and under memprof with ${status}:\n"
                       "${errors}\n${output}")
    continue()
  endif()
  file(READ "${out}/report.json" report)
  native_outcomes("${native}" expected)
  reported_outcomes("${report}" actual)
  if(NOT actual STREQUAL expected)
    message(SEND_ERROR "${program}: the tests ended as\n  ${actual}\nand natively as\n  ${expected}")
  endif()
  reported_findings("${report}" ${program} findings)
  list(APPEND found ${findings})
  foreach(finding IN LISTS findings)
    if(NOT finding IN_LIST EXPECTED)
      message(SEND_ERROR "not proven true: ${finding}\n${output}")
    endif()
  endforeach()
endforeach()
foreach(finding IN LISTS EXPECTED)
  if(NOT finding IN_LIST found)
    message(SEND_ERROR "not found: ${finding}")
  endif()
endforeach()
