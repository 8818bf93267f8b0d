# SPDX-License-Identifier: BSD-2-Clause
# For the Makefile of a system: compiling clients, and filling in the components' configuration.
#
# Before including it, set MICROKIT_SDK, MICROKIT_BOARD and MICROKIT_CONFIG. BUILD is the folder for
# everything that is made. Afterwards there are CFLAGS, LDFLAGS and, to end a link line with,
# LIBS (printing by the serial virtualiser) or LIBS_DEBUG (printing on the debug console), and
#
#   $(call sddf_image,<image>,<component>,<section>=<blob>...)
#
# which makes rules for $(BUILD)/<image>: the component with each section replaced by the blob, an
# object of the system's configuration <system>_config.c that stands in SDDF_BLOB("<blob>").

BOARD_DIR := $(MICROKIT_SDK)/board/$(MICROKIT_BOARD)/$(MICROKIT_CONFIG)
LIONSOS_DIR := $(BOARD_DIR)/lionsos

CROSS ?= aarch64-linux-gnu-
CC := $(CROSS)gcc
LD := $(CROSS)ld
OBJCOPY := $(CROSS)objcopy

CFLAGS += -std=gnu11 -O2 -g -mcpu=cortex-a53 -ffreestanding -fno-pic -fno-stack-protector \
	-Wall -Wextra -I$(BOARD_DIR)/include -I$(LIONSOS_DIR)/include
LDFLAGS += -L$(BOARD_DIR)/lib -L$(LIONSOS_DIR)/lib -T microkit.ld \
	-z max-page-size=4096 -z noexecstack --no-warn-rwx-segments
LIBS := -lsddf_util -lmicrokit
LIBS_DEBUG := -lsddf_util_debug -lmicrokit

$(BUILD)/%.o: %.c | $(BUILD)
	$(CC) -c $(CFLAGS) -MMD $< -o $@

$(BUILD):
	mkdir -p $@

-include $(wildcard $(BUILD)/*.d)

# The components as the SDK has them, to be configured.
$(BUILD)/unconfigured/%.elf: $(LIONSOS_DIR)/elf/%.elf
	mkdir -p $(@D)
	cp $< $@

# The bytes of one configuration object.
$(BUILD)/%.data: $(SDDF_CONFIG_OBJECT)
	$(OBJCOPY) -O binary --only-section=.blob.$* $< $@
	@test -s $@ || { echo "$<: no object stands in SDDF_BLOB(\"$*\")" >&2; rm -f $@; exit 1; }

# One image: <image>, what it is made of, and the sections to fill.
define sddf_image
$(BUILD)/$(1): $(BUILD)/$(2) $(foreach pair,$(3),$(BUILD)/$(lastword $(subst =, ,$(pair))).data)
	$(OBJCOPY) $(foreach pair,$(3),--update-section \
		.$(firstword $(subst =, ,$(pair)))=$(BUILD)/$(lastword $(subst =, ,$(pair))).data) $(BUILD)/$(2) $$@
endef
