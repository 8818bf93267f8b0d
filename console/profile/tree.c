/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/tree.h"

#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/messages.h"

/* ---- tree ---- */

static struct profile_node *node_new(const char *name)
{
    struct profile_node *node = calloc(1, sizeof(*node));

    if (node != NULL) {
        node->name = name;
    }
    return node;
}

static struct profile_node *child_of(struct profile_node *parent, const char *name)
{
    struct profile_node **link = &parent->children;

    while (*link != NULL && strcmp((*link)->name, name) != 0) {
        link = &(*link)->next;
    }
    if (*link == NULL) {
        *link = node_new(name);
    }
    return *link;
}

static struct profile_node *descend(struct profile_node *node, const char *name)
{
    struct profile_node *child = child_of(node, name);

    if (child == NULL) {
        return node;
    }
    child->samples++;
    return child;
}

static void add_sample(struct profile_node *root, const struct profile *profile,
        const struct profile_sample *sample)
{
    struct profile_node *node = root;

    root->samples++;
    node = descend(node, profile_root(profile, sample));
    for (unsigned i = sample->depth; i > 0; i--) {
        node = descend(node, profile->functions[sample->frames[i - 1]].name);
    }
    if (profile_top(sample) != NULL) {
        node = descend(node, profile_top(sample));
    }
    node->self++;
}

/* By insertion: few children, and mostly in order already. */
static void sort_children(struct profile_node *node)
{
    struct profile_node *sorted = NULL;

    while (node->children != NULL) {
        struct profile_node *taken = node->children;
        struct profile_node **link = &sorted;

        node->children = taken->next;
        while (*link != NULL && (*link)->samples >= taken->samples) {
            link = &(*link)->next;
        }
        taken->next = *link;
        *link = taken;
        sort_children(taken);
    }
    node->children = sorted;
}

struct profile_node *profile_tree(const struct profile *profile)
{
    struct profile_node *root = node_new("all");

    for (size_t i = 0; root != NULL && i < profile->sample_count; i++) {
        add_sample(root, profile, &profile->samples[i]);
    }
    if (root != NULL) {
        sort_children(root);
    }
    return root;
}

void profile_tree_free(struct profile_node *root)
{
    while (root != NULL) {
        struct profile_node *next = root->next;

        profile_tree_free(root->children);
        free(root);
        root = next;
    }
}

/* ---- shares ---- */

static int by_self(const void *a, const void *b)
{
    const struct profile_share *left = a, *right = b;

    if (left->self != right->self) {
        return left->self < right->self ? 1 : -1;
    }
    if (left->total != right->total) {
        return left->total < right->total ? 1 : -1;
    }
    return strcmp(left->name, right->name);
}

/* Functions have their numbers; the kernel and idle time come behind them. */
static void count_functions(const struct profile *profile, struct profile_share *shares)
{
    struct profile_share *kernel = &shares[profile->function_count];
    struct profile_share *other = kernel + 1;

    *kernel = (struct profile_share){ .name = "[kernel]", .file = "" };
    *other = (struct profile_share){ .name = "[idle or not sampled]", .file = "" };
    for (size_t i = 0; i < profile->function_count; i++) {
        shares[i].name = profile->functions[i].name;
        shares[i].file = profile->functions[i].file;
        shares[i].line = profile->functions[i].line;
    }
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct profile_sample *sample = &profile->samples[i];
        struct profile_share *self = sample->depth > 0 ? &shares[sample->frames[0]] : other;

        self = profile_top(sample) != NULL ? kernel : self;
        self->self++;
        if (self == kernel || self == other) {
            self->total++;
        }
        for (unsigned f = 0; f < sample->depth; f++) {
            bool seen = false;

            for (unsigned earlier = 0; earlier < f; earlier++) {
                seen |= sample->frames[earlier] == sample->frames[f];
            }
            shares[sample->frames[f]].total += !seen;
        }
    }
}

static void count_pds(
        const struct profile *profile, enum profile_by by, struct profile_share *shares)
{
    struct profile_share *idle = &shares[profile->pd_count];

    *idle = (struct profile_share){ .name = "[idle]", .file = "" };
    for (size_t i = 0; i < profile->pd_count; i++) {
        shares[i] = (struct profile_share){ .name = i == 0 ? "[not sampled]" : profile->pds[i],
            .file = "" };
    }
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct profile_sample *sample = &profile->samples[i];
        struct profile_share *share = (sample->flags & PROTOCOL_SAMPLE_IDLE)
                ? idle
                : &shares[by == PROFILE_BY_PD ? sample->pd : sample->payer];

        share->self++;
        share->total++;
    }
}

size_t profile_shares(
        const struct profile *profile, enum profile_by by, struct profile_share **shares)
{
    size_t count = by == PROFILE_BY_FUNCTION ? profile->function_count + 2 : profile->pd_count + 1;

    *shares = calloc(count, sizeof(**shares));
    if (*shares == NULL) {
        return 0;
    }
    if (by == PROFILE_BY_FUNCTION) {
        count_functions(profile, *shares);
    } else {
        count_pds(profile, by, *shares);
    }
    qsort(*shares, count, sizeof(**shares), by_self);
    while (count > 0 && (*shares)[count - 1].self == 0 && (*shares)[count - 1].total == 0) {
        count--;
    }
    return count;
}
