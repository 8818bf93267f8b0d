/* SPDX-License-Identifier: BSD-2-Clause */
/* The system as lines of text: one PD with all that is known of it, and the map of all PDs. */
#pragma once

#include "console/model/model.h"

enum line_kind {
    LINE_PLAIN,
    LINE_HEADING,
    LINE_NOTE, /* what is not known */
    LINE_TROUBLE,
};

typedef void (*describe_line_fn)(void *context, enum line_kind kind, const char *line);

/* State, counters, budget, channels, queues, memory, interrupts. */
void describe_pd(const struct model *model, unsigned pd, describe_line_fn line, void *context);

/* All PDs as a tree of what they signal, call and pass through queues, with rates on the edges. */
void describe_map(const struct model *model, bool utf8, describe_line_fn line, void *context);

/* One direction of a channel. */
struct map_edge {
    unsigned from, to; /* PDs */
    unsigned id;       /* of the channel at `from` */
    bool notifies, calls;
    double signals; /* a second; NAN: not known */
    bool shared;    /* `signals` is of all channels of `from` together: at most so many */
};

/* Number of edges; at most `size` are filled in. */
size_t describe_edges(const struct model *model, struct map_edge *edges, size_t size);
