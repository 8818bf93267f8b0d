/* SPDX-License-Identifier: BSD-2-Clause */
/* Load for echo servers: see --help. */
#include <stdio.h>
#include <stdlib.h>

#include "host-tools/load_generator/flow.h"
#include "host-tools/load_generator/options.h"
#include "host-tools/load_generator/report.h"
#include "host-tools/load_generator/run.h"

static bool open_all(struct flow *flows, const struct options *options)
{
    uint32_t client = 0;

    for (uint32_t target = 0; target < options->target_count; target++) {
        for (uint32_t i = 0; i < options->clients; i++, client++) {
            if (!flow_open(&flows[client], options, &options->targets[target], client)) {
                return false;
            }
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options;

    if (!options_parse(&options, argc, argv)) {
        return 2;
    }
    uint32_t count = options.target_count * options.clients;
    struct flow *flows = calloc(count, sizeof(*flows));

    if (flows == NULL) {
        fprintf(stderr, "load-generator: no memory for %u clients\n", count);
        return 1;
    }
    for (uint32_t i = 0; i < count; i++) {
        flows[i].socket = -1;
    }
    bool good = open_all(flows, &options);

    if (good) {
        int64_t ns = run_flows(flows, count, &options);

        good = report(flows, count, &options, ns);
    }
    for (uint32_t i = 0; i < count; i++) {
        flow_close(&flows[i]);
    }
    free(flows);
    return good ? 0 : 1;
}
