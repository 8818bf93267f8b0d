/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions per operation as a PD sees them, its own loop included: QEMU runs with one
 * instruction per nanosecond, a tick of the counter is 16 of them. Prints `BENCH name value`.
 */
#include <microkit.h>

#define INSTRUCTIONS_PER_TICK 16
#define ROUNDS                1000

#define PASSIVE   0
#define ACTIVE    1
#define HIGHER    2
#define EQUAL     3
#define LOWER     4
#define DEFERRING 5
#define SLEEPER   6
#define TIMER     20

volatile unsigned *uart; /* set by the microkit tool */

static seL4_Word booted;

static inline seL4_Word counter(void)
{
    seL4_Word value;

    __asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value));
    return value;
}

static void put_text(const char *text)
{
    for (; *text != 0; text++) {
        *uart = (unsigned char)*text;
    }
}

static void put_number(seL4_Word value)
{
    char digits[21];
    char *at = &digits[20];

    *at = 0;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put_text(at);
}

static void report(const char *name, seL4_Word value)
{
    put_text("BENCH ");
    put_text(name);
    put_text(" ");
    put_number(value);
    put_text("\n");
}

static void report_rounds(const char *name, seL4_Word start)
{
    report(name, ((counter() - start) * INSTRUCTIONS_PER_TICK + ROUNDS / 2) / ROUNDS);
}

/* ---- protected calls and one-way notifications: all within init ---- */

static void measure_calls(const char *name, microkit_channel server, seL4_Uint16 words)
{
    microkit_ppcall(server, microkit_msginfo_new(0, words));

    seL4_Word start = counter();

    for (unsigned i = 0; i < ROUNDS; i++) {
        microkit_ppcall(server, microkit_msginfo_new(0, words));
    }
    report_rounds(name, start);
}

static void measure_notify(void)
{
    seL4_Word start = counter();

    for (unsigned i = 0; i < ROUNDS; i++) {
        microkit_notify(SLEEPER);
    }
    report_rounds("microkit_notify_no_switch", start);
}

/* ---- round trips: one event after the other ---- */

static const struct {
    microkit_channel channel;
    seL4_Bool deferred;
    const char *name;
} trips[] = {
    { HIGHER, 0, "microkit_notify_round_trip_higher" },
    { EQUAL, 0, "microkit_notify_round_trip_equal" },
    { LOWER, 0, "microkit_notify_round_trip_lower" },
    { DEFERRING, 1, "microkit_deferred_round_trip_higher" },
};

#define TRIPS (sizeof(trips) / sizeof(trips[0]))

static unsigned trip;
static unsigned rounds;
static seL4_Word started;

static void serve(void)
{
    if (trips[trip].deferred) {
        microkit_deferred_notify(trips[trip].channel);
    } else {
        microkit_notify(trips[trip].channel);
    }
}

/* ---- timer ---- */

static seL4_Word deadline;
static seL4_Word lateness;

static void set_timer(void)
{
    deadline = counter() + 1000 + rounds % 16;
    __asm__ volatile("msr cntp_cval_el0, %0" ::"r"(deadline));
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"(1UL));
}

static void timer_went_off(void)
{
    lateness += counter() - deadline;
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"(0UL));
    if (++rounds < ROUNDS) {
        set_timer();
    } else {
        report("microkit_timer_to_notified", lateness * INSTRUCTIONS_PER_TICK / ROUNDS);
        report("microkit_power_on_to_init", booted * INSTRUCTIONS_PER_TICK);
        put_text("RUN PASSED\n");
    }
    microkit_deferred_irq_ack(TIMER);
}

static void next_trip(void)
{
    rounds = 0;
    if (trip == TRIPS) {
        set_timer();
        return;
    }
    started = counter();
    serve();
}

static void ball_came_back(void)
{
    if (++rounds < ROUNDS) {
        serve();
        return;
    }
    report_rounds(trips[trip].name, started);
    trip++;
    next_trip();
}

void init(void)
{
    booted = counter();
    measure_calls("microkit_ppcall_passive_0", PASSIVE, 0);
    measure_calls("microkit_ppcall_passive_4", PASSIVE, 4);
    measure_calls("microkit_ppcall_passive_8", PASSIVE, 8);
    measure_calls("microkit_ppcall_passive_64", PASSIVE, 64);
    measure_calls("microkit_ppcall_active_0", ACTIVE, 0);
    measure_calls("microkit_ppcall_active_4", ACTIVE, 4);
    measure_notify();
    next_trip();
}

void notified(microkit_channel ch)
{
    if (ch == TIMER) {
        timer_went_off();
    } else {
        ball_came_back();
    }
}
