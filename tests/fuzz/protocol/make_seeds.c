/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeds for the fuzz target: one file a message, once as a frame and once as a payload. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/host/protocol/fill.h"

static void write_file(
        const char *folder, const char *name, const char *kind, const uint8_t *bytes, size_t length)
{
    char path[1024];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s.%s", folder, name, kind);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static struct protocol_message message;
    uint8_t payload[FRAME_PAYLOAD_MAX];
    uint8_t wire[FRAME_WIRE_MAX];
    uint64_t random = 5;

    if (argc != 2) {
        fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 2;
    }
    for (size_t i = 0; i < protocol_type_count; i++) {
        const struct protocol_type_info *info = &protocol_types[i];
        size_t length;

        fill_message(&message, info, FILL_RANDOM, &random);
        length = protocol_encode(&message, payload, sizeof(payload));
        write_file(argv[1], info->body.name, "payload", payload, length);
        length = frame_encode((enum frame_channel)info->channel, 1, payload, length, wire);
        write_file(argv[1], info->body.name, "frame", wire, length);
    }
    return 0;
}
