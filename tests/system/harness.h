/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Test cases that run as the initial task, on any kernel with this ABI: they use nothing but the
 * interface. Each case gets fresh objects, and everything it made is revoked afterwards.
 *
 *   CASE(untyped, retype_of_nothing_is_refused, "why it matters")
 *   {
 *       CHECK_ERROR(seL4_RangeError, seL4_Untyped_Retype(...));
 *       CHECK_MR(0, 1);
 *   }
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sel4/sel4.h>

typedef seL4_Word word;

struct test_case {
    const char *name;
    const char *reason;
    void (*run)(void);
};

#define CASE(group, title, why)                                                                 \
    static void case_##group##_##title(void);                                                   \
    static const struct test_case entry_##group##_##title __attribute__((                       \
            section("test_cases"), used)) = { #group "." #title, why, case_##group##_##title }; \
    static void case_##group##_##title(void)

/* Each ends the case when it fails. Values are compared as words. */
#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            case_fail(__FILE__, __LINE__, #condition " does not hold", 0, 0); \
            return;                                                           \
        }                                                                     \
    } while (0)
#define CHECK_EQ(expected, actual)                                      \
    do {                                                                \
        word expected_ = (word)(expected), actual_ = (word)(actual);    \
        if (expected_ != actual_) {                                     \
            case_fail(__FILE__, __LINE__, #actual, expected_, actual_); \
            return;                                                     \
        }                                                               \
    } while (0)
#define CHECK_OK(call)           CHECK_EQ(seL4_NoError, call)
#define CHECK_ERROR(error, call) CHECK_EQ(error, call)
/* Message register of the last error reply. */
#define CHECK_MR(index, value) CHECK_EQ(value, seL4_GetMR(index))
#define SKIP(why)       \
    do {                \
        case_skip(why); \
        return;         \
    } while (0)

void case_fail(const char *file, int line, const char *what, word expected, word actual);
void case_skip(const char *why);
extern seL4_BootInfo *boot_info;

#define ROOT_CNODE  seL4_CapInitThreadCNode
#define ROOT_TCB    seL4_CapInitThreadTCB
#define ROOT_VSPACE seL4_CapInitThreadVSpace
#define ROOT_DEPTH  64

/* An empty slot of the root CNode, given back after the case. */
word slot_new(void);
/* An object of the case; size_bits as in Retype. Never fails (the suite stops). */
word object_new(word type, word size_bits);
/* The case's untyped memory itself, and how big it is. */
word case_untyped(void);
#define CASE_UNTYPED_BITS 22

/* ---- helpers.c: short forms of what many cases do ---- */

/* New capabilities of the case; 0 errors expected, the suite stops on one. */
word cap_copy(word src, seL4_CapRights_t rights);
word cap_mint(word src, word badge);
/* To a slot of the case's choice; the error is the result. */
word copy_to(word dest, word src);
word mint_to(word dest, word src, word badge);
/* Nothing is left in the slot. */
bool slot_is_empty(word slot);
/* A Call with whatever message registers and extra capabilities are in the buffer; the error. */
word invoke(word cap, word label, word caps, word length);
/* As invoke, with message registers given. */
word invoke_with(
        word cap, word label, word caps, word length, word mr0, word mr1, word mr2, word mr3);

struct handler {
    word endpoint;
    word reply;
    seL4_MessageInfo_t info;
    word badge;
};

/* ---- helper threads: share the root's spaces, use raw system calls only ---- */

/* Registers of a raw system call: x0..x8. */
struct registers {
    word x[9];
};

struct thread {
    word tcb;
    word sc;             /* 0: none */
    word fault_endpoint; /* 0: none */
    seL4_IPCBuffer *buffer;
    volatile word result[8]; /* for the thread to leave things in */
    volatile word stage;
    word arguments[4];
    struct registers registers; /* of thread_syscall() */
};

typedef void (*thread_function)(struct thread *thread);

enum {
    WITH_SC,
    WITHOUT_SC
};
/* Configured and started; the root (priority 255) goes on until it blocks. */
struct thread *thread_start(thread_function function, word priority, int with_sc,
        word fault_endpoint, word a0, word a1, word a2);
/* As above, but not resumed yet. */
struct thread *thread_prepare(thread_function function, word priority, int with_sc,
        word fault_endpoint, word a0, word a1, word a2);
/*
 * A thread that makes one raw system call and then sets stage to 1; thread->registers has the
 * results. Not resumed yet, so that the case can fill in the thread's buffer.
 */
struct thread *thread_syscall(
        struct registers registers, word priority, int with_sc, word fault_endpoint);
/* Registers of a Call, Send or the like; the rest of the message is in the thread's buffer. */
struct registers call_registers(
        word cap, word label, word caps, word length, word mr0, word mr1, word mr2, word mr3);
/* The same for a call that only receives: x0 the source, x6 the reply object. */
struct registers receive_registers(word number, word source, word reply);
/* thread_syscall() at priority 100 without fault handler, resumed; the root lets it run. */
struct thread *thread_do(struct registers registers);
/* The same with a fault handler; does not wait for anything. */
struct thread *thread_do_handled(struct registers registers, const struct handler *handler);
/* Error code of a thread's completed Call. */
word thread_error(const struct thread *thread);
/*
 * The thread is blocked in the kernel (and not Inactive or runnable). Its own context, if it still
 * has it, is taken away and given back.
 */
bool thread_is_blocked(const struct thread *thread);
/* A thread in the root's VSpace faults when it reads (writes, executes) there. */
enum access {
    READ,
    WRITE,
    EXECUTE
};
bool access_faults(word vaddr, enum access access);
/* Maps a page table object for vaddr; the error. */
word map_table(word vspace, word vaddr);
/* Where cases map things of their own: nothing is mapped in this GiB but the console's page. */
#define WINDOW 0x21000000UL
/* The image is mapped from here on; userImageFrames has its frames in order. */
word image_start(void);
/* A VSpace with an ASID that has the suite's image mapped, so that threads can run in it. */
word vspace_with_image(void);
/* Thread functions: counts result[0] up for ever; the same with a Yield each time. */
void count_up(struct thread *thread);
void count_yields(struct thread *thread);

/*
 * A thread without scheduling context that waits on the endpoint, adds 1 to the first word of each
 * message and replies with it; result[0] counts the messages.
 */
struct thread *passive_server(word endpoint, word reply, word priority);
/* The same, but it waits on the notification before each reply. */
struct thread *holding_server(word endpoint, word reply, word notification, word priority);
/* The same, but it asks the server behind `next`; the answer is the first word of its reply. */
struct thread *asking_server(word endpoint, word reply, word next, word priority);
/* A Call with one word at priority 100, started: blocked in it or past it. */
struct thread *client_call(word endpoint, word mr0);
/* The thread has a scheduling context now. */
bool thread_has_context(const struct thread *thread);

/* ---- fault handlers ---- */

struct handler handler_new(void);
/* Waits for the next fault message; its label. */
word next_fault(struct handler *handler);
/* Replies with what is in the message registers, and lets others run for a while. */
void answer(struct handler *handler, word label, word length);

/* Lets threads below the root run: the root waits on a timer for so many microseconds. */
void let_others_run(word us);
/* The same until counter() is `when`. */
void let_others_run_until(word when);

/* ---- times at which threads ran ---- */

#define RUNS 64
struct run_log {
    word count;
    struct {
        word start, end; /* of counter(), without a break longer than a kernel entry */
    } runs[RUNS];
};
/* Thread function: counter() for ever, in the log arguments[0] points to. */
void log_runs(struct thread *thread);
/* One round of it for threads that do other things, too: until counter() is `when`. */
void log_until(struct run_log *log, word when);
/*
 * How exactly a time can be kept, in us: some entries into this kernel (more when it checks itself).
 * Measured once, before the first case.
 */
word time_slack(void);
void time_slack_measure(void);
/* value is within the slack of expected, both in microseconds. */
bool close_to(word expected, word value);
#define CHECK_US(expected, actual)                                      \
    do {                                                                \
        word expected_ = (expected), actual_ = (actual);                \
        if (!close_to(expected_, actual_)) {                            \
            case_fail(__FILE__, __LINE__, #actual, expected_, actual_); \
            return;                                                     \
        }                                                               \
    } while (0)
/*
 * The thread ran in the intervals [bounds[0], bounds[1]], [bounds[2], bounds[3]], ..., in us after
 * its first run began, and not between them. count is even. A failure prints the whole log.
 */
bool schedule_is(
        const char *file, int line, const struct run_log *log, const word *bounds, word count);
#define CHECK_SCHEDULE(log, ...)                                                              \
    do {                                                                                      \
        const word bounds_[] = { __VA_ARGS__ };                                               \
        if (!schedule_is(__FILE__, __LINE__, log, bounds_, sizeof(bounds_) / sizeof(word))) { \
            return;                                                                           \
        }                                                                                     \
    } while (0)

/* Executes svc with these registers, which hold the results afterwards. */
void raw_syscall(struct registers *registers);

/* For threads: the calls they need, message words in registers. */
word thread_call(word endpoint, word label, word length, word mr0, struct registers *out);
word thread_recv(word endpoint, word reply, struct registers *out);
word thread_reply_recv(word endpoint, word reply, word length, word mr0, struct registers *out);
void thread_send(word endpoint, word label, word length, word mr0);
void thread_signal(word notification);
word thread_wait(word notification);
_Noreturn void thread_stop(struct thread *thread);

static inline word counter(void)
{
    word value;

    __asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value));
    return value;
}
#define TICKS_PER_US_X10 625 /* 62.5 MHz */
#define US_TO_TICKS(us)  ((us)*TICKS_PER_US_X10 / 10)

/* The interrupt of the physical timer, which let_others_run() uses, too; a case may program it. */
word timer_irq_handler(void);
word timer_irq_notification(void);
static inline void timer_arm(word when)
{
    __asm__ volatile("msr cntp_cval_el0, %0" ::"r"(when));
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"((word)1));
}
static inline void timer_disarm(void)
{
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"((word)0));
}

/* Microseconds since `start`, a value of counter(). */
static inline word us_since(word start)
{
    return (counter() - start) * 10 / TICKS_PER_US_X10;
}
