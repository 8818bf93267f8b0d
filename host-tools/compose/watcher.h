/* SPDX-License-Identifier: BSD-2-Clause */
/* What monitor and profiler have in common: PDs of the SDK that may look at all others. */
#pragma once

#include "host-tools/compose/composition.h"

struct watcher {
    const char *element; /* in a composition */
    const char *name;    /* of the PD, unless the user says otherwise */
    const char *program;
    unsigned priority;
    unsigned budget; /* us */
    unsigned period;
};

/*
 * Makes the element that of a protection domain, with the attributes that one has; pd->wishes becomes
 * the element as the user wrote it. `others` are the attributes it may have besides.
 */
void watcher_read(struct composition *composition, struct pd *pd, const struct watcher *watcher,
        const char *const *others);

/*
 * Capabilities of the thread and of the scheduling context of each PD, from slot `first` on. Returns the
 * new <cspace>, for slots below; NULL after reporting why there is none.
 */
struct xml_element *watcher_grant_all(
        struct composition *composition, struct pd *pd, unsigned first);

/* Windows on the images of all other PDs. */
void watcher_see_images(struct composition *composition, struct pd *pd, const char *permissions);
