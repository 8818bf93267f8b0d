/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope core: memory and registers of one PD as an ELF core file, for gdb-multiarch -c. */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands/all.h"
#include "console/gdb/holder.h"
#include "console/gdb/stub_client.h"

#define REGIONS_MAX 64
#define PIECE       4000 /* bytes of memory in one answer */
#define GENERAL     34   /* x0..x30, sp, pc, pstate */
#define FIRST_V     34   /* number of v0 in GDB's order */
#define VECTORS     32

/* As Linux writes it for AArch64: struct elf_prstatus. */
struct prstatus {
    int32_t signo, code, error;
    int16_t current_signal;
    uint64_t pending, held;
    int32_t pid, parent, group, session;
    uint64_t times[8];
    uint64_t registers[GENERAL];
    int32_t floats_valid;
};
_Static_assert(sizeof(struct prstatus) == 392, "elf_prstatus");

struct prpsinfo {
    uint8_t state[16];
    uint8_t ids[24];
    char name[16];
    char arguments[80];
};
_Static_assert(sizeof(struct prpsinfo) == 136, "elf_prpsinfo");

struct fpregset {
    uint8_t v[VECTORS][16];
    uint32_t fpsr, fpcr;
    uint64_t rest;
};
_Static_assert(sizeof(struct fpregset) == 528, "user_fpsimd_struct");

struct region {
    uint64_t start;
    uint64_t length;
};

struct core {
    struct command_run *run;
    struct stub_client client;
    FILE *out;
    struct prstatus status;
    struct prpsinfo info;
    struct fpregset floats;
    struct region regions[REGIONS_MAX];
    size_t region_count;
    uint64_t unreadable; /* bytes, written as zeros */
};

static bool ask(struct core *core, const char *packet)
{
    return stub_client_ask(&core->client, packet, &core->run->error);
}

/* Pairs of digits to bytes; what is not available becomes zero. */
static void from_hex(const uint8_t *digits, void *bytes, size_t length)
{
    char pair[3] = "";

    for (size_t i = 0; i < length; i++) {
        memcpy(pair, digits + 2 * i, 2);
        ((uint8_t *)bytes)[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

static bool read_general(struct core *core)
{
    size_t bytes = (GENERAL - 1) * sizeof(uint64_t) + sizeof(uint32_t);

    if (!ask(core, "g")) {
        return false;
    }
    if (core->client.length != 2 * bytes) {
        return error_set(&core->run->error, STATUS_FAILURE,
                "the target sends no registers: '%.40s'", (const char *)core->client.answer);
    }
    from_hex(core->client.answer, core->status.registers, bytes);
    return true;
}

static bool read_floats(struct core *core)
{
    char packet[16];

    core->status.floats_valid = 1;
    for (unsigned i = 0; i < VECTORS + 2; i++) {
        size_t size = i < VECTORS ? sizeof(core->floats.v[0]) : sizeof(uint32_t);
        void *to = i < VECTORS ? (void *)core->floats.v[i]
                : i == VECTORS ? (void *)&core->floats.fpsr
                               : (void *)&core->floats.fpcr;

        snprintf(packet, sizeof(packet), "p%x", FIRST_V + i);
        if (!ask(core, packet)) {
            return false;
        }
        if (core->client.length != 2 * size || core->client.answer[0] == 'x') {
            core->status.floats_valid = 0;
            return true;
        }
        from_hex(core->client.answer, to, size);
    }
    return true;
}

static bool read_regions(struct core *core)
{
    const char *at;

    if (!ask(core, "qXfer:memory-map:read::0,3000")) {
        return false;
    }
    at = (const char *)core->client.answer;
    while ((at = strstr(at, "start=\"")) != NULL && core->region_count < REGIONS_MAX) {
        struct region *region = &core->regions[core->region_count];

        if (sscanf(at, "start=\"0x%" SCNx64 "\" length=\"0x%" SCNx64, &region->start,
                    &region->length)
                == 2) {
            core->region_count++;
        }
        at++;
    }
    return core->region_count != 0
            || error_set(&core->run->error, STATUS_FAILURE,
                    "the monitor sees no memory of it: its description needs an image_window");
}

/* ---- the file ---- */

static void write_note(FILE *out, uint32_t type, const void *bytes, size_t length)
{
    const Elf64_Nhdr header = { .n_namesz = 5, .n_descsz = (uint32_t)length, .n_type = type };

    fwrite(&header, sizeof(header), 1, out);
    fwrite("CORE\0\0\0", 8, 1, out);
    fwrite(bytes, length, 1, out);
}

static uint64_t note_size(size_t length)
{
    return sizeof(Elf64_Nhdr) + 8 + length;
}

static void write_headers(struct core *core)
{
    size_t count = core->region_count + 1;
    uint64_t at = sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr);
    const Elf64_Ehdr header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
                                        ELFDATA2LSB, EV_CURRENT },
        .e_type = ET_CORE,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = (Elf64_Half)count };
    Elf64_Phdr program = { .p_type = PT_NOTE,
        .p_offset = at,
        .p_align = 4,
        .p_filesz = note_size(sizeof(core->status)) + note_size(sizeof(core->info))
                + note_size(sizeof(core->floats)) };

    fwrite(&header, sizeof(header), 1, core->out);
    fwrite(&program, sizeof(program), 1, core->out);
    at += program.p_filesz;
    for (size_t i = 0; i < core->region_count; i++) {
        const struct region *region = &core->regions[i];

        program = (Elf64_Phdr){ .p_type = PT_LOAD,
            .p_flags = PF_R | PF_W | PF_X,
            .p_offset = at,
            .p_vaddr = region->start,
            .p_filesz = region->length,
            .p_memsz = region->length,
            .p_align = 1 };
        fwrite(&program, sizeof(program), 1, core->out);
        at += region->length;
    }
    write_note(core->out, NT_PRSTATUS, &core->status, sizeof(core->status));
    write_note(core->out, NT_PRPSINFO, &core->info, sizeof(core->info));
    write_note(core->out, NT_FPREGSET, &core->floats, sizeof(core->floats));
}

/* The next bytes of a region, as many as the target sends; zeros where it cannot read. */
static bool write_piece(struct core *core, uint64_t address, size_t wanted, size_t *done)
{
    static const uint8_t zeros[PIECE];
    char packet[48];

    snprintf(packet, sizeof(packet), "x%" PRIx64 ",%zx", address, wanted);
    if (!ask(core, packet)) {
        return false;
    }
    if (core->client.answer[0] != 'b' || core->client.length < 2) {
        fwrite(zeros, wanted, 1, core->out);
        core->unreadable += wanted;
        *done = wanted;
        return true;
    }
    *done = core->client.length - 1 < wanted ? core->client.length - 1 : wanted;
    fwrite(core->client.answer + 1, *done, 1, core->out);
    return true;
}

static bool write_memory(struct core *core)
{
    for (size_t i = 0; i < core->region_count; i++) {
        const struct region *region = &core->regions[i];
        size_t done;

        for (uint64_t at = 0; at < region->length; at += done) {
            uint64_t left = region->length - at;

            if (!write_piece(core, region->start + at, left < PIECE ? left : PIECE, &done)) {
                return false;
            }
        }
    }
    return true;
}

static bool write_core(struct core *core, unsigned pd)
{
    const char *name = names_pd(&core->client.session->model->names, pd);
    char packet[32];

    snprintf(packet, sizeof(packet), "vAttach;%x", pd + 1);
    if (!ask(core, packet)) {
        return false;
    }
    if (core->client.answer[0] != 'T') {
        return error_set(&core->run->error, STATUS_FAILURE,
                "'%s' cannot be stopped: a debugger has it, or the link depends on it", name);
    }
    core->status.signo = (int32_t)strtoul(
            (const char[]){ (char)core->client.answer[1], (char)core->client.answer[2], '\0' },
            NULL, 16);
    core->status.current_signal = (int16_t)core->status.signo;
    core->status.pid = (int32_t)pd + 1;
    snprintf(core->info.name, sizeof(core->info.name), "%s.elf", name);
    snprintf(core->info.arguments, sizeof(core->info.arguments), "%s.elf", name);
    if (!read_general(core) || !read_floats(core) || !read_regions(core)) {
        return false;
    }
    write_headers(core);
    return write_memory(core);
}

static enum exit_status dump(struct core *core, unsigned pd, const char *path)
{
    struct command_run *run = core->run;
    bool good;

    core->out = fopen(path, "wb");
    if (core->out == NULL) {
        return command_failed(run, STATUS_FAILURE, "%s: %s", path, strerror(errno));
    }
    good = stub_client_open(&core->client, core->client.session, &run->error)
            && write_core(core, pd);
    stub_client_close(&core->client);
    if ((fclose(core->out) != 0) && good) {
        return command_failed(run, STATUS_FAILURE, "%s: %s", path, strerror(errno));
    }
    if (!good) {
        remove(path);
        return run->error.status;
    }
    fprintf(run->out, "%s: %zu regions", path, core->region_count);
    if (core->unreadable != 0) {
        fprintf(run->out, ", %" PRIu64 " bytes unreadable", core->unreadable);
    }
    fputc('\n', run->out);
    return STATUS_OK;
}

static bool lists_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->hello_known && session->model->pds_known;
}

static enum exit_status run_core(struct command_run *run)
{
    static struct core core;
    struct session_needs needs = { .log = false };
    struct session *session = command_session(run, &needs);
    enum exit_status status;
    int pd;

    if (session == NULL
            || !session_wait(session, lists_known, NULL, run->options->timeout_s, &run->error)) {
        return run->error.status;
    }
    pd = names_find_pd(&session->model->names, run->options->arguments[0]);
    if (pd < 0) {
        return command_usage(run, "there is no protection domain '%s'", run->options->arguments[0]);
    }
    if (run->options->output == NULL) {
        return command_usage(run, "which file? -o FILE");
    }
    if (!session_claim(session, CHANNEL_GDB, &run->error)) {
        return run->error.status;
    }
    memset(&core, 0, sizeof(core));
    core.run = run;
    core.client.session = session;
    holder_write(session->target.place, 0, "lionscope core");
    status = dump(&core, (unsigned)pd, run->options->output);
    holder_remove(session->target.place);
    return status;
}

const struct command command_core = {
    .name = "core",
    .arguments = "PD",
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = COMPLETES_PD,
    .summary = "write a core file of a protection domain",
    .details =
            "Stops the PD, writes its memory and registers as an ELF core file, and lets it go on. "
            "After a fault it shows the fault. Open it with 'gdb-multiarch PROGRAM -c FILE'.",
    .options = "output",
    .examples = "lionscope core client0 -o client0.core\n",
    .run = run_core,
};
