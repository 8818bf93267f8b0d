# SPDX-License-Identifier: BSD-2-Clause
# Facts of a board from its device tree, made when the build runs.
#
#   lionscope_add_board_facts(NAME target BOARD folder-of-kernel/boards GIC 2|3 CONFIG gen_config.json
#                             OUTPUT_DIR dir [PLATFORM platform_gen.json] [TOOL program])
#
# Makes the interface library `target`: whoever links it can include <board_facts.h> (and, in a
# linker script, board_facts.ld). PLATFORM: where to write the regions for user programs. TOOL is
# host-tools/board_facts built for the host, a path or a target of this build; without it, it is
# built here.
include(ExternalProject)
set(LIONSCOPE_KERNEL_DIR ${CMAKE_CURRENT_LIST_DIR}/..)

# Sets tool_path and tool_depends in the caller.
macro(lionscope_build_board_facts_tool)
    set(build ${CMAKE_CURRENT_BINARY_DIR}/board_facts_tool)
    set(tool_path ${build}/board-facts)
    ExternalProject_Add(board-facts-tool
        SOURCE_DIR ${LIONSCOPE_KERNEL_DIR}/../host-tools/board_facts
        BINARY_DIR ${build}
        BUILD_BYPRODUCTS ${tool_path}
        INSTALL_COMMAND "")
    set(tool_depends board-facts-tool)
endmacro()

function(lionscope_add_board_facts)
    cmake_parse_arguments(arg "" "NAME;BOARD;GIC;CONFIG;OUTPUT_DIR;PLATFORM;TOOL" "" ${ARGN})
    set(source ${arg_BOARD})
    if(NOT arg_GIC EQUAL 2)
        string(APPEND source _gic_v${arg_GIC})
    endif()
    set(source ${LIONSCOPE_KERNEL_DIR}/boards/${arg_BOARD}/${source}.dts)
    if(NOT EXISTS ${source})
        file(GLOB boards RELATIVE ${LIONSCOPE_KERNEL_DIR}/boards ${LIONSCOPE_KERNEL_DIR}/boards/*)
        list(FILTER boards EXCLUDE REGEX "README")
        list(JOIN boards ", " boards)
        message(FATAL_ERROR "board '${arg_BOARD}' with GICv${arg_GIC}: there is no ${source}; "
            "boards: ${boards}")
    endif()

    if(NOT arg_TOOL)
        lionscope_build_board_facts_tool()
    elseif(TARGET ${arg_TOOL})
        set(tool_path $<TARGET_FILE:${arg_TOOL}>)
        set(tool_depends ${arg_TOOL})
    else()
        set(tool_path ${arg_TOOL})
        set(tool_depends ${arg_TOOL})
    endif()

    find_program(DTC dtc REQUIRED)
    file(READ ${arg_CONFIG} config)
    string(JSON device_top GET "${config}" PADDR_USER_DEVICE_TOP)
    set(dtb ${arg_OUTPUT_DIR}/${arg_BOARD}.dtb)
    set(made ${arg_OUTPUT_DIR}/board_facts.h ${arg_OUTPUT_DIR}/board_facts.ld)
    set(platform "")
    file(MAKE_DIRECTORY ${arg_OUTPUT_DIR})
    if(arg_PLATFORM)
        list(APPEND made ${arg_PLATFORM})
        set(platform --platform ${arg_PLATFORM})
        cmake_path(GET arg_PLATFORM PARENT_PATH platform_dir)
        file(MAKE_DIRECTORY ${platform_dir})
    endif()
    add_custom_command(OUTPUT ${dtb}
        COMMAND ${DTC} -q -I dts -O dtb -d ${dtb}.d -o ${dtb} ${source}
        DEPENDS ${source} DEPFILE ${dtb}.d VERBATIM)
    add_custom_command(OUTPUT ${made}
        COMMAND ${tool_path} --gic ${arg_GIC} --device-top ${device_top}
            --header ${arg_OUTPUT_DIR}/board_facts.h
            --linker-script ${arg_OUTPUT_DIR}/board_facts.ld ${platform} ${dtb}
        DEPENDS ${dtb} ${tool_depends} VERBATIM)
    add_custom_target(${arg_NAME}-files DEPENDS ${made})
    add_library(${arg_NAME} INTERFACE)
    target_include_directories(${arg_NAME} INTERFACE ${arg_OUTPUT_DIR})
    add_dependencies(${arg_NAME} ${arg_NAME}-files)
endfunction()
