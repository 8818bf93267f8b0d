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

static void put_request(struct host_answer *answer, const struct memory_read *read)
{
    answer->length = (size_t)snprintf((char *)answer->bytes, HOST_REQUEST_MAX,
            "x%" PRIx64 ",%" PRIx64, read->address, read->length);
}

static enum host_memory_way read_memory(
        struct host_memory *memory, const char *args, struct host_answer *answer)
{
    struct memory_read read;
    char rest;
    const uint8_t *bytes;
    size_t length;

    if (sscanf(args, "%" SCNx64 ",%" SCNx64 "%c", &read.address, &read.length, &rest) != 2
            || read.length == 0 || read.length > LENGTH_MAX) {
        read_ahead_forget(&memory->ahead);
        return HOST_PASS;
    }
    bytes = find_constant(memory, read.address, &read.length);
    if (bytes != NULL) {
        read_ahead_forget(&memory->ahead);
        put_hex(answer, bytes, read.length);
        return HOST_ANSWERED;
    }
    switch (read_ahead_ask(&memory->ahead, &read, &bytes, &length)) {
    case READ_HELD:
        put_hex(answer, bytes, length);
        return HOST_ANSWERED;
    case READ_AWAITED:
        return HOST_HAS_ASKED;
    case READ_ORDERED:
        put_request(answer, &read);
        return HOST_ASKS_OTHERWISE;
    default:
        return HOST_PASS;
    }
}

bool host_memory_ahead(struct host_memory *memory, struct host_answer *answer)
{
    struct memory_read read;

    if (!read_ahead_order(&memory->ahead, &read)) {
        return false;
    }
    put_request(answer, &read);
    return true;
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
    memory->asked_no_ack = strcmp(text, "QStartNoAckMode") == 0;
    memory->chosen = 0;
    if (text[0] == 'm' && kept == length) {
        return read_memory(memory, text + 1, answer);
    }
    read_ahead_forget(&memory->ahead);
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

/* An answer to a packet that went as GDB sent it. */
static void note_reply(struct host_memory *memory, const uint8_t *packet, size_t length)
{
    bool ok = length == 2 && memcmp(packet, "OK", 2) == 0;

    if (ok && memory->chosen != 0) {
        memory->process = memory->chosen;
    }
    memory->ahead.one_for_one |= ok && memory->asked_no_ack;
    memory->chosen = 0;
    memory->asked_no_ack = false;
}

enum host_memory_way host_memory_reply(struct host_memory *memory, const uint8_t *packet,
        size_t length, struct host_answer *answer)
{
    bool is_memory = length > 1 && packet[0] == 'b' && length - 1 <= HOST_ANSWER_MAX / 2;
    size_t count = is_memory ? length - 1 : 0;

    switch (read_ahead_take(&memory->ahead, is_memory ? packet + 1 : NULL, &count)) {
    case ANSWER_OF_OURS:
        return HOST_HAS_ASKED;
    case ANSWER_OF_GDB:
        if (!is_memory) {
            return HOST_PASS; /* an error, which is the same however one asks */
        }
        put_hex(answer, packet + 1, count);
        return HOST_ANSWERED;
    default:
        note_reply(memory, packet, length);
        return HOST_PASS;
    }
}
