/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of a system that measures itself: sections .benchmark_config, .benchmark_idle_config and
 * .benchmark_client_config, and the page that the idle PD shares with whoever asks how much time was
 * idle.
 */
#pragma once

#include <sddf/resources/common.h>

#define BENCHMARK_MAX_CHILDREN 64
#define BENCHMARK_MAX_EVENTS   6
#define BENCHMARK_MAX_CORES    4

struct benchmark_child {
    char name[SDDF_NAME_LENGTH];
    uint8_t child_id;
};

/* Of the PD that measures: the parent of those it measures. */
struct benchmark_config {
    uint8_t rx_start_ch; /* a client says START here */
    uint8_t tx_start_ch; /* unused on one core */
    uint8_t rx_stop_ch;
    uint8_t tx_stop_ch;
    uint8_t init_ch; /* to the idle PD; unused on one core */
    uint8_t core;
    bool last_core;
    uint8_t num_children;
    struct benchmark_child children[BENCHMARK_MAX_CHILDREN];
    uint8_t pmu_events[BENCHMARK_MAX_EVENTS];
    uint8_t num_pmu_events;
};

/* Of the PD that runs when nobody else does. */
struct benchmark_idle_config {
    void *cycle_counters; /* struct idle_cycles */
    uint8_t init_channel; /* unused on one core */
};

/* Of a client without a channel to the benchmark PD: it only tells how much time was idle. */
#define BENCHMARK_NO_CHANNEL 0xff

struct benchmark_client_config {
    uint8_t start_ch; /* to the benchmark PD, or BENCHMARK_NO_CHANNEL */
    uint8_t stop_ch;
    uint8_t num_cores;
    void *core_ccounts[BENCHMARK_MAX_CORES]; /* struct idle_cycles, read-only */
};

/* Cycles since the idle PD started; written by it alone. */
struct idle_cycles {
    uint64_t total; /* when it last ran */
    uint64_t previous;
    uint64_t idle; /* of these */
};
