# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Builds one tree of the project in matrix/ with an installed memprof, and runs its test programs: as
# they are, where the listener must speak once for each test, and by memprof, which must find the one
# leak and no other, from what that listener told.

cmake_minimum_required(VERSION 3.25)

# run(COMMAND... ) stops the test where the command ends otherwise than with `expected`; its output is
# then in `output`.
function(run expected)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT status STREQUAL expected)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_count text pattern count)
  string(REGEX MATCHALL "${pattern}" found "${text}")
  list(LENGTH found times)
  if(NOT times EQUAL count)
    message(SEND_ERROR "${program}: expected ${count} times, got ${times}: ${pattern}\nin:\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
set(build "${WORK_DIR}/build")
set(installed "${WORK_DIR}/installed")
list(JOIN PLACEMENTS_14 "," placements_14)  # run() would take a list apart
list(JOIN PLACEMENTS_20 "," placements_20)
run(0 ${CMAKE_COMMAND} --install "${MEMPROF_BINARY_DIR}" --prefix "${installed}" --config "${CONFIG}")
run(0 ${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/matrix" -B "${build}" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${COMPILER_LAUNCHER}"
    "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}" "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2 -g1"
    "-DCMAKE_PREFIX_PATH=${installed}" "-DGOOGLETEST_SOURCE_DIR=${GOOGLETEST_SOURCE_DIR}"
    "-DPLACEMENTS_14=${placements_14}" "-DPLACEMENTS_20=${placements_20}")
run(0 ${CMAKE_COMMAND} --build "${build}" --config "${BUILD_TYPE}")

set(memprof "${installed}/bin/memprof")
set(programs "")
foreach(standard IN ITEMS 14 20)
  foreach(placement IN LISTS PLACEMENTS_${standard})
    list(APPEND programs "${placement}_${standard}")
  endforeach()
endforeach()
foreach(program IN LISTS programs)
  set(path "${build}/${program}")
  if(EXISTS "${build}/${BUILD_TYPE}/${program}")
    set(path "${build}/${BUILD_TYPE}/${program}")
  endif()
  run(0 ${CMAKE_COMMAND} -E env MEMPROF=verbose "${path}")
  foreach(test IN ITEMS LosesAPart GivesAPartBack)
    expect_count("${output}" "\\[  MEMORY  \\] Warehouse\\.${test} kept" 1)
  endforeach()

  set(out "${WORK_DIR}/out ${program}")
  run(1 "${memprof}" run --tools none --no-waste --max-runs 48 --format json --out "${out}" -- "${path}")
  file(READ "${out}/report.json" report)
  string(JSON findings LENGTH "${report}" findings)
  string(JSON gaps GET "${report}" not_measured)
  string(JSON severity GET "${report}" findings 0 severity)
  string(JSON tests GET "${report}" findings 0 tests)
  if(NOT "${findings} ${severity}" STREQUAL "1 critical" OR NOT tests MATCHES "^[^A-Z]*Warehouse.LosesAPart[^A-Z]*$"
     OR NOT gaps MATCHES "^\\[[ \n]*\\]$")
    message(SEND_ERROR "${program}: ${findings} findings, the first ${severity} in ${tests}; "
                       "not measured: ${gaps}")
  endif()
  run(0 "${memprof}" dump "${out}/work/screen.rec")
  expect_count("${output}" "\"boundary_source\":\"listener\"" 1)
  expect_count("${output}" "\"type\":\"test_start\"" 2)
  expect_count("${output}" "\"file\":\"[^\"]*/matrix_test.cc\"" 2)
endforeach()
