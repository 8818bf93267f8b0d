/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of a target's PDs, through the monitor's windows. */
#pragma once

#include "console/app/session.h"

/* Largest piece that is read for one value. */
#define MEMORY_READ_MAX (64 * 1024)

/*
 * Reads a PD's memory at its own addresses. Waits for the answers, five seconds each at most. It is not
 * one moment: a large piece is read in several requests. False: *error says why not.
 */
bool memory_read(struct session *session, unsigned pd, uint64_t address, void *bytes, size_t size,
        struct error_report *error);

/* The archive fits and the lists are known, so that memory_read can work. Waits for that. */
bool memory_ready(struct session *session, double seconds, struct error_report *error);

/* For path_resolve: context is a struct memory_of. */
struct memory_of {
    struct session *session;
    unsigned pd;
};
bool memory_read_of(
        void *context, uint64_t address, void *bytes, size_t size, struct error_report *error);
