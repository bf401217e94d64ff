# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# memprof_discover_tests and memprof_add_test refuse what they do not understand, and say what it is.

cmake_minimum_required(VERSION 3.25)

# Configures a project that calls `call`, and expects the error to match `pattern`.
function(expect_refused call pattern)
  file(WRITE "${WORK_DIR}/CMakeLists.txt" "
    cmake_minimum_required(VERSION 3.25)
    project(refused LANGUAGES NONE)
    enable_testing()
    add_executable(memprof::cli IMPORTED)
    set_target_properties(memprof::cli PROPERTIES IMPORTED_LOCATION /bin/true)
    add_executable(a_test IMPORTED)
    add_custom_target(no_binary)
    include([=[${MODULE_DIR}/MemprofDiscoverTests.cmake]=])
    ${call}\n")
  file(REMOVE_RECURSE "${WORK_DIR}/build")
  execute_process(COMMAND ${CMAKE_COMMAND} -S "${WORK_DIR}" -B "${WORK_DIR}/build"
                  OUTPUT_QUIET ERROR_VARIABLE errors RESULT_VARIABLE status)
  string(REGEX REPLACE "[ \n]+" " " errors "${errors}")  # CMake wraps messages
  if(status EQUAL 0 OR NOT errors MATCHES "${pattern}")
    message(SEND_ERROR "${call}\nexpected an error like: ${pattern}\ngot (${status}): ${errors}")
  endif()
endfunction()

file(MAKE_DIRECTORY "${WORK_DIR}")
foreach(command IN ITEMS memprof_discover_tests memprof_add_test)
  expect_refused("${command}(nowhere)" "\"nowhere\" is not a target")
  expect_refused("${command}(no_binary)" "\"no_binary\" is no executable but a UTILITY")
  expect_refused("${command}(a_test SUPPRESSIONS)" "no value follows SUPPRESSIONS")
  expect_refused("${command}(a_test SUPPRESSIONS f NONSENSE g)" "does not know NONSENSE")
  expect_refused("${command}(a_test TOOLS lsan BASELINE)" "no value follows BASELINE")
  expect_refused("${command}(a_test NO_SUCH f)" "does not know NO_SUCH.*It takes REPEAT")
  expect_refused("${command}(a_test TOOLS lsan NONSENSE f)" "does not know NONSENSE")
  expect_refused("${command}(a_test NONSENSE)" "does not know NONSENSE")
  expect_refused("${command}(a_test REPEAT)" "no value follows REPEAT")
  expect_refused("${command}(a_test REPEAT many)" "REPEAT is a whole number from 1, not \"many\"")
  expect_refused("${command}(a_test ALLOCATION_BUDGET few)"
                 "ALLOCATION_BUDGET is a whole number, not \"few\"")
  expect_refused("${command}(a_test PAIRS known NONSENSE)" "does not know NONSENSE")
  expect_refused("${command}(a_test PAIRS)" "no value follows PAIRS")
  expect_refused("${command}(a_test TIMEOUT 0)" "TIMEOUT is a whole number from 1, not \"0\"")
  expect_refused("${command}(a_test FAIL_ON info)"
                 "FAIL_ON is critical, warning or never, not \"info\"")
  expect_refused("${command}(a_test PROPERTIES LABELS)" "PROPERTIES takes names and values")
endforeach()
expect_refused("memprof_discover_tests(a_test DISCOVERY_MODE NOW)"
               "DISCOVERY_MODE is POST_BUILD or PRE_TEST, not \"NOW\"")
expect_refused("memprof_add_test(a_test DISCOVERY_MODE PRE_TEST)" "does not know DISCOVERY_MODE")
expect_refused("memprof_discover_tests(a_test)\nmemprof_add_test(a_test)"
               "a_test has such tests already. Give one of the calls a TEST_SUFFIX")
