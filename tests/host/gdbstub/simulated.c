/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/gdbstub/simulated.h"

#include <stdio.h>
#include <string.h>

#define NOP          0xd503201fu
#define BRK          0xd4200000u
#define IS_BRANCH(i) ((i) >> 26 == 5)
#define STORE        0xf9000001u /* str x1, [x0] */

static struct simulated_pd *pd_of(struct target *target, unsigned pd)
{
    return &((struct simulated *)target)->pds[pd];
}

static const char *name(struct target *target, unsigned pd)
{
    static char names[SIMULATED_PDS][8];

    (void)target;
    snprintf(names[pd], sizeof(names[pd]), "pd%u", pd);
    return names[pd];
}

static void describe(struct target *target, unsigned pd, char text[TARGET_TEXT_MAX])
{
    snprintf(text, TARGET_TEXT_MAX, pd_of(target, pd)->running ? "runs <&>" : "does not run");
}

static bool claim(struct target *target, unsigned pd)
{
    struct simulated_pd *one = pd_of(target, pd);

    if (one->claimed) {
        return false;
    }
    return one->claimed = true;
}

static void release(struct target *target, unsigned pd)
{
    pd_of(target, pd)->claimed = false;
}

static void stop(struct target *target, unsigned pd, struct target_stop *why)
{
    struct simulated_pd *one = pd_of(target, pd);

    if (one->running) {
        one->stop = (struct target_stop){ .kind = STOP_REQUESTED };
    }
    one->running = false;
    *why = one->stop;
}

static void resume(struct target *target, unsigned pd, bool step)
{
    pd_of(target, pd)->running = true;
    pd_of(target, pd)->step = step;
}

static bool restart(struct target *target, unsigned pd)
{
    pd_of(target, pd)->running = false;
    pd_of(target, pd)->context.general.pc = SIMULATED_BASE;
    return true;
}

static bool stop_at_timeout(struct target *target, unsigned pd, bool on)
{
    pd_of(target, pd)->stops_at_timeout = on;
    return true;
}

static bool read_registers(struct target *target, unsigned pd, enum aarch64_group group,
        struct aarch64_context *context)
{
    (void)group;
    *context = pd_of(target, pd)->context;
    return true;
}

static bool write_registers(struct target *target, unsigned pd, enum aarch64_group group,
        const struct aarch64_context *context)
{
    if (group == AARCH64_FAULT) {
        return false;
    }
    pd_of(target, pd)->context = *context;
    return true;
}

static size_t available(uint64_t address, size_t length)
{
    uint64_t offset = address - SIMULATED_BASE;

    if (offset >= SIMULATED_MEMORY) {
        return 0;
    }
    return length < SIMULATED_MEMORY - offset ? length : SIMULATED_MEMORY - offset;
}

static size_t read_memory(
        struct target *target, unsigned pd, uint64_t address, void *bytes, size_t length)
{
    length = available(address, length);
    if (length != 0) {
        memcpy(bytes, pd_of(target, pd)->memory + (address - SIMULATED_BASE), length);
    }
    return length;
}

static size_t write_memory(
        struct target *target, unsigned pd, uint64_t address, const void *bytes, size_t length)
{
    struct simulated *all = (struct simulated *)target;

    if (all->fail_write_at != 0 && --all->fail_write_at == 0) {
        return 0;
    }
    length = available(address, length);
    if (length != 0) {
        memcpy(pd_of(target, pd)->memory + (address - SIMULATED_BASE), bytes, length);
    }
    return length;
}

static bool module(struct target *target, unsigned pd, struct target_module *found)
{
    *found = ((struct simulated *)target)->module;
    return pd == 0 && found->address != 0;
}

/* Two regions that touch, as an image and its stack may. */
static bool region(struct target *target, unsigned pd, unsigned number, struct target_region *found)
{
    (void)target;
    (void)pd;
    found->start = SIMULATED_BASE + number * (SIMULATED_MEMORY / 2);
    found->length = SIMULATED_MEMORY / 2;
    return number < 2;
}

static int set_watch(struct target *target, unsigned pd, enum target_watch kind, uint64_t address,
        uint64_t length)
{
    struct simulated_pd *one = pd_of(target, pd);
    int first = kind == TARGET_EXECUTE ? 0 : 6;
    int end = kind == TARGET_EXECUTE ? 6 : SIMULATED_UNITS;

    for (int unit = first; unit < end; unit++) {
        if (!one->units[unit].used) {
            one->units[unit] = (struct simulated_unit){ true, kind, address, length };
            return unit;
        }
    }
    return -1;
}

static void clear_watch(struct target *target, unsigned pd, int unit)
{
    pd_of(target, pd)->units[unit].used = false;
}

static const struct target_table *table(struct target *target, unsigned number)
{
    static const struct target_table pds = { "pds", "PDs", { "PD", "Name" } };

    (void)target;
    return number == 0 ? &pds : NULL;
}

static bool row(struct target *target, unsigned number, unsigned line, struct target_row *out)
{
    (void)number;
    if (line >= target->pd_count) {
        return false;
    }
    snprintf(out->column[0], TARGET_NAME_MAX, "%u", line);
    snprintf(out->column[1], TARGET_NAME_MAX, "%s", name(target, line));
    return true;
}

static void log_line(struct target *target, unsigned pd, const char *text, size_t length)
{
    struct simulated *all = (struct simulated *)target;
    size_t used = strlen(all->log);

    snprintf(all->log + used, sizeof(all->log) - used, "%s: %.*s", name(target, pd), (int)length,
            text);
}

void simulated_init(struct simulated *simulated, unsigned count, uint32_t first)
{
    memset(simulated, 0, sizeof(*simulated));
    simulated->target = (struct target){ .pd_count = count,
        .first_process = first,
        .name = name,
        .describe = describe,
        .claim = claim,
        .release = release,
        .stop = stop,
        .resume = resume,
        .steps = true,
        .restart = restart,
        .stop_at_timeout = stop_at_timeout,
        .read_registers = read_registers,
        .write_registers = write_registers,
        .read_memory = read_memory,
        .write_memory = write_memory,
        .region = region,
        .module = module,
        .set_watch = set_watch,
        .clear_watch = clear_watch,
        .table = table,
        .row = row,
        .log = log_line };
    for (unsigned pd = 0; pd < count; pd++) {
        struct simulated_pd *one = &simulated->pds[pd];
        uint32_t code[] = { NOP, NOP, STORE, NOP, NOP, NOP, NOP, 0x17fffff9 /* b to the start */ };

        memcpy(one->memory, code, sizeof(code));
        one->running = true;
        one->context.general.pc = SIMULATED_BASE;
        one->context.general.sp = SIMULATED_BASE + SIMULATED_MEMORY;
        one->context.general.x[0] = SIMULATED_BASE + 0x100;
        for (unsigned i = 0; i < 16; i++) {
            one->context.vectors.v[3][i] = (uint8_t)i;
        }
    }
}

static void halt(struct simulated *simulated, unsigned pd, struct target_stop why)
{
    simulated->pds[pd].running = false;
    simulated->pds[pd].stop = why;
    if (simulated->stub != NULL) {
        gdbstub_stopped(simulated->stub, pd, &why);
    }
}

void simulated_fault(struct simulated *simulated, unsigned pd, uint64_t address)
{
    simulated->pds[pd].context.fault.far = address;
    simulated->pds[pd].context.fault.esr = 0x92000006;
    halt(simulated, pd,
            (struct target_stop){
                    .kind = STOP_MEMORY_FAULT, .address = address, .detail = 0x92000006 });
}

/* A unit that watches for this, -1: none. */
static int hit(const struct simulated_pd *pd, bool execute, uint64_t address)
{
    for (int unit = 0; unit < SIMULATED_UNITS; unit++) {
        const struct simulated_unit *one = &pd->units[unit];

        if (one->used && (one->kind == TARGET_EXECUTE) == execute && one->kind != TARGET_READ
                && address - one->address < one->length) {
            return unit;
        }
    }
    return -1;
}

static bool stops_before(struct simulated *simulated, unsigned pd, uint32_t instruction)
{
    struct simulated_pd *one = &simulated->pds[pd];

    if (hit(one, true, one->context.general.pc) >= 0) {
        halt(simulated, pd, (struct target_stop){ .kind = STOP_HARDWARE_BREAKPOINT });
    } else if (instruction == BRK) {
        halt(simulated, pd, (struct target_stop){ .kind = STOP_SOFTWARE_BREAKPOINT });
    } else if (instruction == STORE && hit(one, false, one->context.general.x[0]) >= 0) {
        halt(simulated, pd,
                (struct target_stop){
                        .kind = STOP_WATCHPOINT, .address = one->context.general.x[0] });
    } else {
        return false;
    }
    return true;
}

static void execute(struct simulated *simulated, unsigned pd)
{
    struct aarch64_registers *registers = &simulated->pds[pd].context.general;
    uint32_t instruction = 0;

    if (read_memory(&simulated->target, pd, registers->pc, &instruction, 4) != 4) {
        simulated_fault(simulated, pd, registers->pc);
        return;
    }
    if (stops_before(simulated, pd, instruction)) {
        return;
    }
    if (instruction == STORE) {
        size_t done = available(registers->x[0], 8);

        if (done == 8) {
            memcpy(simulated->pds[pd].memory + (registers->x[0] - SIMULATED_BASE), &registers->x[1],
                    8);
        }
        registers->x[1]++;
    }
    if (IS_BRANCH(instruction)) {
        registers->pc += (uint64_t)((int64_t)((uint64_t)instruction << 38) >> 36);
    } else {
        registers->pc += 4;
    }
    if (simulated->pds[pd].step) {
        halt(simulated, pd, (struct target_stop){ .kind = STOP_STEP });
    }
}

void simulated_run(struct simulated *simulated, unsigned instructions)
{
    for (unsigned i = 0; i < instructions; i++) {
        for (unsigned pd = 0; pd < simulated->target.pd_count; pd++) {
            if (simulated->pds[pd].running) {
                execute(simulated, pd);
            }
        }
    }
}
