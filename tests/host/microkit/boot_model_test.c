/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tool's model of the kernel's boot (sel4-abi.md, 17.3 to 17.7) against results worked out by
 * hand for a small board, and against the rules for many sizes. That the real kernel agrees is
 * seen each time a system boots: the initialiser compares.
 */
#include "microkit/tool/boot_model.h"

#include "tests/host/microkit/microkit_test.h"

#define RAM_START UINT64_C(0x40000000)
#define RAM_END   UINT64_C(0x48000000)
#define LOADER    UINT64_C(0x43000000)
#define TASK      UINT64_C(0x200000) /* virtual */
#define PAGE      UINT64_C(0x1000)

static struct arena arena;
static struct sdk sdk;
static struct boot_model model;
static struct address_range loader;

static int setup(void **state)
{
    (void)state;
    sdk = (struct sdk){ .root_cnode_bits = 12,
        .max_untypeds = 230,
        .bits = { .tcb = 11,
                .slot = 5,
                .asid_pool = 12,
                .vspace = 12,
                .min_untyped_bits = 4,
                .max_untyped_bits = 47 } };
    *list_add(&arena, &sdk.devices) = (struct address_range){ 0, 0x08000000 };
    *list_add(&arena, &sdk.devices) = (struct address_range){ 0x08020000, RAM_START };
    *list_add(&arena, &sdk.memory) = (struct address_range){ RAM_START, RAM_END };
    model = (struct boot_model){ .kernel = { RAM_START, RAM_START + 0x30000 },
        .boot_part = { RAM_START, RAM_START + 0x4000 } };
    loader = (struct address_range){ LOADER, LOADER + 0x100000 };
    return 0;
}

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static const char *run(uint64_t pages)
{
    return boot_model_run(&arena, &model, &sdk, TASK, pages, &loader);
}

static void a_small_board_by_hand(void **state)
{
    static const struct {
        uint64_t paddr;
        unsigned bits;
    } expected[] = {
        /* devices, cut at powers of two */
        { 0, 27 },
        { 0x08020000, 17 },
        { 0x08040000, 18 },
        { 0x08080000, 19 },
        { 0x08100000, 20 },
        { 0x08200000, 21 },
        { 0x08400000, 22 },
        { 0x08800000, 23 },
        { 0x09000000, 24 },
        { 0x0a000000, 25 },
        { 0x0c000000, 26 },
        { 0x10000000, 28 },
        { 0x20000000, 29 },
        /* the kernel's boot part */
        { 0x40000000, 14 },
        /* behind the task, to the root objects: 0x27880 bytes from 0x47fc0000 on */
        { 0x4003a000, 13 },
        { 0x4003c000, 14 },
        { 0x40040000, 18 },
        { 0x40080000, 19 },
        { 0x40100000, 20 },
        { 0x40200000, 21 },
        { 0x40400000, 22 },
        { 0x40800000, 23 },
        { 0x41000000, 24 },
        { 0x42000000, 25 },
        { 0x44000000, 25 },
        { 0x46000000, 24 },
        { 0x47000000, 23 },
        { 0x47800000, 22 },
        { 0x47c00000, 21 },
        { 0x47e00000, 20 },
        { 0x47f00000, 19 },
        { 0x47f80000, 18 },
        /* above them */
        { 0x47fe7880, 7 },
        { 0x47fe7900, 8 },
        { 0x47fe7a00, 9 },
        { 0x47fe7c00, 10 },
        { 0x47fe8000, 15 },
        { 0x47ff0000, 16 },
    };
    const size_t count = sizeof(expected) / sizeof(expected[0]);

    (void)state;
    assert_null(run(10));
    assert_int_equal(model.task.start, 0x40030000);
    assert_int_equal(model.task.end, 0x4003a000);
    assert_int_equal(model.sched_control, 16 + 3); /* three page tables */
    assert_int_equal(model.image_frames, 20);
    assert_int_equal(model.first_untyped, 30);
    assert_int_equal(model.provided, count);
    assert_int_equal(model.first_empty, 30 + count);
    for (size_t i = 0; i < count; i++) {
        const struct untyped *untyped = &model.untypeds.items[i];

        assert_int_equal(untyped->paddr, expected[i].paddr);
        assert_int_equal(untyped->bits, expected[i].bits);
        assert_int_equal(untyped->slot, 30 + i);
        assert_int_equal(untyped->device, i < 13);
        assert_int_equal(untyped->watermark, 0);
    }
}

/* 512 pages less the two behind the image are one last-level table. */
static void page_tables_cover_image_ipc_buffer_and_bootinfo(void **state)
{
    (void)state;
    assert_null(run(510));
    assert_int_equal(model.sched_control, 16 + 3);
    assert_null(run(511));
    assert_int_equal(model.sched_control, 16 + 4);
    assert_null(run(1022));
    assert_int_equal(model.sched_control, 16 + 4);
    assert_null(run(1023));
    assert_int_equal(model.sched_control, 16 + 5);
}

static uint64_t free_bytes(void)
{
    uint64_t sum = 0;
    uint64_t before = 0;

    list_for_each(untyped, &model.untypeds) {
        assert_int_equal(untyped->paddr & ((UINT64_C(1) << untyped->bits) - 1), 0);
        if (untyped->device || untyped->paddr == model.boot_part.start) {
            continue;
        }
        assert_true(untyped->paddr >= before);
        before = untyped->paddr + (UINT64_C(1) << untyped->bits);
        assert_true(untyped->paddr >= model.task.end || before <= model.task.start);
        assert_true(untyped->paddr >= model.kernel.end);
        assert_true(before <= RAM_END);
        sum += UINT64_C(1) << untyped->bits;
    }
    return sum;
}

static void nothing_is_lost_or_given_twice(void **state)
{
    (void)state;
    for (uint64_t pages = 1; pages < 16000; pages = pages * 5 / 4 + 3) {
        uint64_t root_objects;

        assert_null(run(pages));
        assert_int_equal(model.task.end - model.task.start, pages * PAGE);
        assert_true(model.task.start >= loader.end || model.task.end <= loader.start);
        root_objects = (UINT64_C(1) << 17) + 4 * PAGE + (1 << 11) + (1 << 7)
                + (model.sched_control - 16) * PAGE;
        assert_int_equal(free_bytes() + root_objects + pages * PAGE,
                RAM_END - RAM_START - (model.kernel.end - model.kernel.start));
        assert_int_equal(model.first_untyped, model.image_frames + pages);
        assert_int_equal(model.first_empty, model.first_untyped + model.untypeds.count);
    }
}

static void the_task_keeps_clear_of_the_loader(void **state)
{
    uint64_t below = (LOADER - model.kernel.end) / PAGE;

    (void)state;
    assert_null(run(below));
    assert_int_equal(model.task.start, model.kernel.end);
    assert_null(run(below + 1));
    assert_int_equal(model.task.start, loader.end);
}

static void a_task_that_does_not_fit_is_refused(void **state)
{
    uint64_t above = (RAM_END - loader.end) / PAGE;

    (void)state;
    assert_null(run(above - 1024));
    assert_non_null(run(above + 1));
    assert_non_null(strstr(run(above + 1), "no room in RAM for the initial task"));
}

static void root_objects_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    sdk.memory.items[0].end = RAM_START + 0x60000;
    assert_non_null(strstr(run(10), "own objects"));
}

/* The second memory is the last that is large enough, so the root objects are at its end. */
static void root_objects_go_to_the_last_memory(void **state)
{
    uint64_t second = 0;

    (void)state;
    *list_add(&arena, &sdk.memory) = (struct address_range){ 0x80000000, 0x81000000 };
    assert_null(run(10));
    assert_int_equal(model.task.start, 0x40030000);
    list_for_each(untyped, &model.untypeds) {
        assert_false(untyped->paddr >= 0x80fc0000 && untyped->paddr < 0x80fe7880);
        second += untyped->paddr >= 0x80000000 ? UINT64_C(1) << untyped->bits : 0;
    }
    assert_int_equal(second, 0x1000000 - 0x27880);
}

static void beyond_the_limit_untypeds_are_lost(void **state)
{
    (void)state;
    sdk.max_untypeds = 20;
    assert_null(run(10));
    assert_int_equal(model.provided, 20);
    assert_int_equal(model.first_empty, 50);
    assert_int_equal(model.untypeds.items[19].paddr, 0x40200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_small_board_by_hand, setup, release),
        cmocka_unit_test_setup_teardown(
                page_tables_cover_image_ipc_buffer_and_bootinfo, setup, release),
        cmocka_unit_test_setup_teardown(nothing_is_lost_or_given_twice, setup, release),
        cmocka_unit_test_setup_teardown(the_task_keeps_clear_of_the_loader, setup, release),
        cmocka_unit_test_setup_teardown(a_task_that_does_not_fit_is_refused, setup, release),
        cmocka_unit_test_setup_teardown(root_objects_that_do_not_fit_are_refused, setup, release),
        cmocka_unit_test_setup_teardown(root_objects_go_to_the_last_memory, setup, release),
        cmocka_unit_test_setup_teardown(beyond_the_limit_untypeds_are_lost, setup, release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
