# SPDX-License-Identifier: BSD-2-Clause
# How a system is built with a Microkit SDK. An example's Makefile sets NAME (its .system file) and
# PDS (one program per C file), then includes this. With COMPOSITION, the .system file is made of that
# (see lionsos.mk in the SDK).
#
#   make MICROKIT_SDK=/path/to/sdk [MICROKIT_BOARD=...] [MICROKIT_CONFIG=...] [BUILD_DIR=...] [run]
ifeq ($(strip $(MICROKIT_SDK)),)
$(error MICROKIT_SDK must name the folder of a Microkit SDK)
endif
MICROKIT_BOARD ?= qemu_virt_aarch64
MICROKIT_CONFIG ?= debug
BUILD_DIR ?= build

# Sources are named as seen from here, so that programs are the same wherever they are built: from the root of this file's
# tree, or from the makefile's folder if it is a copy somewhere else.
SYSTEM_MK_TREE := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
SOURCE_ROOT ?= $(if $(wildcard $(SYSTEM_MK_TREE)/host-tools/dev),$(SYSTEM_MK_TREE),$(CURDIR))

CC := aarch64-linux-gnu-gcc
BOARD_DIR := $(MICROKIT_SDK)/board/$(MICROKIT_BOARD)/$(MICROKIT_CONFIG)
CFLAGS := -std=gnu11 -mcpu=cortex-a53 -mstrict-align -ffreestanding -nostdlib -g -O2 -Wall -Wextra -Werror \
	-fno-omit-frame-pointer -ffile-prefix-map=$(SOURCE_ROOT)=. -I$(BOARD_DIR)/include $(EXTRA_CFLAGS)
LDFLAGS := -nostdlib -static -no-pie -Wl,-z,max-page-size=4096 -Wl,--build-id -L$(BOARD_DIR)/lib
LIBS := -lmicrokit -Wl,-T,microkit.ld

IMAGE := $(BUILD_DIR)/loader.img
ELFS := $(PDS:%=$(BUILD_DIR)/%.elf)
SYSTEM := $(if $(COMPOSITION),$(BUILD_DIR)/composed/$(basename $(notdir $(COMPOSITION))).system,$(NAME).system)
SEARCH := $(if $(COMPOSITION),$(BUILD_DIR)/composed) $(BUILD_DIR) .

all: $(IMAGE)

$(BUILD_DIR):
	mkdir -p $@

$(BUILD_DIR)/%.elf: %.c $(HEADERS) $(BOARD_DIR)/lib/libmicrokit.a | $(BUILD_DIR)
	$(CC) $(CFLAGS) $(LDFLAGS) $< $(LIBS) -o $@

$(IMAGE): $(ELFS) $(SYSTEM) $(PREFILLS)
	$(MICROKIT_SDK)/bin/microkit $(SYSTEM) --search-path $(SEARCH) \
		--board $(MICROKIT_BOARD) --config $(MICROKIT_CONFIG) -o $@ -r $(BUILD_DIR)/report.txt

# Leave QEMU with Ctrl-A X.
run: $(IMAGE)
	qemu-system-aarch64 -machine virt -cpu cortex-a53 -m size=2G -nographic -serial mon:stdio \
		-device loader,file=$(IMAGE),addr=0x70000000,cpu-num=0

clean:
	rm -rf $(BUILD_DIR)

.PHONY: all run clean
