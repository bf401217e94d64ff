# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# memprof under CTest. For a target that links memprof::gtest_main (or any GoogleTest binary):
#
#     memprof_discover_tests(target
#       [REPEAT n]              passes of the screen over all tests (1)
#       [PEAK_BUDGET size]      most live bytes that a test may have at once, such as 64MiB
#       [KEPT_BUDGET size]      most bytes that a test may keep when it ends; 0 for none
#       [ALLOCATION_BUDGET n]   most allocations of a test
#       [PAIRS file...]         C functions that acquire and release objects; known for those that
#                               memprof knows
#       [FAIL_ON severity]      critical (default), warning or never
#       [TOOLS tool...]         lsan, massif: use these only
#       [REQUIRE tool...]       a tool that cannot run fails the report
#       [TIMEOUT seconds]       limit of each run of the binary
#       [SOURCE_ROOT dir]       paths are shown relative to it; the repository, else CMAKE_SOURCE_DIR
#       [CONFIG file]           memprof.toml
#       [SUPPRESSIONS file...]  findings to leave out, in LeakSanitizer's syntax and more
#       [BASELINE file]         what --write-baseline wrote: only new or worse findings fail
#       [FORMAT name...]        what the report is written in (text json html junit), or all; the
#                               names are those of `memprof run --format help`. Keep json for
#                               `memprof report`
#       [OUTPUT_DIR dir]        results (${CMAKE_CURRENT_BINARY_DIR}/memprof/<target>)
#       [TEST_FILTER pattern]   --gtest_filter
#       [EXTRA_ARGS arg...]     arguments of the binary
#       [WORKING_DIRECTORY dir] where it runs (${CMAKE_CURRENT_BINARY_DIR})
#       [PROPERTIES key value...]  CTest properties; labels and required fixtures add to memprof's
#       [TEST_PREFIX text] [TEST_SUFFIX text]  tell apart several calls for one target
#       [DISCOVERY_MODE POST_BUILD|PRE_TEST] [DISCOVERY_TIMEOUT seconds])
#
# makes these CTest tests, all labelled memprof:
#
#     memprof.<target>.screen        fixture setup: runs the binary, picks the suspects
#     memprof.<target>.Suite.Name    the verdict of one test; at once where it is no suspect
#     memprof.<target>.report        fixture cleanup: the report, in each FORMAT
#
# memprof_add_test(target [the same options but those of discovery]) does it all in one CTest test,
# memprof.<target>. The two register nothing where MEMPROF_TESTS is OFF.

include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

option(MEMPROF_TESTS "Register the CTest tests of memprof_discover_tests" ON)
include(${CMAKE_CURRENT_LIST_DIR}/MemprofAddTests.cmake)

# CTest kills only the driver, not what it runs, and then nothing is written. The driver has a limit
# for each run and knows how many there are; so CTest's must never come first, and is one day.
set(_memprof_ctest_timeout 86400)

# The nearest directory from the project's upwards that has .git, else the project's.
function(_memprof_source_root result)
  set(directory "${CMAKE_SOURCE_DIR}")
  while(NOT EXISTS "${directory}/.git")
    cmake_path(GET directory PARENT_PATH parent)
    if(parent STREQUAL directory)
      set(directory "${CMAKE_SOURCE_DIR}")
      break()
    endif()
    set(directory "${parent}")
  endwhile()
  set(${result} "${directory}" PARENT_SCOPE)
endfunction()

# Parses the arguments of `caller` into memprof_<KEYWORD>, and refuses what the driver or CTest would
# refuse later and farther from the cause. A macro, so that it reads the caller's own arguments.
macro(_memprof_parse caller target)
  set(memprof_one REPEAT PEAK_BUDGET KEPT_BUDGET ALLOCATION_BUDGET FAIL_ON TIMEOUT SOURCE_ROOT
                  CONFIG BASELINE OUTPUT_DIR TEST_FILTER WORKING_DIRECTORY TEST_PREFIX TEST_SUFFIX
                  ${ARGN})
  set(memprof_many TOOLS REQUIRE FORMAT SUPPRESSIONS PAIRS EXTRA_ARGS PROPERTIES)
  cmake_parse_arguments(PARSE_ARGV 1 memprof "" "${memprof_one}" "${memprof_many}")
  _memprof_check(${caller} ${target})
endmacro()

function(_memprof_check caller target)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "${caller}: \"${target}\" is not a target.")
  endif()
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL "EXECUTABLE")
    message(FATAL_ERROR "${caller}: \"${target}\" is no executable but a ${type}.")
  endif()
  if(NOT TARGET memprof::cli)
    message(FATAL_ERROR "${caller}(${target}): there is no target memprof::cli. Call find_package, "
                        "add_subdirectory or FetchContent_MakeAvailable for memprof first.")
  endif()
  set(unknown "${memprof_UNPARSED_ARGUMENTS}")
  foreach(value IN LISTS memprof_TOOLS memprof_REQUIRE memprof_FORMAT memprof_SUPPRESSIONS
                         memprof_PAIRS)
    if(value MATCHES "^[A-Z_]+$")  # a keyword that the list before it swallowed
      list(APPEND unknown "${value}")
    endif()
  endforeach()
  if(unknown)
    list(JOIN unknown " " unknown)
    list(JOIN memprof_one " " one)
    list(JOIN memprof_many " " many)
    message(FATAL_ERROR "${caller}(${target}): this version of memprof does not know ${unknown}\n"
                        "It takes ${one} ${many}")
  endif()
  if(memprof_KEYWORDS_MISSING_VALUES)
    list(JOIN memprof_KEYWORDS_MISSING_VALUES " " missing)
    message(FATAL_ERROR "${caller}(${target}): no value follows ${missing}.")
  endif()
  _memprof_check_value(FAIL_ON "^(critical|warning|never)$" "critical, warning or never")
  _memprof_check_value(DISCOVERY_MODE "^(POST_BUILD|PRE_TEST)$" "POST_BUILD or PRE_TEST")
  foreach(keyword IN ITEMS REPEAT TIMEOUT DISCOVERY_TIMEOUT)
    _memprof_check_value(${keyword} "^[1-9][0-9]*$" "a whole number from 1")
  endforeach()
  _memprof_check_value(ALLOCATION_BUDGET "^[0-9]+$" "a whole number")
  list(LENGTH memprof_PROPERTIES length)
  math(EXPR odd "${length} % 2")
  if(odd)
    message(FATAL_ERROR "${caller}(${target}): PROPERTIES takes names and values in turn; quote a "
                        "value that is a list.")
  endif()
endfunction()

macro(_memprof_check_value keyword pattern expected)
  if(DEFINED memprof_${keyword} AND NOT "${memprof_${keyword}}" MATCHES "${pattern}")
    message(FATAL_ERROR "${caller}(${target}): ${keyword} is ${expected}, not "
                        "\"${memprof_${keyword}}\".")
  endif()
endmacro()

# What both functions need of the parsed arguments: defaults, memprof_options of the driver,
# memprof_launcher in front of the binary, memprof_filter, and the properties by name in
# memprof_property_<name>, all names in memprof_property_names.
macro(_memprof_complete target)
  get_property(memprof_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  set(memprof_group "${memprof_TEST_PREFIX}${target}${memprof_TEST_SUFFIX}")
  string(REGEX REPLACE "[^A-Za-z0-9_.+-]" "_" memprof_group "${memprof_group}")
  get_property(memprof_groups GLOBAL PROPERTY MEMPROF_GROUPS)
  if("${memprof_group}" IN_LIST memprof_groups)
    message(FATAL_ERROR "memprof: ${target} has such tests already. Give one of the calls a "
                        "TEST_SUFFIX.")
  endif()
  set_property(GLOBAL APPEND PROPERTY MEMPROF_GROUPS "${memprof_group}")

  if(NOT DEFINED memprof_WORKING_DIRECTORY)
    set(memprof_WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  endif()
  if(NOT DEFINED memprof_SOURCE_ROOT)
    _memprof_source_root(memprof_SOURCE_ROOT)
  endif()
  if(NOT DEFINED memprof_OUTPUT_DIR)
    set(memprof_OUTPUT_DIR "${CMAKE_CURRENT_BINARY_DIR}/memprof/${memprof_group}")
    if(memprof_multi_config)
      string(APPEND memprof_OUTPUT_DIR "/$<CONFIG>")
    endif()
  endif()
  foreach(memprof_keyword IN ITEMS CONFIG BASELINE)
    if(DEFINED memprof_${memprof_keyword})
      cmake_path(ABSOLUTE_PATH memprof_${memprof_keyword}
                 BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
  endforeach()

  set(memprof_options "")
  foreach(memprof_keyword IN ITEMS REPEAT PEAK_BUDGET KEPT_BUDGET ALLOCATION_BUDGET FAIL_ON TOOLS
                                   REQUIRE TIMEOUT SOURCE_ROOT CONFIG BASELINE FORMAT)
    if(DEFINED memprof_${memprof_keyword})
      string(TOLOWER "--${memprof_keyword}" memprof_flag)
      string(REPLACE "_" "-" memprof_flag "${memprof_flag}")
      list(JOIN memprof_${memprof_keyword} "," memprof_value)
      list(APPEND memprof_options "${memprof_flag}" "${memprof_value}")
    endif()
  endforeach()
  foreach(memprof_file IN LISTS memprof_SUPPRESSIONS)
    cmake_path(ABSOLUTE_PATH memprof_file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND memprof_options --suppressions "${memprof_file}")
  endforeach()
  foreach(memprof_file IN LISTS memprof_PAIRS)
    if(NOT memprof_file STREQUAL "known")
      cmake_path(ABSOLUTE_PATH memprof_file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
    list(APPEND memprof_options --pairs "${memprof_file}")
  endforeach()
  set(memprof_filter "")
  if(DEFINED memprof_TEST_FILTER)
    set(memprof_filter "--gtest_filter=${memprof_TEST_FILTER}")
  endif()

  set(memprof_launcher "")
  if(CMAKE_VERSION VERSION_GREATER_EQUAL 3.29)
    get_property(memprof_launcher TARGET ${target} PROPERTY TEST_LAUNCHER)
  endif()
  get_property(memprof_emulator TARGET ${target} PROPERTY CROSSCOMPILING_EMULATOR)
  list(APPEND memprof_launcher ${memprof_emulator})

  # The user's LABELS and FIXTURES_REQUIRED join ours; any other property replaces ours.
  set(memprof_property_names LABELS FIXTURES_REQUIRED WORKING_DIRECTORY TIMEOUT)
  set(memprof_property_LABELS memprof)
  set(memprof_property_FIXTURES_REQUIRED "")
  set(memprof_property_WORKING_DIRECTORY "${memprof_WORKING_DIRECTORY}")
  set(memprof_property_TIMEOUT ${_memprof_ctest_timeout})
  set(memprof_name "")
  foreach(memprof_word IN LISTS memprof_PROPERTIES)
    if(memprof_name STREQUAL "")
      set(memprof_name "${memprof_word}")
      continue()
    endif()
    if(memprof_name MATCHES "^(LABELS|FIXTURES_REQUIRED)$")
      list(APPEND memprof_property_${memprof_name} ${memprof_word})
    else()
      list(APPEND memprof_property_names "${memprof_name}")
      set(memprof_property_${memprof_name} "${memprof_word}")
    endif()
    set(memprof_name "")
  endforeach()
  list(REMOVE_DUPLICATES memprof_property_names)
endmacro()

function(memprof_discover_tests target)
  _memprof_parse(memprof_discover_tests ${target} DISCOVERY_MODE DISCOVERY_TIMEOUT)
  if(NOT MEMPROF_TESTS)
    return()
  endif()
  _memprof_complete(${target})
  if(NOT DEFINED memprof_DISCOVERY_TIMEOUT)
    set(memprof_DISCOVERY_TIMEOUT 5)
  endif()
  if(NOT DEFINED memprof_DISCOVERY_MODE)
    set(memprof_DISCOVERY_MODE "${CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE}")
  endif()

  # The script that lists the tests pastes these two, CMake source, behind each test.
  set(options "")
  foreach(option IN LISTS memprof_options)
    _memprof_quote(option "${option}")
    string(APPEND options "${option}")
  endforeach()
  set(properties "")
  foreach(name IN LISTS memprof_property_names)
    if(NOT name STREQUAL "FIXTURES_REQUIRED")
      _memprof_quote(value "${memprof_property_${name}}")
      string(APPEND properties " ${name}${value}")
    endif()
  endforeach()
  set(runs_disabled FALSE)
  if("--gtest_also_run_disabled_tests" IN_LIST memprof_EXTRA_ARGS)
    set(runs_disabled TRUE)
  endif()

  set(base "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/memprof/${memprof_group}")
  set(config "")
  set(config_of_ctest "")
  if(memprof_multi_config)
    set(config "-$<CONFIG>")
    set(config_of_ctest "-\${CTEST_CONFIGURATION_TYPE}")
  endif()
  set(fixture "${memprof_TEST_PREFIX}memprof.${target}${memprof_TEST_SUFFIX}")
  set(settings "# What memprof_discover_tests(${target}) was called with.\n")
  _memprof_add_setting(name_prefix "${memprof_TEST_PREFIX}memprof.${target}.")
  _memprof_add_setting(name_suffix "${memprof_TEST_SUFFIX}")
  _memprof_add_setting(fixture "${fixture}")
  _memprof_add_setting(fixtures_required "${memprof_property_FIXTURES_REQUIRED}")
  _memprof_add_setting(properties "${properties}")
  _memprof_add_setting(driver "$<TARGET_FILE:memprof::cli>")
  _memprof_add_setting(options "${options}")
  _memprof_add_setting(output_dir "${memprof_OUTPUT_DIR}")
  _memprof_add_setting(launcher "${memprof_launcher}")
  _memprof_add_setting(binary "$<TARGET_FILE:${target}>")
  _memprof_add_setting(filter "${memprof_filter}")
  _memprof_add_setting(extra_args "${memprof_EXTRA_ARGS}")
  _memprof_add_setting(runs_disabled "${runs_disabled}")
  _memprof_add_setting(working_directory "${memprof_property_WORKING_DIRECTORY}")
  _memprof_add_setting(discovery_timeout "${memprof_DISCOVERY_TIMEOUT}")
  _memprof_add_setting(tests_file "${base}/tests${config}.cmake")
  file(GENERATE OUTPUT "${base}/settings${config}.cmake" CONTENT "${settings}")

  # A target that another directory made takes no POST_BUILD command from here; it is listed at test
  # time, as are tests whose settings were changed since the build.
  get_target_property(directory ${target} SOURCE_DIR)
  if(NOT memprof_DISCOVERY_MODE STREQUAL "PRE_TEST" AND directory STREQUAL CMAKE_CURRENT_SOURCE_DIR)
    add_custom_command(TARGET ${target} POST_BUILD
      BYPRODUCTS "${base}/tests${config}.cmake"
      COMMAND "${CMAKE_COMMAND}" -D "MEMPROF_SETTINGS=${base}/settings${config}.cmake"
              -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/MemprofAddTests.cmake"
      VERBATIM)
  endif()
  set(memprof_script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/MemprofAddTests.cmake")
  set(memprof_settings_file "${base}/settings${config_of_ctest}.cmake")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/memprofCTest.cmake.in" "${base}/ctest.cmake" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${base}/ctest.cmake")
  _memprof_depend_on_driver(${target})
endfunction()

function(_memprof_add_setting name value)
  _memprof_quote(quoted "${value}")
  set(settings "${settings}set(memprof_${name}${quoted})\n" PARENT_SCOPE)
endfunction()

function(memprof_add_test target)
  _memprof_parse(memprof_add_test ${target})
  if(NOT MEMPROF_TESTS)
    return()
  endif()
  _memprof_complete(${target})
  set(name "${memprof_TEST_PREFIX}memprof.${target}${memprof_TEST_SUFFIX}")
  add_test(NAME "${name}"
    COMMAND $<TARGET_FILE:memprof::cli> run --ignore-test-failures --out "${memprof_OUTPUT_DIR}"
            ${memprof_options} --
            ${memprof_launcher} $<TARGET_FILE:${target}> ${memprof_filter} ${memprof_EXTRA_ARGS})
  foreach(property IN LISTS memprof_property_names)
    set_property(TEST "${name}" PROPERTY ${property} "${memprof_property_${property}}")
  endforeach()
  _memprof_depend_on_driver(${target})
endfunction()

# Building the test builds the driver, where that is part of the same build.
function(_memprof_depend_on_driver target)
  get_target_property(imported memprof::cli IMPORTED)
  if(NOT imported)
    add_dependencies(${target} memprof::cli)
  endif()
endfunction()

cmake_policy(POP)
