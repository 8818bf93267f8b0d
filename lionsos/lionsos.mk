# SPDX-License-Identifier: BSD-2-Clause
# For the Makefile of a system that uses sDDF components: what to compile and link clients with, and
# how to fill in the components' configuration.
#
# It needs BOARD_DIR, the SDK's folder board/<board>/<config>; BUILD_DIR, where everything is made; and
# at least one of these two:
#
#   COMPOSITION  the file that lionscope-compose makes the system description and the configuration
#                of, with COMPOSE_FLAGS, such as `--set net.policy=token_bucket`; it also needs
#                MICROKIT_SDK and IMAGE, the boot image
#   SDDF_CONFIG  the C file with the configuration, one structure in each SDDF_BLOB("<blob>"); with
#                a composition, for the sections of the user's own
#
# It gives
#
#   SDDF_CFLAGS      for compiling clients
#   SDDF_LIBS        in front of -lmicrokit, for clients that print through the serial virtualiser
#   SDDF_LIBS_DEBUG  the same, for clients that print on the kernel's debug console
#
# With a composition, $(COMPOSED_SYSTEM) is the system description and $(IMAGE) depends on $(BUILD_DIR)/composed/<pd>.elf of each PD: a copy of its
# program, in $(BUILD_DIR) or one of the SDK's components, with its configuration filled in. The makefile
# only says how its own programs are made. With a C file it calls, for each PD,
#
#   $(eval $(call sddf_image,<image>,<program>,<section>=<blob> ...))
#
# which makes $(BUILD_DIR)/<image>.elf: a copy of <program>, one of the SDK's components or an ELF file
# of $(BUILD_DIR), with each section replaced by a blob. SDDF_PROGRAMS, if set, names programs of
# BUILD_DIR that the makefile has a rule of its own for.
#
# A policy, or any component that includes <lions/reload.h>, as a module for `lionscope reload`:
#
#   $(eval $(call lions_module,<name>,<C files>[,<more flags>[,<libraries>]]))
#
# makes $(BUILD_DIR)/modules/<name>.elf, compiled with CFLAGS. LIONS_MODULE_DATA is the room for its code: the
# text_size of its PD's slots. The mechanics of the virtualisers whose policies can be written are libraries:
# $(NET_VIRT_TX) with a policy of <lions/tx_policy.h>, $(NET_VIRT_RX) with one of <lions/rx_policy.h>.
LIONSOS_DIR := $(BOARD_DIR)/lionsos

SDDF_CFLAGS := -I$(LIONSOS_DIR)/include
SDDF_LIBS := -L$(LIONSOS_DIR)/lib -lsddf_util
SDDF_LIBS_DEBUG := -L$(LIONSOS_DIR)/lib -lsddf_util_debug

NET_VIRT_TX := -Wl,-u,init -L$(LIONSOS_DIR)/lib -lnet_virt_tx
NET_VIRT_RX := -Wl,-u,init -L$(LIONSOS_DIR)/lib -lnet_virt_rx

LIONS_MODULE_DATA ?= 0x20000
LIONS_MODULE_LDFLAGS = -nostdlib -static-pie -T $(LIONSOS_DIR)/module.ld -Wl,-pie,--no-dynamic-linker \
	-Wl,-z,notext -Wl,--defsym=MODULE_DATA=$(LIONS_MODULE_DATA) -Wl,--build-id=sha1 \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -L$(BOARD_DIR)/lib

define lions_module
$(BUILD_DIR)/modules/$(strip $(1)).elf: $(2) $(LIONSOS_DIR)/module.ld
	mkdir -p $$(@D)
	$(SDDF_CC) $(CFLAGS) $(SDDF_CFLAGS) $(3) $(LIONS_MODULE_LDFLAGS) $(2) $(4) $(SDDF_LIBS_DEBUG) -lmicrokit -o $$@
endef

SDDF_CC ?= aarch64-linux-gnu-gcc
SDDF_OBJCOPY ?= aarch64-linux-gnu-objcopy
.SECONDARY:

# `a=b` to `a` and to `b`
sddf_section = $(firstword $(subst =, ,$(1)))
sddf_value = $(lastword $(subst =, ,$(1)))

ifdef COMPOSITION
COMPOSE := $(MICROKIT_SDK)/bin/lionscope-compose
COMPOSED := $(BUILD_DIR)/composed

# Changes only when the flags do.
$(COMPOSED)/flags: sddf_always
	@mkdir -p $(@D)
	@echo '$(COMPOSE_FLAGS)' | cmp -s - $@ || echo '$(COMPOSE_FLAGS)' >$@

.PHONY: sddf_always

# Makes everything else in the folder too.
$(COMPOSED)/images.mk: $(COMPOSITION) $(COMPOSE) $(LIONSOS_DIR)/board.dtb $(COMPOSED)/flags
	$(COMPOSE) --board-tree $(LIONSOS_DIR)/board.dtb --drivers $(LIONSOS_DIR)/drivers -o $(COMPOSED) \
		$(COMPOSE_FLAGS) $<

$(COMPOSED)/%.data $(COMPOSED)/%.system: $(COMPOSED)/images.mk
	@touch $@

# composed_image(pd, program, section=file of $(COMPOSED) ..., section=file of $(BUILD_DIR) ...)
composed_pairs = $(foreach pair,$(1),$(call sddf_section,$(pair))=$(COMPOSED)/$(call sddf_value,$(pair)))\
	$(foreach pair,$(2),$(call sddf_section,$(pair))=$(BUILD_DIR)/$(call sddf_value,$(pair)))

define composed_image
$(COMPOSED)/$(1).elf: $(2) $(foreach pair,$(call composed_pairs,$(3),$(4)),$(call sddf_value,$(pair)))
	$(SDDF_OBJCOPY) $(foreach pair,$(call composed_pairs,$(3),$(4)),--update-section .$(pair)) $$< $$@
endef

ifneq ($(MAKECMDGOALS),clean)
include $(COMPOSED)/images.mk
endif
$(IMAGE): $(COMPOSED_IMAGES)
endif

ifdef SDDF_CONFIG
SDDF_CONFIG_OBJECT := $(BUILD_DIR)/$(SDDF_CONFIG:.c=.o)

$(SDDF_CONFIG_OBJECT): $(SDDF_CONFIG)
	mkdir -p $(@D)
	$(SDDF_CC) -c -std=gnu11 -ffreestanding -fno-pic -Wall -Wextra $(SDDF_CFLAGS) $< -o $@

# The bytes of one configuration structure.
$(BUILD_DIR)/%.data: $(SDDF_CONFIG_OBJECT)
	$(SDDF_OBJCOPY) -O binary --only-section=.blob.$* $< $@
	@test -s $@ || { echo "$(SDDF_CONFIG): nothing stands in SDDF_BLOB(\"$*\")" >&2; rm -f $@; exit 1; }

$(BUILD_DIR)/sddf/%.elf: $(LIONSOS_DIR)/elf/%.elf
	mkdir -p $(@D)
	cp $< $@

sddf_blob = $(BUILD_DIR)/$(call sddf_value,$(1)).data
# where a program comes from: made by the user, if there is a C file for it, else of the SDK
sddf_program = $(if $(wildcard $(1).c)$(filter $(1),$(SDDF_PROGRAMS)),$(BUILD_DIR)/$(1).elf,$(BUILD_DIR)/sddf/$(1).elf)

define sddf_image
$(BUILD_DIR)/$(strip $(1)).elf: $(call sddf_program,$(strip $(2))) $(foreach pair,$(3),$(call sddf_blob,$(pair)))
	$(SDDF_OBJCOPY) $(foreach pair,$(3),\
		--update-section .$(call sddf_section,$(pair))=$(call sddf_blob,$(pair))) $$< $$@
endef
endif
