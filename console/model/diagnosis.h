/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with the system, found in the model and explained. */
#pragma once

#include "console/model/model.h"

#define FINDINGS_MAX 128

enum severity {
    SEVERITY_NOTE, /* worth knowing, no problem */
    SEVERITY_WARNING,
    SEVERITY_PROBLEM,
};

struct finding {
    enum severity severity;
    const char *code; /* lost_wakeup, full_queue, ...: part of the schema */
    char subject[96]; /* PD or queue */
    char what[300];   /* what is seen, with numbers */
    char advice[240]; /* what it probably means, and what to look at */
};

/*
 * Looks at everything; needs at least one rate window. `looks_per_second`: how often queues are looked
 * at. Returns how many findings, the worst first.
 */
size_t diagnose(
        const struct model *model, double looks_per_second, struct finding *findings, size_t size);
/* "note", "warning", "problem". */
const char *severity_name(enum severity severity);
