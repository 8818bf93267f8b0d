# SPDX-License-Identifier: BSD-2-Clause
# Compiles a header alone, once per include tree, and shows what the compiler says about it.
#   cmake -DCOMPILER=... -DFLAGS=a,b,c -DTREES=debug,release -DTREE_ROOT=dir -DHEADER=sel4/x.h
#         [-DLANGUAGE=c|c++] -P check_header.cmake
string(REPLACE "," ";" flags "${FLAGS}")
string(REPLACE "," ";" trees "${TREES}")
if(NOT LANGUAGE)
    set(LANGUAGE c)
endif()
set(broken "")
foreach(tree IN LISTS trees)
    execute_process(
        COMMAND ${COMPILER} ${flags} -I${TREE_ROOT}/${tree} -include ${HEADER}
            -x ${LANGUAGE} -c /dev/null -o /dev/null
        RESULT_VARIABLE result
        ERROR_VARIABLE errors)
    if(NOT result EQUAL 0)
        message("${HEADER}, ${tree} configuration:\n${errors}")
        list(APPEND broken ${tree})
    endif()
endforeach()
if(broken)
    message(FATAL_ERROR "${HEADER} does not compile alone in: ${broken}")
endif()
