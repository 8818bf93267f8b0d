# SPDX-License-Identifier: BSD-2-Clause
# The SDK (host build): `cmake --install build --prefix DIR` puts it anywhere, target `sdk` into
# build/sdk, cpack into a package. Layout: microkit.md, section 2.
set(MICROKIT_BOARDS qemu_virt_aarch64 qemu_virt_aarch64_el1)
set(MICROKIT_CONFIGS debug release benchmark)
set(MICROKIT_VERSION 2.3.0)

file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/VERSION CONTENT "${MICROKIT_VERSION}\n" @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/VERSION DESTINATION .)
install(FILES ${LIONSCOPE_ROOT}/LICENSE DESTINATION . RENAME LICENSE.md)
install(FILES ${LIONSCOPE_ROOT}/LICENSE DESTINATION LICENSES RENAME BSD-2-Clause.txt)
install(TARGETS microkit DESTINATION bin)

set(manual ${LIONSCOPE_ROOT}/microkit/MANUAL.md)
set(manual_pdf ${CMAKE_CURRENT_BINARY_DIR}/microkit_user_manual.pdf)
set(make_manual ${LIONSCOPE_ROOT}/microkit/cmake/make-manual)
add_custom_command(OUTPUT ${manual_pdf} COMMAND ${make_manual} ${manual} ${manual_pdf}
    DEPENDS ${manual} ${make_manual} VERBATIM)
add_custom_target(manual DEPENDS ${manual_pdf})
install(FILES ${manual_pdf} DESTINATION doc)
install(FILES ${manual} DESTINATION doc RENAME microkit_user_manual.md)

install(FILES ${LIONSCOPE_ROOT}/examples/system.mk DESTINATION example)
foreach(example hello ping_pong passive_server hierarchy timer_interrupt prefilled shared_queue fault_report
        image_window)
    install(DIRECTORY ${LIONSCOPE_ROOT}/examples/${example} DESTINATION example)
endforeach()

# Until the kernel knows EL2 both boards are the same build.
foreach(board ${MICROKIT_BOARDS})
    foreach(config ${MICROKIT_CONFIGS})
        install(CODE "
            execute_process(
                COMMAND \"${CMAKE_COMMAND}\" --install \"${CMAKE_BINARY_DIR}/target/${config}\"
                    --prefix \"\${CMAKE_INSTALL_PREFIX}/board/${board}/${config}\"
                COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
            file(REMOVE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/board/${board}/${config}/install_manifest.txt\")
        ")
    endforeach()
endforeach()

set(MICROKIT_SDK ${CMAKE_BINARY_DIR}/sdk)
add_custom_target(sdk ALL
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${MICROKIT_SDK} # so that nothing stays that no longer belongs
    COMMAND ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --prefix ${MICROKIT_SDK} > sdk-install.log
    DEPENDS microkit lionscope-compose manual VERBATIM)
foreach(config ${MICROKIT_CONFIGS})
    add_dependencies(sdk target-${config})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGE_NAME lionscope-microkit-sdk)
set(CPACK_PACKAGE_VERSION ${MICROKIT_VERSION})
set(CPACK_PACKAGE_CONTACT "The Lionscope developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Microkit SDK for the Lionscope kernel")
set(CPACK_PACKAGING_INSTALL_PREFIX /opt/microkit-sdk-${MICROKIT_VERSION})
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
include(CPack)
