/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/host_memory.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LENGTH_MAX ((HOST_ANSWER_MAX - 1) / 2)

void host_memory_init(struct host_memory *memory, const struct model *model)
{
    memset(memory, 0, sizeof(*memory));
    memory->model = model;
}

/*
 * The bytes of the program's file at this address; NULL: not in a part that nobody can write. *length is
 * cut to what that part has.
 */
static const uint8_t *constant_bytes(
        const struct archive_file *file, uint64_t address, uint64_t *length)
{
    Elf64_Ehdr header;
    Elf64_Phdr segment;

    if (file->size < sizeof(header)) {
        return NULL;
    }
    memcpy(&header, file->bytes, sizeof(header));
    for (unsigned i = 0; i < header.e_phnum; i++) {
        uint64_t at = header.e_phoff + (uint64_t)i * sizeof(segment);

        if (header.e_phentsize != sizeof(segment) || at > file->size - sizeof(segment)) {
            return NULL;
        }
        memcpy(&segment, file->bytes + at, sizeof(segment));
        if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) == 0 && address >= segment.p_vaddr
                && address - segment.p_vaddr < segment.p_filesz && segment.p_offset <= file->size
                && segment.p_filesz <= file->size - segment.p_offset) {
            uint64_t left = segment.p_filesz - (address - segment.p_vaddr);

            *length = *length < left ? *length : left;
            return file->bytes + segment.p_offset + (address - segment.p_vaddr);
        }
    }
    return NULL;
}

static const uint8_t *find_constant(
        const struct host_memory *memory, uint64_t address, uint64_t *length)
{
    const struct system_archive *archive = &memory->model->names.archive;
    unsigned pd = (unsigned)memory->process - 1;

    if (memory->process == 0 || !memory->model->names.has_archive || !memory->model->names.trusted
            || pd >= archive->pd_count || pd >= 64 || (memory->rewritten >> pd & 1) != 0) {
        return NULL;
    }
    return constant_bytes(&archive->pds[pd].elf, address, length);
}

static void put_hex(struct host_answer *answer, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        answer->bytes[2 * i] = (uint8_t) "0123456789abcdef"[bytes[i] >> 4];
        answer->bytes[2 * i + 1] = (uint8_t) "0123456789abcdef"[bytes[i] & 15];
    }
    answer->length = 2 * length;
}

static enum host_memory_way read_memory(
        struct host_memory *memory, const char *args, struct host_answer *answer)
{
    uint64_t address;
    uint64_t length;
    char rest;
    const uint8_t *constant;

    if (sscanf(args, "%" SCNx64 ",%" SCNx64 "%c", &address, &length, &rest) != 2 || length == 0
            || length > LENGTH_MAX) {
        return HOST_PASS;
    }
    constant = find_constant(memory, address, &length);
    if (constant != NULL) {
        put_hex(answer, constant, length);
        return HOST_ANSWERED;
    }
    memory->answer_in_hex = true;
    answer->length = (size_t)snprintf((char *)answer->bytes, HOST_REQUEST_MAX, "x%s", args);
    return HOST_ASKS_OTHERWISE;
}

/* "Hgp8.8": packets about memory are of that process from now on. */
static void choose(struct host_memory *memory, const char *thread)
{
    unsigned process;

    memory->process = 0;
    memory->chosen = sscanf(thread, "p%x.", &process) == 1 && process > 0 && process <= 64
            ? (int)process
            : 0;
}

/* It lies in text if GDB writes there; which is rare enough to give up on the whole program. */
static void note_write(struct host_memory *memory, const char *args)
{
    uint64_t address;
    uint64_t length = 1;

    if (sscanf(args, "%" SCNx64 ",", &address) == 1
            && (memory->process == 0 || find_constant(memory, address, &length) != NULL)) {
        memory->rewritten |=
                memory->process == 0 ? UINT64_MAX : UINT64_C(1) << (memory->process - 1);
    }
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

enum host_memory_way host_memory_request(struct host_memory *memory, const uint8_t *packet,
        size_t length, struct host_answer *answer)
{
    char text[HOST_REQUEST_MAX];
    size_t kept = length < sizeof(text) - 1 ? length : sizeof(text) - 1;

    memcpy(text, packet, kept);
    text[kept] = '\0';
    memory->answer_in_hex = false;
    memory->chosen = 0;
    if (text[0] == 'm' && kept == length) {
        return read_memory(memory, text + 1, answer);
    }
    if (begins(text, "Hg")) {
        choose(memory, text + 2);
    } else if (text[0] == 'M' || text[0] == 'X') {
        note_write(memory, text + 1);
    } else if (text[0] == 'D' || begins(text, "vAttach") || begins(text, "vKill")
            || begins(text, "vRun") || text[0] == 'k') {
        memory->process = 0; /* GDB chooses anew before it reads */
    }
    return HOST_PASS;
}

bool host_memory_reply(struct host_memory *memory, const uint8_t *packet, size_t length,
        struct host_answer *answer)
{
    bool in_hex = memory->answer_in_hex;

    if (length == 2 && memcmp(packet, "OK", 2) == 0 && memory->chosen != 0) {
        memory->process = memory->chosen;
    }
    memory->chosen = 0;
    memory->answer_in_hex = false;
    if (!in_hex || length < 1 || packet[0] != 'b' || length - 1 > HOST_ANSWER_MAX / 2) {
        return false;
    }
    put_hex(answer, packet + 1, length - 1);
    return true;
}
