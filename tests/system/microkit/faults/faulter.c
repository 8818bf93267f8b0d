/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the mistake that its name says, at once. */
#include "support/test.h"

#define FAULT_ENDPOINT 2
#define EMPTY_SLOT     100
#define OWN_LABEL      77

static void null_pointer(void)
{
    volatile int *pointer = NULL;

    __asm__("" : "+r"(pointer)); /* so that the compiler does not see what it is */
    (void)*pointer;
}

/* Each round takes a frame of its own, until the page below the stack. */
static __attribute__((noinline)) unsigned overflow_from(unsigned depth)
{
    volatile unsigned pad[64];

    pad[depth % 64] = depth;
    return depth == ~0U ? 0 : overflow_from(depth + 1) + pad[0];
}

static void overflow(void)
{
    overflow_from(0);
}

static void jump_far(void)
{
    ((void (*)(void))0x7000000UL)();
}

static void write_code(void)
{
    *(volatile uint32_t *)(uintptr_t)&init = 0;
}

static void undefined(void)
{
    __asm__ volatile(".inst 0");
}

static void breakpoint(void)
{
    __asm__ volatile("brk #1");
}

static void virtual_counter(void)
{
    __asm__ volatile("mrs x0, cntvct_el0" ::: "x0");
}

static void no_fpu(void)
{
    __asm__ volatile(".arch_extension fp\n\tfmov d0, #1.0");
}

static void unknown_call(void)
{
    __asm__ volatile("mov x7, #1234\n\tsvc #0" ::: "x7", "memory");
}

static void no_capability(void)
{
    seL4_Call(EMPTY_SLOT, seL4_MessageInfo_new(0, 0, 0, 0));
    seL4_Recv(BASE_ENDPOINT_CAP + 9, NULL, EMPTY_SLOT);
}

static void message(void)
{
    seL4_Send(FAULT_ENDPOINT, seL4_MessageInfo_new(OWN_LABEL, 0, 0, 0));
}

static void crash(void)
{
    microkit_internal_crash(seL4_RangeError);
}

static void no_such_child(void)
{
    microkit_pd_stop(6);
}

/* Mistakes that only others' doings bring about. */
static void later(void)
{
}

static const struct {
    const char *name;
    void (*make)(void);
} mistakes[] = {
    { "null_pointer", null_pointer },
    { "overflow", overflow },
    { "jump_far", jump_far },
    { "write_code", write_code },
    { "undefined", undefined },
    { "breakpoint", breakpoint },
    { "virtual_counter", virtual_counter },
    { "no_fpu", no_fpu },
    { "unknown_call", unknown_call },
    { "no_capability", no_capability },
    { "message", message },
    { "crash", crash },
    { "no_such_child", no_such_child },
    { "not_callable", later },
    { "bad_parent", later },
    { "undefined_child", undefined },
};

static bool is_same(const char *left, const char *right)
{
    while (*left != 0 && *left == *right) {
        left++;
        right++;
    }
    return *left == *right;
}

void init(void)
{
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        if (is_same(mistakes[i].name, microkit_name)) {
            mistakes[i].make();
        }
    }
}

void notified(microkit_channel ch)
{
    (void)ch;
}
