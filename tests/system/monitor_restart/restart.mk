# SPDX-License-Identifier: BSD-2-Clause
# The monitored echo server, its monitor below a supervisor: from its folder,
# make -f .../restart.mk COMPOSITION=... MICROKIT_SDK=... BUILD_DIR=...
RESTART := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
include Makefile

$(BUILD_DIR)/supervisor.elf: $(RESTART)/supervisor.c $(RESTART)/gpio.h | $(BUILD_DIR)
	$(CC) $(CFLAGS) $(LDFLAGS) $< $(LIBS) -o $@
