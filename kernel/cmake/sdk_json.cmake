# SPDX-License-Identifier: BSD-2-Clause
# The SDK's JSON files from the user headers (microkit.md, section 2), made when the build runs:
# invocations_all.json, object_sizes.json, address_space_constants.json.
#
#   lionscope_add_sdk_json(NAME target HEADERS interface-library CONFIG gen_config.h
#                          OUTPUT_DIR dir)
#
# The names of the invocations come from the preprocessed enumerations, all values from the compiler.
# As a script, which the build calls: cmake -DCOMPILER=... -DINCLUDES=... -DWORK=... -DOUTPUT_DIR=...
# -P sdk_json.cmake
set(LIONSCOPE_SDK_JSON ${CMAKE_CURRENT_LIST_FILE})
set(LIONSCOPE_SDK_FILES invocations_all object_sizes address_space_constants)

function(lionscope_add_sdk_json)
    cmake_parse_arguments(arg "" "NAME;HEADERS;CONFIG;OUTPUT_DIR" "" ${ARGN})
    cmake_path(GET LIONSCOPE_SDK_JSON PARENT_PATH here)
    set(includes $<TARGET_PROPERTY:${arg_HEADERS},INTERFACE_INCLUDE_DIRECTORIES>)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${here}/../include/*.h)
    set(made "")
    foreach(file IN LISTS LIONSCOPE_SDK_FILES)
        list(APPEND made ${arg_OUTPUT_DIR}/${file}.json)
    endforeach()
    add_custom_command(OUTPUT ${made}
        COMMAND ${CMAKE_COMMAND} -DCOMPILER=${CMAKE_C_COMPILER} "-DINCLUDES=$<JOIN:${includes},,>"
            -DWORK=${CMAKE_CURRENT_BINARY_DIR}/sdk_json -DOUTPUT_DIR=${arg_OUTPUT_DIR}
            -P ${LIONSCOPE_SDK_JSON}
        DEPENDS ${LIONSCOPE_SDK_JSON} ${here}/sdk_constants.c ${headers} ${arg_CONFIG}
        VERBATIM)
    add_custom_target(${arg_NAME} ALL DEPENDS ${made})
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    return()
endif()

# Runs the cross compiler on sdk_constants.c; the result goes to the variable `output`.
function(compile output)
    execute_process(COMMAND ${COMPILER} -std=gnu11 -ffreestanding ${ARGN} ${flags} -o -
        OUTPUT_VARIABLE text ERROR_VARIABLE errors RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "sdk_json: the compiler failed:\n${errors}")
    endif()
    set(${output} "${text}" PARENT_SCOPE)
endfunction()

string(REPLACE "," ";" includes "${INCLUDES}")
list(TRANSFORM includes PREPEND -I OUTPUT_VARIABLE flags)
list(APPEND flags -I${WORK})
cmake_path(GET LIONSCOPE_SDK_JSON PARENT_PATH here)

# 1. The names: every enumerator of enum ...invocation_label but the counters at their ends.
compile(preprocessed -E -P -include sel4/invocation.h -x c /dev/null)
string(REGEX MATCHALL "enum [a-z0-9_]*invocation_label *{[^}]*}" enums "${preprocessed}")
set(lines "")
foreach(enum IN LISTS enums)
    string(REGEX REPLACE "^[^{]*{|}" "" enum "${enum}")
    string(REPLACE "," ";" enumerators "${enum}")
    foreach(enumerator IN LISTS enumerators)
        string(REGEX MATCH "[A-Za-z_][A-Za-z0-9_]*" name "${enumerator}")
        if(name AND NOT name MATCHES "^n[A-Za-z0-9]*InvocationLabels$")
            string(APPEND lines "INVOCATION(${name});\n")
        endif()
    endforeach()
endforeach()
if(NOT lines)
    message(FATAL_ERROR "sdk_json: <sel4/invocation.h> has no enum ...invocation_label")
endif()
file(WRITE ${WORK}/sdk_invocations.inc "${lines}")

# 2. The values.
compile(assembly -S ${here}/sdk_constants.c)
foreach(file IN LISTS LIONSCOPE_SDK_FILES)
    string(REGEX MATCHALL "->${file} [^ \n]+ -?[0-9]+" values "${assembly}")
    if(NOT values)
        message(FATAL_ERROR "sdk_json: no values for ${file}.json")
    endif()
    list(TRANSFORM values REPLACE "->${file} ([^ ]+) (-?[0-9]+)" "  \"\\1\": \\2")
    list(JOIN values ",\n" json)
    file(WRITE ${OUTPUT_DIR}/${file}.json "{\n${json}\n}\n")
endforeach()
