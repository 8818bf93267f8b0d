/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system as the host knows it, fed by messages. Knows no terminal and no socket. Whatever is not
 * known is marked so: a counter by its bit in `present`, a rate by NAN.
 */
#pragma once

#include "console/model/holders.h"
#include "console/model/log_store.h"
#include "console/model/modules.h"
#include "console/model/system_names.h"

#define MODEL_HISTORY 60 /* rate windows kept for sparklines */

/* Of when the counters of one thing are, in ticks; and the same at the begin of the rate window. */
struct model_span {
    uint64_t time;
    uint64_t base;
};

/* Rates over one window, per second; NAN: not known. */
struct pd_rates {
    double cpu;      /* share of the time in which the thread ran, 0..1 */
    double paid;     /* share of the time that its scheduling context paid for */
    double switches; /* times switched to */
    double ipc;      /* messages sent, called, received */
    double signals;
    double faults;
    double expirations;
};

struct model_pd {
    bool listed; /* the target has it */
    uint32_t flags;
    bool stale; /* a report was lost since its counters were complete */
    uint32_t present;
    uint64_t counters[PD_COUNTERS];
    uint32_t sc_present;
    uint64_t sc[SC_COUNTERS];
    struct protocol_refill refills[PROTOCOL_REFILLS_MAX];
    unsigned refill_count;
    uint64_t sc_time; /* ticks, when sc was read */
    bool sc_stale;
    struct model_span span, sc_span;

    /* At the begin of the rate window. */
    uint32_t base_present;
    uint64_t base[PD_COUNTERS];
    bool base_paid_known;
    uint64_t base_paid;

    struct pd_rates rates;
    float cpu_history[MODEL_HISTORY];
    float paid_history[MODEL_HISTORY];
    bool fault_seen;          /* it faulted while we looked, or before */
    uint64_t fault_scheduled; /* how often it had been scheduled by then */
    bool stack_known;
    uint64_t stack_used; /* bytes, at the deepest ever */
};

struct queue_rates {
    double in; /* entries put in a second */
    double out;
};

/* How the indices of a queue lie behind its first byte. */
struct queue_layout {
    uint32_t tail_at;
    uint32_t head_at;
    uint8_t index_bytes; /* 1, 2, 4, 8 */
    bool has_flag;       /* the consumer says whether it sleeps */
    uint32_t flag_at;
    uint8_t flag_bytes;
    uint64_t flag_asleep; /* value that says so */
};

struct model_queue {
    bool watched; /* the target looks at it */
    char name[96];
    char kind[24]; /* what it holds: "serial", "net active", ... */
    int producer;  /* PDs, -1: not known */
    int consumer;
    uint64_t capacity;
    struct queue_layout layout;
    char region[64];                           /* memory region it lies in */
    uint64_t region_offset;                    /* of its first byte */
    struct protocol_watch_queue_request probe; /* made from these by queue_sources_place */
    bool refused;                              /* the target cannot see it */
    bool stale;
    uint32_t present;
    uint64_t counters[QUEUE_COUNTERS];
    uint32_t histogram[PROTOCOL_HISTOGRAM_BINS];
    bool any_report;
    struct model_span span;
    uint64_t high_water; /* since we look */
    uint32_t base_present;
    uint64_t base[QUEUE_COUNTERS];
    struct queue_rates rates;
    uint64_t last_full, last_corrupt;  /* looks of that kind in the window that was closed last */
    float fill_history[MODEL_HISTORY]; /* largest share of the capacity in each window */
    uint64_t window_maximum;
    bool refusals_known;
    uint64_t refusals; /* times that one of its ends refused to believe its indices */
};

#define PLACE_LINES_MAX 12
#define PLACE_LINE_MAX  256

/* Where a PD is in its program, the innermost function first. */
struct model_place {
    bool known;
    unsigned pd;
    uint64_t pc;
    unsigned count; /* 0: why says what is missing */
    char lines[PLACE_LINES_MAX][PLACE_LINE_MAX];
    char why[80];
};

struct model_stream {
    bool any;
    uint32_t next_sequence;
    uint64_t lost; /* reports that never came */
    uint64_t reports;
    int64_t arrived_ms; /* the last one */
    /*
     * Ticks: when the next report comes without a gap, whatever was not in those up to then had not
     * changed by then.
     */
    uint64_t complete;
    uint64_t sample_time; /* of the last report */
};

struct model {
    struct system_names names;
    bool hello_known;
    struct protocol_hello_reply hello;
    bool version_fits;
    bool pds_known;
    struct protocol_pd_list pd_list;
    bool windows_known;
    unsigned window_total;
    unsigned window_count;
    struct protocol_window windows[PROTOCOL_WINDOWS_MAX];
    struct model_pd pds[PROTOCOL_PDS_MAX];
    struct model_queue queues[PROTOCOL_QUEUES_MAX];
    unsigned queue_count;
    struct model_place place; /* of the PD that somebody wants to know it of */
    struct model_modules modules;
    struct model_holders holders; /* of channels */
    struct model_stream pd_stream, sc_stream, queue_stream;

    uint64_t time;       /* ticks of the newest report */
    uint64_t first_time; /* of the first report; 0: none yet */
    uint64_t base_time;  /* begin of the rate window; 0: none yet */
    double window_s;     /* how long windows shall be */
    uint64_t windows_done;
    unsigned history_length; /* how much of the histories is filled */

    uint32_t link_present;
    uint64_t link[LINK_COUNTERS];
    bool line_known; /* there is a broker */
    struct protocol_line_status line;
    int64_t heard_ms; /* last message; 0: never */
    uint64_t reboots;
    struct log_store log;
};

/* NULL without memory. `window_s`: over how many seconds rates are taken. */
struct model *model_new(double window_s);
void model_free(struct model *model);

/* A message came at `now` (ms). */
void model_message(struct model *model, const struct protocol_message *message, int64_t now);
void model_text(struct model *model, const char *text, size_t length, int64_t now);

/* Adds a queue; it gets the next slot. False: no slot is free. */
bool model_add_queue(struct model *model, const struct model_queue *queue);

/*
 * Its indices are impossible again and again. A single such look means nothing: the monitor may lose its
 * budget between reading the one index and the other.
 */
bool model_queue_is_corrupt(const struct model_queue *queue);

/* Looks that found it full, in this window or in the last one, whichever has more. */
uint64_t model_queue_full_looks(const struct model_queue *queue);

/* True: nothing has been heard for so long that what is shown is old. */
bool model_is_stale(const struct model *model, int64_t now);
/* Milliseconds since anything was heard; -1: never. */
int64_t model_age_ms(const struct model *model, int64_t now);
/* Ticks in microseconds; 0 if the rate is not known. */
double model_ticks_to_us(const struct model *model, uint64_t ticks);

static inline bool model_has(uint32_t present, unsigned counter)
{
    return (present >> counter & 1) != 0;
}
