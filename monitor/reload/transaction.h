/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transaction that replaces a PD's image: stage, verify, quiesce, swap, probation, commit or roll back. At
 * each moment one complete image is installed. No I/O and no capabilities of its own: what it does to the
 * PD it does through struct reload_target, so it runs on the host as well.
 */
#pragma once

#include <stdbool.h>

#include "lionsos/include/lions/reload.h"
#include "monitor/include/monitor/reload_config.h"
#include "monitor/protocol/messages.h"

/* What can be done to a PD. */
struct reload_target {
    /* At rest: waits for the next event, with nothing half done. Otherwise *where is its PC, if known. */
    bool (*is_at_rest)(unsigned pd, uint64_t *where);
    /* Stops it if it is at rest: from then until start() it executes nothing. Else nothing has changed. */
    bool (*hold)(unsigned pd, uint64_t *where);
    /* It has been held, and goes on as if nothing had been. */
    void (*release)(unsigned pd);
    /* Stops it wherever it is: what it was doing is given up. */
    void (*stop)(unsigned pd);
    /* True if it executes nothing until start() or release(): it has been held or stopped, or has faulted. */
    bool (*is_stopped)(unsigned pd);
    /* Lets it begin at `entry` with an empty stack, whatever it was doing. */
    void (*start)(unsigned pd, uint64_t entry);
    /* The instruction that it is at. */
    uint64_t (*pc)(unsigned pd);
    /* Times its budget has run out. */
    uint64_t (*exhaustions)(unsigned pd);
    /* What was written at `text` is to be executed. */
    void (*make_executable)(const void *text, uint32_t bytes);
    uint64_t (*now)(void); /* ticks */
    uint64_t ticks_per_ms;
    /* Copies out of the image that the system was booted with. False: not all of it lies there. */
    bool (*read)(unsigned pd, uint64_t address, void *to, uint32_t bytes);
    /* A debugger has stopped it: it can neither be held nor is it to blame for doing nothing. */
    bool (*is_held)(unsigned pd);
};

/* The images that one PD has: 0 the one it was booted with, 1 and 2 in its slots. */
#define RELOAD_IMAGES   3
#define RELOAD_NO_IMAGE 3

/* Largest hand-over region: a copy of it is kept while an image is on probation. */
#define RELOAD_HAND_OVER_MAX 0xa000

struct reload_image {
    uint64_t entry; /* 0: none, or not known */
    uint32_t version;
    uint32_t schema; /* that it writes */
    uint32_t oldest_schema;
    uint32_t build_id_length;
    uint8_t build_id[PROTOCOL_ID_MAX];
    uint32_t check; /* of all of this (record.h) */
};

struct reload_module {
    const monitor_reload_pd_t *config;
    const struct reload_target *target;
    unsigned pd;        /* index */
    const uint8_t *key; /* that modules have to be signed with; NULL: they need not be */
    struct reload_image images[RELOAD_IMAGES];

    /*
     * What runs and what is under way: one word, so that it changes at once. It is written by record_set() alone
     * (record.h), before what it says is done, so that a monitor that is restarted knows where it stands.
     */
    union {
        struct {
            uint8_t step;     /* enum reload_step */
            uint8_t running;  /* number of an image */
            uint8_t previous; /* what a rollback brings back, or RELOAD_NO_IMAGE */
            uint8_t next;     /* that is being installed */
            uint32_t check;
        };
        uint64_t record; /* 0: memory as it is at boot */
    };

    enum protocol_reload_cause cause; /* why the last transaction ended */
    uint64_t detail;
    uint32_t transaction; /* the console's number for it */
    uint32_t swaps;
    uint64_t since;
    uint64_t down;
    uint64_t ready;

    struct protocol_reload_begin staged; /* while staging, and until it is installed */
    uint32_t arrived[2];                 /* of its text and data: up to the furthest byte */
    struct {
        uint16_t length;
        uint8_t at[PROTOCOL_WHO_MAX];
    } who;              /* asked for the last transaction */
    uint32_t restarts;  /* of the monitor */
    uint64_t deadline;  /* of the phase */
    uint64_t probation; /* ticks */
    uint64_t exhausted_before;
    uint64_t looked_at; /* on probation, last */
    bool stands;        /* then a debugger had stopped it */
    /* When the running image was last known to be alive, its start or a rest; so much later as a debugger had stopped it since. */
    uint64_t alive_at;
    /* What install() is about, written before the record says so. */
    struct {
        uint64_t at; /* ticks */
        uint32_t swaps;
        enum protocol_reload_cause cause; /* of going back */
        uint64_t detail;
        bool is_proven; /* what is left: it has not only been on probation */
    } swap;
    /* Of the hand-over, at the swap. */
    uint64_t snapshot[RELOAD_HAND_OVER_MAX / sizeof(uint64_t)] __attribute__((aligned(16)));
    bool rested;      /* the running image, ready, has been seen at rest */
    bool wanted_back; /* a rollback has been asked for and waits until the PD is at rest */
    bool watched;     /* since the swap: exhausted_before, of its last rest, is known */
    bool changed;     /* the console is to be told */
};

/* What a restarted monitor has found of a transaction, and done. */
enum reload_recovery {
    RELOAD_FRESH,     /* it has just been booted */
    RELOAD_UNTOUCHED, /* nothing was under way */
    RELOAD_DROPPED, /* nothing had been changed: it has ended (RELOAD_MONITOR_RESTARTED), the PD goes on */
    RELOAD_INSTALLED, /* the swap was half done: it is done, the new image is on probation */
    RELOAD_WATCHED,   /* the new image is on probation: that goes on */
    RELOAD_RETURNED,  /* the way back was half done: it is done */
    RELOAD_LOST,      /* the record is damaged: what runs is known by where the PD is */
    RELOAD_RECOVERIES
};

/*
 * `boot` describes the image that the system was booted with. *module is zero at boot. If it is not, the monitor has been
 * restarted and this is what it left: then what was under way is given up, or carried through.
 */
enum reload_recovery reload_module_init(struct reload_module *module,
        const monitor_reload_pd_t *config, const struct reload_target *target, unsigned pd,
        const struct reload_image *boot);

enum protocol_reload_phase reload_phase(const struct reload_module *module);
/* A transaction of that number has come to its end, and none since; the state says how. */
bool reload_has_ended(const struct reload_module *module, uint32_t transaction);

/* The console's requests. Each can be repeated. False: not in this phase, or another transaction; nothing changed. */
bool reload_begin(struct reload_module *module, const struct protocol_reload_begin *request);
bool reload_chunk(struct reload_module *module, const struct protocol_reload_chunk *request);
bool reload_verify(struct reload_module *module, const struct protocol_reload_verify *request);
bool reload_swap(struct reload_module *module, const struct protocol_reload_swap *request);
bool reload_rollback(struct reload_module *module, const struct protocol_reload_rollback *request);

/* The PD has faulted. True: the transaction has dealt with it, the PD runs again. */
bool reload_fault(struct reload_module *module, uint64_t label);
/* Goes on with what waits. */
void reload_tick(struct reload_module *module);
/* When reload_tick is needed next, in ticks; UINT64_MAX: not before the next event. */
uint64_t reload_next(const struct reload_module *module);

void reload_state(const struct reload_module *module, struct protocol_reload_state *state);
