# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# One program, with each sanitizer and each compiler: sanitized_<compiler>_<sanitizer> with the
# listener, and _plain without. Both are linked from one object. A combination whose runtime is not
# installed is left out, and its rows in sanitizers_test.cc with it.

find_program(MEMPROF_TEST_GXX g++)
find_program(MEMPROF_TEST_CLANGXX clang++)
mark_as_advanced(MEMPROF_TEST_GXX MEMPROF_TEST_CLANGXX)
set(sanitized_programs)
set(gtest_libraries $<TARGET_FILE:GTest::gtest_main> $<TARGET_FILE:GTest::gtest> -pthread)

foreach(compiler IN ITEMS gcc clang)
  set(cxx ${MEMPROF_TEST_GXX})
  if(compiler STREQUAL "clang")
    set(cxx ${MEMPROF_TEST_CLANGXX})
  endif()
  foreach(sanitizer IN ITEMS address leak thread undefined)
    set(name sanitized_${compiler}_${sanitizer})
    if(NOT cxx)
      message(STATUS "The ${name} test program is left out: there is no ${compiler}")
      continue()
    endif()
    set(flags -fsanitize=${sanitizer})
    # Its reports are warnings unless it is told that they are failures.
    if(sanitizer STREQUAL "undefined")
      list(APPEND flags -fno-sanitize-recover=undefined)
    endif()
    if(NOT DEFINED MEMPROF_LINKS_${name})
      file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.cc "int main() {}\n")
      execute_process(
        COMMAND ${cxx} ${flags} ${CMAKE_CURRENT_BINARY_DIR}/empty.cc
                -o ${CMAKE_CURRENT_BINARY_DIR}/empty_${name}
        RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
      set(links FALSE)
      if(status EQUAL 0)
        set(links TRUE)
      endif()
      set(MEMPROF_LINKS_${name} ${links} CACHE INTERNAL "Whether ${compiler} -fsanitize=${sanitizer} links")
    endif()
    if(NOT MEMPROF_LINKS_${name})
      message(STATUS "The ${name} test program is left out: ${cxx} ${flags} does not link")
      continue()
    endif()
    set(path ${CMAKE_CURRENT_BINARY_DIR}/${name})
    add_custom_command(OUTPUT ${path}.o
      COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${cxx} -std=c++17 -g -O0 ${flags}
              -c ${PROJECT_SOURCE_DIR}/tests/programs/hostile_sanitized.cc -o ${path}.o
      DEPENDS ${PROJECT_SOURCE_DIR}/tests/programs/hostile_sanitized.cc
      VERBATIM COMMAND_EXPAND_LISTS)
    add_custom_command(OUTPUT ${path}_plain
      COMMAND ${cxx} ${flags} ${path}.o ${gtest_libraries} -o ${path}_plain
      DEPENDS ${path}.o GTest::gtest GTest::gtest_main
      VERBATIM COMMAND_EXPAND_LISTS)
    add_custom_command(OUTPUT ${path}
      COMMAND ${cxx} ${flags} ${path}.o $<TARGET_OBJECTS:listener_of_programs>
              $<TARGET_FILE:memprof_plugin> -Wl,-rpath,$<TARGET_FILE_DIR:memprof_plugin>
              ${gtest_libraries} -o ${path}
      DEPENDS ${path}.o $<TARGET_OBJECTS:listener_of_programs> memprof_plugin
              GTest::gtest GTest::gtest_main
      VERBATIM COMMAND_EXPAND_LISTS)
    list(APPEND sanitized_programs ${path} ${path}_plain)
  endforeach()
endforeach()
add_custom_target(sanitized_programs ALL DEPENDS ${sanitized_programs})
add_dependencies(memprof_hostile_tests sanitized_programs)
