/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdbstub/target/sel4.h"

#include <sel4/lionscope.h>

#include "gdbstub/arch/exceptions.h"
#include "gdbstub/extras/text.h"
#include "gdbstub/target/parts.h"
#include "microkit/include/microkit/grants.h"

#define FIRST_WATCHPOINT seL4_FirstWatchpoint
#define UNITS            seL4_NumHWBreakpoints

/* State of lionscope_tcb_statistics. */
#define BLOCKED_ON_REPLY 5

struct client {
    struct target target;
    struct gdbstub stub;
};

static struct sel4_pd pds[TARGET_PDS_MAX];
static struct client clients[SEL4_TARGET_CLIENTS];
static uint64_t kept_running;
static sel4_target_log_t *log_to;

struct sel4_pd *sel4_pd(unsigned pd)
{
    return pd < TARGET_PDS_MAX && pds[pd].tcb != 0 ? &pds[pd] : NULL;
}

static const char *name(struct target *target, unsigned pd)
{
    (void)target;
    return microkit_pds[pd].name;
}

static bool claim(struct target *target, unsigned pd)
{
    struct sel4_pd *one = sel4_pd(pd);

    if (one == NULL || one->owner != NULL || (kept_running >> pd & 1) != 0) {
        return false;
    }
    one->owner = &((struct client *)target)->stub;
    return true;
}

static void release(struct target *target, unsigned pd)
{
    (void)target;
    pds[pd].owner = NULL;
}

/* ---- stopping and resuming ---- */

static void set_stepping(struct sel4_pd *pd, bool on)
{
#ifdef CONFIG_HARDWARE_DEBUG_API
    if (pd->stepping != on) {
        seL4_TCB_ConfigureSingleStepping(pd->tcb, 0, on);
    }
#endif
    pd->stepping = on;
}

#ifdef CONFIG_HARDWARE_DEBUG_API
#define HAS_DEBUG_API true
#else
#define HAS_DEBUG_API false
#endif

/*
 * To suspend a thread would cancel a call it has made, and it would call once more. Without the debug API it
 * has to be: nothing else would stop it when the reply comes.
 */
static bool waits_for_reply(const struct sel4_pd *pd)
{
    struct lionscope_tcb_statistics statistics;

    return HAS_DEBUG_API && lionscope_TCB_GetStatistics(pd->tcb, &statistics) == seL4_NoError
            && statistics.state == BLOCKED_ON_REPLY;
}

static void stop(struct target *target, unsigned pd, struct target_stop *why)
{
    struct sel4_pd *one = &pds[pd];

    (void)target;
    if (!one->stopped) {
        one->waits = waits_for_reply(one);
        set_stepping(one, one->waits);
        if (!one->waits) {
            seL4_TCB_Suspend(one->tcb);
        }
        one->stopped = true;
        one->stop = (struct target_stop){ .kind = STOP_REQUESTED };
    }
    *why = one->stop;
}

static void resume(struct target *target, unsigned pd, bool step)
{
    struct sel4_pd *one = &pds[pd];

    (void)target;
    set_stepping(one, step);
    one->stopped = false;
    if (one->waits) {
        one->waits = false; /* it has never been stopped */
    } else {
        seL4_TCB_Resume(one->tcb);
    }
}

void sel4_give_up_waiting(struct sel4_pd *pd)
{
    if (pd->waits) {
        pd->waits = false;
        set_stepping(pd, false);
        seL4_TCB_Suspend(pd->tcb);
    }
}

static bool restart(struct target *target, unsigned pd)
{
    struct sel4_target_image image = { .entry = microkit_pds[pd].entry };
    struct aarch64_context context;

    sel4_image(pd, &image);
    if (image.entry == 0 || sel4_stack_top(pd) == 0
            || !sel4_read_registers(target, pd, AARCH64_GENERAL, &context)) {
        return false;
    }
    context.general.pc = image.entry;
    context.general.sp = sel4_stack_top(pd);
    return sel4_write_registers(target, pd, AARCH64_GENERAL, &context);
}

/* To be told, the kernel needs an endpoint for timeouts: that of the child's other faults. */
static bool stop_at_timeout(struct target *target, unsigned pd, bool on)
{
    seL4_CPtr endpoint =
            on ? MICROKIT_BASE_CHILD_FAULT_CAP + microkit_pds[pd].child_id : seL4_CapNull;

    (void)target;
    return seL4_TCB_SetTimeoutEndpoint(pds[pd].tcb, endpoint) == seL4_NoError;
}

/* ---- debug registers ---- */

#ifdef CONFIG_HARDWARE_DEBUG_API
static int free_unit(const struct sel4_pd *pd, int first, int end)
{
    for (int unit = first; unit < end; unit++) {
        if ((pd->units >> unit & 1) == 0) {
            return unit;
        }
    }
    return -1;
}

static int set_watch(struct target *target, unsigned pd, enum target_watch kind, uint64_t address,
        uint64_t length)
{
    static const seL4_Word access[] = { [TARGET_EXECUTE] = seL4_BreakOnRead,
        [TARGET_WRITE] = seL4_BreakOnWrite,
        [TARGET_READ] = seL4_BreakOnRead,
        [TARGET_ACCESS] = seL4_BreakOnReadWrite };
    bool executes = kind == TARGET_EXECUTE;
    int unit = executes ? free_unit(&pds[pd], 0, FIRST_WATCHPOINT)
                        : free_unit(&pds[pd], FIRST_WATCHPOINT, UNITS);

    (void)target;
    if (unit < 0
            || seL4_TCB_SetBreakpoint(pds[pd].tcb, (seL4_Uint16)unit, address,
                       executes ? seL4_InstructionBreakpoint : seL4_DataBreakpoint,
                       executes ? 0 : length, access[kind])
                    != seL4_NoError) {
        return -1;
    }
    pds[pd].units |= (uint16_t)(1u << unit);
    return unit;
}

static void clear_watch(struct target *target, unsigned pd, int unit)
{
    (void)target;
    seL4_TCB_UnsetBreakpoint(pds[pd].tcb, (seL4_Uint16)unit);
    pds[pd].units &= (uint16_t) ~(1u << unit);
}
#else
static int set_watch(struct target *target, unsigned pd, enum target_watch kind, uint64_t address,
        uint64_t length)
{
    (void)target;
    (void)pd;
    (void)kind;
    (void)address;
    (void)length;
    return -1;
}

static void clear_watch(struct target *target, unsigned pd, int unit)
{
    (void)target;
    (void)pd;
    (void)unit;
}
#endif

/* ---- faults ---- */

#ifdef CONFIG_HARDWARE_DEBUG_API
static struct target_stop debug_stop(void)
{
    static const uint8_t kinds[] = { STOP_WATCHPOINT, STOP_HARDWARE_BREAKPOINT, STOP_STEP,
        STOP_SOFTWARE_BREAKPOINT };
    seL4_Word reason = microkit_mr_get(1);

    return (struct target_stop){ .kind = reason < sizeof(kinds) ? kinds[reason] : STOP_EXCEPTION,
        .address = reason < 2 ? microkit_mr_get(2) : 0 };
}
#endif

/* Where the kernel has no debug API, brk is an exception like others. */
static struct target_stop exception_stop(void)
{
    uint64_t esr = microkit_mr_get(3);

    return (struct target_stop){ .detail = esr,
        .kind = ESR_CLASS(esr) == CLASS_BRK ? STOP_SOFTWARE_BREAKPOINT : STOP_EXCEPTION };
}

/* The message registers of a fault; sel4-abi.md, 10.3, says what is where. */
struct target_stop sel4_stop_of(microkit_msginfo message)
{
    switch (microkit_msginfo_get_label(message)) {
    case seL4_Fault_CapFault:
        return (struct target_stop){ .kind = STOP_CAPABILITY_FAULT,
            .address = microkit_mr_get(1),
            .fetch = microkit_mr_get(2) != 0 };
    case seL4_Fault_UnknownSyscall:
        return (struct target_stop){ .kind = STOP_UNKNOWN_SYSCALL, .detail = microkit_mr_get(12) };
    case seL4_Fault_UserException:
        return exception_stop();
#ifdef CONFIG_HARDWARE_DEBUG_API
    case seL4_Fault_DebugException:
        return debug_stop();
#endif
    case seL4_Fault_Timeout:
        return (struct target_stop){ .kind = STOP_BUDGET, .detail = microkit_mr_get(1) };
    case seL4_Fault_VMFault:
        return (struct target_stop){ .kind = STOP_MEMORY_FAULT,
            .address = microkit_mr_get(1),
            .fetch = microkit_mr_get(2) != 0,
            .detail = microkit_mr_get(3) };
    default:
        return (struct target_stop){ .kind = STOP_EXCEPTION };
    }
}

/* Nobody debugs it: the log says what happened, and where. */
static void report(unsigned pd, const struct target_stop *why)
{
    char words[TARGET_TEXT_MAX];
    char line[2 * TARGET_TEXT_MAX] = "";
    struct text text = { line, sizeof(line) };

    explain_stop(why, words);
    text_put(&text, words);
    text_put(&text, "; it waits for a debugger");
    log_to(pd, line);
    text = (struct text){ line, sizeof(line) };
    sel4_put_backtrace(pd, &text);
    log_to(pd, line);
}

int sel4_pd_of_child(microkit_child child)
{
    for (unsigned pd = 0; pd < clients[0].target.pd_count; pd++) {
        if (pds[pd].tcb != 0 && microkit_pds[pd].child_id == child) {
            return (int)pd;
        }
    }
    return -1;
}

void sel4_target_fault(microkit_child child, microkit_msginfo message)
{
    struct target_stop why = sel4_stop_of(message);
    int pd = sel4_pd_of_child(child);
    struct sel4_pd *one;

    if (pd < 0) {
        return;
    }
    one = &pds[pd];
    if (one->stopped) {
        one->waits = false; /* the reply it waited for has come; now it is stopped for good */
        return;
    }
    why.below_stack =
            why.kind == STOP_MEMORY_FAULT && sel4_is_below_stack((unsigned)pd, why.address);
    one->stopped = true;
    one->stop = why;
    one->fault = (struct aarch64_fault_registers){
        .esr = why.kind == STOP_MEMORY_FAULT || why.kind == STOP_EXCEPTION ? why.detail : 0,
        .far = why.kind == STOP_MEMORY_FAULT ? why.address : 0,
    };
    if (one->owner != NULL) {
        gdbstub_stopped(one->owner, (unsigned)pd, &why);
    } else {
        report((unsigned)pd, &why);
    }
}

bool sel4_target_stopped(unsigned pd, struct target_stop *why)
{
    struct sel4_pd *one = sel4_pd(pd);

    if (one == NULL || !one->stopped) {
        return false;
    }
    *why = one->stop;
    return true;
}

/* ---- set-up ---- */

static void log_line(struct target *target, unsigned pd, const char *text, size_t length)
{
    (void)target;
    (void)length;
    log_to(pd, text);
}

static void init_target(struct target *target)
{
    *target = (struct target){ .pd_count = (unsigned)at_most(microkit_pds_count, TARGET_PDS_MAX),
        .first_process = 1,
        .steps = HAS_DEBUG_API,
        .name = name,
        .describe = sel4_describe,
        .claim = claim,
        .release = release,
        .stop = stop,
        .resume = resume,
        .restart = restart,
        .stop_at_timeout = stop_at_timeout,
        .read_registers = sel4_read_registers,
        .write_registers = sel4_write_registers,
        .read_memory = sel4_read_memory,
        .write_memory = sel4_write_memory,
        .region = sel4_region,
        .set_watch = set_watch,
        .clear_watch = clear_watch,
        .table = sel4_table,
        .row = sel4_row,
        .module = sel4_module,
        .log = log_line };
}

/* This PD has the higher priority: none of them has run yet. */
static void hold(unsigned pd)
{
    seL4_TCB_Suspend(pds[pd].tcb);
    pds[pd].stopped = true;
    pds[pd].stop = (struct target_stop){ .kind = STOP_START };
    log_to(pd, "held before its first instruction; it waits for a debugger");
}

void sel4_target_init(uint64_t keep_running, uint64_t held, sel4_target_log_t *log)
{
    kept_running = keep_running;
    log_to = log;
    for (unsigned i = 0; i < SEL4_TARGET_CLIENTS; i++) {
        init_target(&clients[i].target);
        gdbstub_init(&clients[i].stub, &clients[i].target);
    }
    for (unsigned pd = 0; pd < clients[0].target.pd_count; pd++) {
        microkit_pds[pd].name[MICROKIT_PD_NAME_MAX - 1] = '\0';
        if (microkit_pds[pd].is_child) {
            pds[pd].tcb = BASE_TCB_CAP + microkit_pds[pd].child_id;
            if ((held >> pd & 1) != 0) {
                hold(pd);
            }
        }
    }
}

struct gdbstub *sel4_target_stub(unsigned client)
{
    return client < SEL4_TARGET_CLIENTS ? &clients[client].stub : NULL;
}
