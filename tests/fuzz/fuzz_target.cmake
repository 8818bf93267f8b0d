# SPDX-License-Identifier: BSD-2-Clause
# add_fuzz_target(name SOURCES file... [HEADERS file...] [LIBRARIES flag...] [SEEDS file...]
#                 [CORPUS dir] [RUNS count] [MAX_LENGTH bytes])
#
# Builds <name>-fuzz and adds the test fuzz.<name>: all seeds and the corpus, then RUNS inputs made
# from them, the same ones every time. A finding is left in the build folder as crash-...; once
# mended, it goes to the corpus under a telling name. For a long run call the program with a folder:
#   <build>/tests/fuzz/<name>/<name>-fuzz -max_total_time=3600 FOLDER SEEDS-FOLDER
find_program(CLANG clang REQUIRED)

function(add_fuzz_target name)
    cmake_parse_arguments(arg "" "CORPUS;RUNS;MAX_LENGTH" "SOURCES;HEADERS;LIBRARIES;SEEDS" ${ARGN})
    set(program ${CMAKE_CURRENT_BINARY_DIR}/${name}-fuzz)
    set(work ${CMAKE_CURRENT_BINARY_DIR}/grown)
    set(seeds ${CMAKE_CURRENT_BINARY_DIR}/seeds)
    file(MAKE_DIRECTORY ${work} ${seeds})
    if(NOT arg_RUNS)
        set(arg_RUNS 20000)
    endif()
    if(NOT arg_MAX_LENGTH)
        set(arg_MAX_LENGTH 4096)
    endif()
    add_custom_command(OUTPUT ${program}
        COMMAND ${CLANG} -std=gnu11 -g -O1 -Wall -Wextra -Werror
            -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I${LIONSCOPE_ROOT}
            ${arg_SOURCES} ${arg_LIBRARIES} -o ${program}
        DEPENDS ${arg_SOURCES} ${arg_HEADERS} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
        VERBATIM)
    set(copies "")
    foreach(seed IN LISTS arg_SEEDS)
        cmake_path(GET seed FILENAME file)
        add_custom_command(OUTPUT ${seeds}/${file}
            COMMAND ${CMAKE_COMMAND} -E copy ${seed} ${seeds}/${file} DEPENDS ${seed} VERBATIM)
        list(APPEND copies ${seeds}/${file})
    endforeach()
    add_custom_target(${name}-fuzz-target ALL DEPENDS ${program} ${copies})
    add_test(NAME fuzz.${name} COMMAND ${program} -seed=1 -runs=${arg_RUNS}
        -max_len=${arg_MAX_LENGTH} -timeout=10 -artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/
        -verbosity=0 -print_final_stats=1 ${work} ${seeds} ${arg_CORPUS})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
