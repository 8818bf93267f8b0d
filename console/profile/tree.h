/* SPDX-License-Identifier: BSD-2-Clause */
/* The stacks of a profile as a tree, and lists of who took how much. */
#pragma once

#include "console/profile/profile.h"

struct profile_node {
    const char *name; /* belongs to the profile, or is constant */
    uint64_t samples; /* here and below */
    uint64_t self;
    struct profile_node *children; /* first */
    struct profile_node *next;     /* sibling */
};

/* The whole profile below a root named "all". NULL without memory. Children: most samples first. */
struct profile_node *profile_tree(const struct profile *profile);
void profile_tree_free(struct profile_node *root);

struct profile_share {
    const char *name;
    const char *file;
    int line;
    uint64_t self;
    uint64_t total; /* each sample counts once, however often the function is in its stack */
};

enum profile_by {
    PROFILE_BY_FUNCTION,
    PROFILE_BY_PD,
    PROFILE_BY_PAYER
};

/* Most first; their number. To be freed. */
size_t profile_shares(
        const struct profile *profile, enum profile_by by, struct profile_share **shares);
