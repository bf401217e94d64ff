# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# The names that GoogleTest may print reach CTest and the driver unchanged, and ten thousand of them
# within seconds. The binary is a script that prints a list; CTest only shows what it would run.

cmake_minimum_required(VERSION 3.25)

# Lists `text` as the tests of a binary and returns CTest's view of them, as JSON.
function(discover text result)
  file(REMOVE_RECURSE "${WORK_DIR}")
  file(WRITE "${WORK_DIR}/list.txt" "${text}")
  file(WRITE "${WORK_DIR}/a test" "#!/bin/sh\nexec cat '${WORK_DIR}/list.txt'\n")
  file(CHMOD "${WORK_DIR}/a test" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  file(WRITE "${WORK_DIR}/CTestTestfile.cmake" "include(tests.cmake)\n")
  file(WRITE "${WORK_DIR}/settings.cmake" "
    set(memprof_name_prefix memprof.t.)
    set(memprof_fixture memprof.t)
    set(memprof_fixtures_required database)
    set(memprof_properties [==[ LABELS [=[memprof;slow]=]]==])
    set(memprof_driver /bin/true)
    set(memprof_output_dir [=[${WORK_DIR}/out]=])
    set(memprof_launcher /usr/bin/env A=1)
    set(memprof_binary [=[${WORK_DIR}/a test]=])
    set(memprof_extra_args [=[--list=a\\;b;;--last]=])
    set(memprof_working_directory [=[${WORK_DIR}]=])
    set(memprof_discovery_timeout 5)
    set(memprof_tests_file [=[${WORK_DIR}/tests.cmake]=])\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -D "MEMPROF_SETTINGS=${WORK_DIR}/settings.cmake"
            -P "${MODULE_DIR}/MemprofAddTests.cmake"
    COMMAND_ERROR_IS_FATAL ANY)
  execute_process(
    COMMAND ${CMAKE_CTEST_COMMAND} --show-only=json-v1
    WORKING_DIRECTORY "${WORK_DIR}"
    OUTPUT_VARIABLE json
    COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${json}" PARENT_SCOPE)
endfunction()

function(expect_equal actual expected)
  if(NOT actual STREQUAL expected)
    message(SEND_ERROR "expected: ${expected}\nactual:   ${actual}")
  endif()
endfunction()

discover([=====[Running main() from gtest_main.cc
Loading...
  noise
Fast.
  Passes
  DISABLED_Later
  With[Bracket
  With]=]Closing
  With;Semicolon
  With Space
  With"Quote$And${Brace}
  Back\
In/Param.
  Value/0  # GetParam() = "  # GetParam() = 3."
  DISABLED_Value/1  # GetParam() = "a;[b"
Typed/0.  # TypeParam = std::pair<int, a.b>.
  Holds
In/DISABLED_Param.
  Value/0
]=====] json)

set(names "")
string(JSON count LENGTH "${json}" tests)
math(EXPR last "${count} - 1")
foreach(index RANGE ${last})
  string(JSON name GET "${json}" tests ${index} name)
  set(words "")
  set(disabled "")
  string(JSON length LENGTH "${json}" tests ${index} command)
  math(EXPR length "${length} - 1")
  foreach(word RANGE ${length})
    string(JSON word GET "${json}" tests ${index} command ${word})
    string(APPEND words "<${word}>")
  endforeach()
  string(JSON length LENGTH "${json}" tests ${index} properties)
  math(EXPR length "${length} - 1")
  foreach(property RANGE ${length})
    string(JSON property GET "${json}" tests ${index} properties ${property} name)
    if(property STREQUAL "DISABLED")
      set(disabled " (disabled)")
    endif()
  endforeach()
  string(APPEND names "${name}${disabled}\n")
  string(REGEX REPLACE "^memprof\\.t\\." "" test "${name}")
  set(stage "<test><--test><${test}>")
  if(test MATCHES "^(screen|report)$")
    set(stage "<${test}>")
  endif()
  expect_equal("${words}" "</bin/true><run><--stage>${stage}<--out><${WORK_DIR}/out><--></usr/bin/env>\
<A=1><${WORK_DIR}/a test><--list=a;b><--last>")
endforeach()
expect_equal("${names}" [=====[memprof.t.screen
memprof.t.Fast.Passes
memprof.t.Fast.DISABLED_Later (disabled)
memprof.t.Fast.With[Bracket
memprof.t.Fast.With]=]Closing
memprof.t.Fast.With;Semicolon
memprof.t.Fast.With Space
memprof.t.Fast.With"Quote$And${Brace}
memprof.t.Fast.Back\
memprof.t.In/Param.Value/0
memprof.t.In/Param.DISABLED_Value/1 (disabled)
memprof.t.Typed/0.Holds
memprof.t.In/DISABLED_Param.Value/0 (disabled)
memprof.t.report
]=====])

set(printed "Many.\n")
foreach(index RANGE 1 10000)
  string(APPEND printed "  Test${index}\n")
endforeach()
string(TIMESTAMP before "%s")
discover("${printed}" json)
string(TIMESTAMP after "%s")
math(EXPR seconds "${after} - ${before}")
if(NOT json MATCHES "memprof\\.t\\.Many\\.Test10000\"")
  message(SEND_ERROR "the last of 10,000 tests is missing")
endif()
if(seconds GREATER 30)
  message(SEND_ERROR "10,000 tests took ${seconds} s")
endif()
message(STATUS "10,000 tests were listed in ${seconds} s")
