# SPDX-License-Identifier: BSD-2-Clause
# How components and their libraries are compiled and linked.
set(LIONSOS_DIR ${CMAKE_CURRENT_LIST_DIR}/..)

# Everything that goes into a PD. Without FPU registers, so that switching to a component is cheap.
add_library(sddf_headers INTERFACE)
target_include_directories(sddf_headers INTERFACE
    ${LIONSOS_DIR}/include ${LIONSOS_DIR}/include/microkit ${LIONSCOPE_ROOT})
target_link_libraries(sddf_headers INTERFACE microkit)
target_compile_options(sddf_headers INTERFACE
    -std=gnu11 -O2 -g -mcpu=cortex-a53 -mgeneral-regs-only -ffreestanding -fno-pic
    -fno-stack-protector -fno-omit-frame-pointer -fno-asynchronous-unwind-tables
    -fno-tree-loop-distribute-patterns
    -ffile-prefix-map=${LIONSCOPE_ROOT}=. -Wall -Wextra -Werror)

set(SDDF_UTIL_SOURCES assert cache division memory print_console print_debug print_memory printf
    reload string)
list(TRANSFORM SDDF_UTIL_SOURCES PREPEND ${LIONSOS_DIR}/lib/util/)
list(TRANSFORM SDDF_UTIL_SOURCES APPEND .c)

# add_sddf_library(name putchar-source): printing, strings and memory for PDs
function(add_sddf_library name)
    add_library(${name} STATIC ${SDDF_UTIL_SOURCES} ${ARGN})
    target_link_libraries(${name} PUBLIC sddf_headers)
    install(TARGETS ${name} ARCHIVE DESTINATION lionsos/lib)
endfunction()

# add_sddf_component(name [ON_SERIAL] sources... [LIBRARIES library...]): a PD's image, <name>.elf. It
# prints on the kernel's debug console, or with ON_SERIAL as a client of a serial virtualiser.
function(add_sddf_component name)
    cmake_parse_arguments(arg "ON_SERIAL" "" "LIBRARIES" ${ARGN})
    set(printing sddf_util_debug)
    if(arg_ON_SERIAL)
        set(printing sddf_util)
    endif()
    add_executable(${name}.elf ${arg_UNPARSED_ARGUMENTS})
    target_link_libraries(${name}.elf PRIVATE ${arg_LIBRARIES} ${printing})
    target_link_options(${name}.elf PRIVATE -nostdlib -static -no-pie -T ${MICROKIT_LD}
        -Wl,--build-id=sha1 -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack)
    set_target_properties(${name}.elf PROPERTIES LINK_DEPENDS ${MICROKIT_LD})
    install(PROGRAMS $<TARGET_FILE:${name}.elf> DESTINATION lionsos/elf)
endfunction()

# Room for the code of a module; its variables follow (module.ld).
set(LIONS_MODULE_DATA 0x20000)

# add_mechanics(name sources...): what all images of a component have in common, whatever their policy: lib<name>.a.
function(add_mechanics name)
    add_library(${name} STATIC ${ARGN})
    target_link_libraries(${name} PUBLIC sddf_headers)
    target_link_options(${name} INTERFACE -Wl,-u,init)
    install(TARGETS ${name} ARCHIVE DESTINATION lionsos/lib)
endfunction()

# add_reloadable_module(name sources... [LIBRARIES library...]): an image that replaces a running component's,
# <name>.elf in folder modules. Position-independent: it goes into whichever slot is free.
function(add_reloadable_module name)
    cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
    add_executable(${name}.module ${arg_UNPARSED_ARGUMENTS})
    set_target_properties(${name}.module PROPERTIES OUTPUT_NAME ${name}.elf
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/modules
        LINK_DEPENDS ${LIONSOS_DIR}/module.ld)
    target_link_libraries(${name}.module PRIVATE ${arg_LIBRARIES} sddf_util_debug)
    target_link_options(${name}.module PRIVATE -nostdlib -static-pie -T ${LIONSOS_DIR}/module.ld
        -Wl,-pie,--no-dynamic-linker -Wl,-z,notext -Wl,--defsym=MODULE_DATA=${LIONS_MODULE_DATA}
        -Wl,--build-id=sha1 -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack)
    install(PROGRAMS $<TARGET_FILE:${name}.module> DESTINATION lionsos/modules)
endfunction()
