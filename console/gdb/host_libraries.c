/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/host_libraries.h"

#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/reload/module_store.h"

static bool begins(const uint8_t *packet, size_t length, const char *with)
{
    return length >= strlen(with) && memcmp(packet, with, strlen(with)) == 0;
}

static void put(struct host_answer *answer, const char *text)
{
    size_t length = strlen(text);

    if (length <= sizeof(answer->bytes) - answer->length) {
        memcpy(answer->bytes + answer->length, text, length);
        answer->length += length;
    }
}

bool host_libraries_request(struct host_libraries *libraries, const uint8_t *packet, size_t length,
        struct host_answer *answer)
{
    libraries->starting = begins(packet, length, "qSupported");
    libraries->awaited = begins(packet, length, "qXfer:libraries-svr4:read:");
    answer->length = 0;
    if (libraries->awaited) {
        put(answer, "qXfer:libraries:read::0,1000");
    }
    return libraries->awaited;
}

/* Address of the dynamic section in the file; 0: there is none. */
static uint64_t dynamic_address(void *bytes, size_t size)
{
    Elf *elf = elf_version(EV_CURRENT) != EV_NONE ? elf_memory(bytes, size) : NULL;
    uint64_t address = 0;
    GElf_Phdr segment;
    size_t count;

    if (elf != NULL && elf_getphdrnum(elf, &count) == 0) {
        for (size_t i = 0; i < count; i++) {
            if (gelf_getphdr(elf, (int)i, &segment) != NULL && segment.p_type == PT_DYNAMIC) {
                address = segment.p_vaddr;
            }
        }
    }
    elf_end(elf);
    return address;
}

static uint64_t dynamic_of(const char *path)
{
    char build_id[MODULE_STORE_ID_MAX];
    uint64_t address;
    void *bytes;
    size_t size;

    if (!host_files_module(path, build_id) || (bytes = module_store_get(build_id, &size)) == NULL) {
        return 0; /* GDB will not find the file either */
    }
    address = dynamic_address(bytes, size);
    free(bytes);
    return address;
}

/* The list has one module or none. */
static void translate(const uint8_t *packet, size_t length, struct host_answer *answer)
{
    char list[1024], path[256], line[600];
    size_t kept = length < sizeof(list) - 1 ? length : sizeof(list) - 1;
    const char *library;
    uint64_t address;

    memcpy(list, packet, kept);
    list[kept] = '\0';
    library = strstr(list, "<library name=");
    put(answer, "l<library-list-svr4 version=\"1.0\">");
    if (library != NULL
            && sscanf(library, "<library name=\"%255[^\"]\"><segment address=\"%" SCNx64, path,
                       &address)
                    == 2) {
        snprintf(line, sizeof(line),
                "<library name=\"%s\" lm=\"0x%" PRIx64 "\" l_addr=\"0x%" PRIx64
                "\" l_ld=\"0x%" PRIx64 "\" lmid=\"0x0\"/>",
                path, address, address, address + dynamic_of(path));
        put(answer, line);
    }
    put(answer, "</library-list-svr4>");
}

bool host_libraries_reply(struct host_libraries *libraries, const uint8_t *packet, size_t length,
        struct host_answer *answer)
{
    answer->length = 0;
    if (libraries->starting && begins(packet, length, "PacketSize=")) {
        memcpy(answer->bytes, packet, length);
        answer->length = length;
        put(answer, ";qXfer:libraries-svr4:read+");
    } else if (libraries->awaited && begins(packet, length, "l<library-list>")) {
        translate(packet, length, answer);
    }
    libraries->starting = libraries->awaited = false;
    return answer->length != 0;
}
