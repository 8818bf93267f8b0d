/* SPDX-License-Identifier: BSD-2-Clause */
/* Images of PDs that can be reloaded: what runs, what ran, and the phases of the last transaction. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/protocol/messages.h"

#define MODULE_ID_MAX (2 * PROTOCOL_ID_MAX + 1)

struct model;

/* Of a transaction, in their order. */
enum reload_step {
    STEP_STAGE,
    STEP_VERIFY,
    STEP_QUIESCE,
    STEP_SWAP, /* no phase of its own: how long it took the target says afterwards */
    STEP_PROBATION,
    RELOAD_STEPS
};

struct model_module {
    bool known; /* the PD can be reloaded, and this is how it stands */
    struct protocol_reload_state state;
    /* Of the transaction that is under way, or was last; ms of this host, 0: was not seen. */
    int64_t begun[RELOAD_STEPS];
    int64_t ended;
    int64_t heard;
};

#define MODULE_INSTALLS 32

/* An image was installed: samples from then on are of it. */
struct module_install {
    uint16_t pd;
    uint64_t since;   /* ticks */
    uint64_t address; /* of its text; 0: the image the system was booted with */
    uint32_t version;
    char build_id[MODULE_ID_MAX];
};

struct model_modules {
    struct model_module of[PROTOCOL_PDS_MAX]; /* by PD */
    struct module_install installs[MODULE_INSTALLS];
    unsigned install_count; /* all there ever were; the last ones are kept */
};

/* A state has come at `now` (ms). */
void modules_take(
        struct model_modules *modules, const struct protocol_reload_state *state, int64_t now);

/* Build-ids as hexadecimal digits. */
void module_id_text(const uint8_t *bytes, size_t length, char out[MODULE_ID_MAX]);
/* Of the image that runs; of the booted one it is the archive's. "": not known. */
void module_running_id(const struct model *model, unsigned pd, char out[MODULE_ID_MAX]);
/* Of the one that a rollback brings back. */
void module_previous_id(const struct model *model, unsigned pd, char out[MODULE_ID_MAX]);
/* Seconds since the running image was installed, or since boot; negative: not known. */
double module_age_s(const struct model *model, unsigned pd);
/* A transaction is under way somewhere, or somebody is about to begin one. */
bool modules_are_changing(const struct model *model);
/* Where the transaction that is under way stands. */
enum reload_step module_step(const struct model_module *module);
/* Who debugs, in words, whatever PD that is: only one console at a time does. */
void module_debugger(const struct model *model, char *out, size_t size);
/* What keeps a transaction from going on, in words; "" if nothing does. */
void module_blocker(const struct model *model, unsigned pd, char *out, size_t size);

/*
 * The image that lay at an address of a PD at a time, as far as was seen. NULL: none, it is the program that
 * the PD was booted with. UINT64_MAX: now.
 */
const struct module_install *modules_at(
        const struct model_modules *modules, unsigned pd, uint64_t ticks, uint64_t address);
