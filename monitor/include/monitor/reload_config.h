/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which PDs can be reloaded, and where their images go: section .reload_config of the monitor. Each has two
 * slots of two memory regions: one that the PD maps readable and executable, one readable and writable; the
 * monitor maps both readable and writable. The data's address is the text's plus text_bytes. A third region is the hand-over
 * (lions/reload.h).
 */
#pragma once

#include <sddf/resources/common.h>

#define MONITOR_RELOADABLE_MAX 8
#define MONITOR_RELOAD_SLOTS   2
#define MONITOR_MODULE_KIND    32
#define MONITOR_MODULE_KEY     65

/* Initialiser of the magic field. */
#define MONITOR_RELOAD_MAGIC_CLASS 83
#define MONITOR_RELOAD_MAGIC                           \
    {                                                  \
        's', 'D', 'D', 'F', MONITOR_RELOAD_MAGIC_CLASS \
    }

typedef struct monitor_reload_slot {
    uint64_t address; /* of the text, in the PD */
    void *text;       /* in the monitor */
    void *data;
} monitor_reload_slot_t;

typedef struct monitor_reload_pd {
    char pd[SDDF_NAME_LENGTH]; /* its name in the system description */
    char kind[MONITOR_MODULE_KIND];
    uint32_t interface;
    uint32_t config_bytes;
    uint32_t version;    /* of the image that the system is booted with */
    uint32_t text_bytes; /* room for the text, and for the data */
    uint32_t data_bytes;
    monitor_reload_slot_t slots[MONITOR_RELOAD_SLOTS];
    region_resource_t hand_over; /* in the monitor */
} monitor_reload_pd_t;

typedef struct monitor_reload_config {
    char magic[SDDF_MAGIC_LEN];
    uint32_t count;
    monitor_reload_pd_t pds[MONITOR_RELOADABLE_MAX];
    /* Modules have to be signed with the private half of this key, a point of P-256 in uncompressed form; all zero: need not. */
    uint8_t key[MONITOR_MODULE_KEY];
} monitor_reload_config_t;
