/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory regions, the symbols that describe them, and protection. */
#include "memory/trespass.h"
#include "support/test.h"

#define CHILD         1
#define CHILD_CHANNEL 1
#define ENTRY         0x200000

#define PERMISSION_FAULT   0x0f /* level 3 */
#define STATUS(fsr)        ((fsr)&0x3f)
#define IS_PERMISSION(fsr) (STATUS(fsr) == PERMISSION_FAULT)

/* Default stack of the child: 8 KiB below the guard page. */
#define STACK_TOP        0x7fffffffe000UL
#define CHILD_STACK_SIZE 0x2000UL

/* Set by the tool; some of them stand in .data, some in .bss. */
uintptr_t plain_vaddr = 1;
uintptr_t plain_size;
uintptr_t plain_again;
uintptr_t plain_paddr = 3;
uintptr_t large_vaddr;
uintptr_t large_size = 2;
uintptr_t fixed_vaddr;
uintptr_t fixed_paddr;
uintptr_t text_vaddr;
uintptr_t text_size;
uintptr_t text_length;
uintptr_t roomy_vaddr;
uintptr_t roomy_size;
uintptr_t roomy_length;
volatile seL4_Word *order;

static uint64_t zeroed[1000];

static const char wanted_text[] =
        "Prefilled: this file is longer than one line,\nand shorter than a page.\n";

static bool is_zero(uintptr_t address, uintptr_t size)
{
    for (uintptr_t i = 0; i < size; i += sizeof(uint64_t)) {
        if (*(volatile uint64_t *)(address + i) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_text(uintptr_t address)
{
    return __builtin_memcmp((const void *)address, wanted_text, sizeof(wanted_text) - 1) == 0;
}

static void check_symbols(void)
{
    begin_case("setvar: addresses and sizes");
    EXPECT_EQUAL(0x30000000, plain_vaddr);
    EXPECT_EQUAL(0x3000, plain_size);
    EXPECT_EQUAL(0x30010000, plain_again);
    EXPECT_EQUAL(0x40000000, large_vaddr);
    EXPECT_EQUAL(0x400000, large_size);
    EXPECT_EQUAL(0x50000000, fixed_vaddr);

    begin_case("setvar: physical addresses, given and chosen");
    EXPECT_EQUAL(0x50000000, fixed_paddr);
    EXPECT(plain_paddr >= 0x40000000);
    EXPECT_EQUAL(0, plain_paddr % 0x1000);

    begin_case("setvar: prefilled regions");
    EXPECT_EQUAL(0x1000, text_size);
    EXPECT_EQUAL(sizeof(wanted_text) - 1, text_length);
    EXPECT_EQUAL(0x4000, roomy_size);
    EXPECT_EQUAL(sizeof(wanted_text) - 1, roomy_length);
}

static void check_contents(void)
{
    begin_case("region: prefilled with the file, zero behind it");
    EXPECT(is_text(text_vaddr));
    EXPECT(is_text(roomy_vaddr));
    EXPECT(is_zero(text_vaddr + 0x100, 0xf00));
    EXPECT(is_zero(roomy_vaddr + 0x100, 0x3f00));

    begin_case("region: zero at the start, also in large pages");
    EXPECT(is_zero(plain_vaddr, plain_size));
    EXPECT(is_zero(large_vaddr, large_size));
    EXPECT(is_zero(fixed_vaddr, 0x2000));
    EXPECT(is_zero((uintptr_t)zeroed, sizeof(zeroed)));

    begin_case("region: all of it is writable, two maps show the same memory");
    *(volatile uint64_t *)(large_vaddr + large_size - 8) = 1;
    *(volatile uint64_t *)(plain_vaddr + 0x2ff8) = 0x55;
    EXPECT_EQUAL(0x55, *(volatile uint64_t *)(plain_again + 0x2ff8));
}

static __attribute__((noinline)) uint64_t deep(unsigned depth)
{
    volatile uint64_t pad[64];

    pad[0] = depth;
    return depth == 0 ? pad[0] : deep(depth - 1) + pad[0];
}

static void check_stack(void)
{
    begin_case("stack_size: 60 KiB of 64 are usable");
    EXPECT_EQUAL(5050, deep(100));
}

static void try_next(void)
{
    static const char *const names[TRESPASS_NUMBER] = {
        "protection: perms=\"r\" cannot be written",
        "protection: code cannot be written",
        "protection: variables cannot be executed",
        "protection: the stack cannot be executed",
        "protection: what is not mapped cannot be read",
        "protection: the page below the stack is not mapped",
    };

    begin_case(names[*order]);
    microkit_notify(CHILD_CHANNEL);
}

void init(void)
{
    begin_case("name: of this PD");
    EXPECT(__builtin_memcmp(microkit_name, "judge", 6) == 0);
    EXPECT(!microkit_passive);
    check_symbols();
    check_contents();
    check_stack();
    *order = 0;
    try_next();
}

void notified(microkit_channel ch)
{
    (void)ch;
}

static void expect_trespass(seL4_Word address, seL4_Word fsr, seL4_Bool executing)
{
    EXPECT_EQUAL(*order == TRESPASS_EXECUTE_DATA || *order == TRESPASS_EXECUTE_STACK, executing);
    switch (*order) {
    case TRESPASS_WRITE_READ_ONLY:
        EXPECT_EQUAL(0x30000000, address);
        EXPECT(IS_PERMISSION(fsr));
        break;
    case TRESPASS_READ_UNMAPPED:
        EXPECT_EQUAL(0x90000000, address);
        EXPECT(!IS_PERMISSION(fsr));
        break;
    case TRESPASS_OVERFLOW_STACK:
        EXPECT(address < STACK_TOP - CHILD_STACK_SIZE);
        EXPECT(address >= STACK_TOP - CHILD_STACK_SIZE - 0x1000);
        EXPECT(!IS_PERMISSION(fsr));
        break;
    default:
        EXPECT(IS_PERMISSION(fsr));
    }
}

/* The child's stack pointer is wherever the fault left it: set it, too. */
static void restart_child(void)
{
    seL4_UserContext context;

    EXPECT_EQUAL(seL4_NoError, seL4_TCB_ReadRegisters(BASE_TCB_CAP + CHILD, 0, 0, 2, &context));
    context.pc = ENTRY;
    context.sp = STACK_TOP;
    EXPECT_EQUAL(seL4_NoError, seL4_TCB_WriteRegisters(BASE_TCB_CAP + CHILD, 1, 0, 2, &context));
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    (void)child;
    (void)reply;
    EXPECT_EQUAL(seL4_Fault_VMFault, microkit_msginfo_get_label(message));
    expect_trespass(microkit_mr_get(seL4_VMFault_Addr), microkit_mr_get(seL4_VMFault_FSR),
            (seL4_Bool)microkit_mr_get(seL4_VMFault_PrefetchFault));
    if (++*order == TRESPASS_NUMBER) {
        finish_run();
        return seL4_False;
    }
    restart_child();
    try_next();
    return seL4_False;
}
