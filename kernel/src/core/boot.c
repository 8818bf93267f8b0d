/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the loader's jump to the first user instruction (sel4-abi.md, 17). Tools recompute what
 * happens here: the order and the places of objects, slots and untypeds are part of the interface.
 */
#include "kernel/src/core/boot.h"

#include <sel4/arch/types.h>
#include <sel4/bootinfo_types.h>

#include "kernel/src/arch/aarch64/mmu.h"
#include "kernel/src/core/boot_memory.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/print.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/irq.h"
#include "kernel/src/object/lifecycle.h"

#define PAGE         BIT(PAGE_BITS)
#define INITIAL_ASID 1

/* The initial task as the loader left it, and what is added behind its image. */
struct task {
    struct physical_region image;
    word_t pv_offset; /* physical - virtual */
    vaddr_t start;
    vaddr_t image_end; /* IPC buffer page */
    vaddr_t boot_info; /* BootInfo page */
    vaddr_t extra;     /* extra BootInfo, if any */
    vaddr_t end;
    vaddr_t entry;
    struct physical_region dtb;
    word_t extra_bytes; /* chunks */
    word_t extra_bits;  /* object that holds them; 0: none */
};

struct boot {
    struct task task;
    struct root_objects objects;
    struct slot *cnode;
    word_t next_slot;
    seL4_BootInfo *info;
};

static BOOT_CODE void provide(struct boot *boot, struct cap cap)
{
    if (boot->next_slot >= BIT(ROOT_CNODE_BITS)) {
        kernel_panic("boot: the root CNode is full");
    }
    slot_insert_root(cap, &boot->cnode[boot->next_slot++]);
}

static BOOT_CODE void provide_at(struct boot *boot, word_t slot, struct cap cap)
{
    slot_insert_root(cap, &boot->cnode[slot]);
}

/* ---- address space of the initial task ---- */

/* Tables of all levels below the root, level by level, in ascending address order. */
static BOOT_CODE void create_paging(struct boot *boot)
{
    const struct task *task = &boot->task;
    char *next = boot->objects.page_tables;

    boot->info->userImagePaging.start = boot->next_slot;
    for (word_t bits = ROOT_LEVEL_BITS; bits > PAGE_BITS; bits -= LEVEL_BITS) {
        for (vaddr_t at = ALIGN_DOWN(task->start, bits); at < task->end; at += BIT(bits)) {
            struct walk walk = mmu_walk(boot->objects.vspace, at, bits);

            *walk.entry = mmu_make_table_entry(next);
            provide(boot, cap_mapped_at(cap_page_table(next), INITIAL_ASID, at));
            next += PAGE;
        }
    }
    boot->info->userImagePaging.end = boot->next_slot;
}

static BOOT_CODE struct cap map_page(
        struct boot *boot, paddr_t paddr, vaddr_t vaddr, word_t attributes)
{
    struct walk walk = mmu_walk(boot->objects.vspace, vaddr, PAGE_BITS);
    struct cap cap =
            cap_frame((word_t)(uintptr_t)paddr_to_kernel(paddr), FRAME_SMALL, VM_READ_WRITE, false);

    *walk.entry = mmu_make_mapping(paddr, FRAME_SMALL, VM_READ_WRITE, attributes);
    return cap_mapped_at(cap, INITIAL_ASID, vaddr);
}

#define ATTRIBUTES_CODE seL4_ARM_PageCacheable
#define ATTRIBUTES_DATA (seL4_ARM_PageCacheable | seL4_ARM_ExecuteNever)

static BOOT_CODE void map_extra_boot_info(struct boot *boot)
{
    paddr_t paddr = kernel_to_paddr(boot->objects.extra);

    boot->info->extraBIPages.start = boot->next_slot;
    if (boot->task.extra_bits != 0) {
        for (word_t offset = 0; offset < BIT(boot->task.extra_bits); offset += PAGE) {
            provide(boot,
                    map_page(boot, paddr + offset, boot->task.extra + offset, ATTRIBUTES_DATA));
        }
    }
    boot->info->extraBIPages.end = boot->next_slot;
}

static BOOT_CODE void map_image(struct boot *boot)
{
    const struct task *task = &boot->task;

    boot->info->userImageFrames.start = boot->next_slot;
    for (paddr_t paddr = task->image.start; paddr < task->image.end; paddr += PAGE) {
        provide(boot, map_page(boot, paddr, paddr - task->pv_offset, ATTRIBUTES_CODE));
    }
    boot->info->userImageFrames.end = boot->next_slot;
}

/* ---- untyped memory ---- */

static BOOT_CODE void provide_untyped(struct boot *boot, paddr_t paddr, word_t bits, bool device)
{
    seL4_BootInfo *info = boot->info;
    word_t index = boot->next_slot - info->untyped.start;

    if (index >= MAX_BOOTINFO_UNTYPEDS || boot->next_slot >= BIT(ROOT_CNODE_BITS)) {
        return;
    }
    info->untypedList[index].paddr = paddr;
    info->untypedList[index].sizeBits = (seL4_Uint8)bits;
    info->untypedList[index].isDevice = device;
    /* Delivered as used up, so that the first Retype clears it. */
    provide(boot, cap_untyped(paddr + PPTR_BASE, bits, device, BIT(bits)));
}

/* Cuts a region into naturally aligned powers of two; aligned as kernel addresses. */
static BOOT_CODE void provide_region(struct boot *boot, struct physical_region region, bool device)
{
    paddr_t at = region.start;

    while (at < region.end) {
        word_t left = region.end - at;
        word_t bits = MIN(63 - (word_t)__builtin_clzll(left), seL4_MaxUntypedBits);
        word_t address = at + PPTR_BASE;

        if (address != 0) {
            bits = MIN(bits, (word_t)__builtin_ctzll(address));
        }
        if (bits >= seL4_MinUntypedBits) {
            provide_untyped(boot, at, bits, device);
        }
        at += BIT(bits);
    }
}

static BOOT_CODE void provide_untypeds(struct boot *boot)
{
    boot->info->untyped.start = boot->next_slot;
    for (word_t i = 0; i < boot_memory.device_count; i++) {
        provide_region(boot, boot_memory.device[i], true);
    }
    provide_region(boot, boot_memory.boot_part, false);
    for (word_t i = 0; i < boot_memory.free_count; i++) {
        provide_region(boot, boot_memory.free[i], false);
    }
    boot->info->untyped.end = boot->next_slot;
}

/* ---- the task itself ---- */

static BOOT_CODE void create_initial_caps(struct boot *boot)
{
    const struct root_objects *objects = &boot->objects;
    const struct task *task = &boot->task;

    provide_at(boot, seL4_CapInitThreadTCB, cap_thread(objects->tcb));
    provide_at(boot, seL4_CapInitThreadCNode,
            cap_cnode(boot->cnode, ROOT_CNODE_BITS, 0, WORD_BITS - ROOT_CNODE_BITS));
    provide_at(boot, seL4_CapInitThreadVSpace,
            cap_mapped_at(cap_vspace(objects->vspace), INITIAL_ASID, 0));
    provide_at(boot, seL4_CapIRQControl, cap_plain(CAP_IRQ_CONTROL));
    provide_at(boot, seL4_CapASIDControl, cap_plain(CAP_ASID_CONTROL));
    provide_at(boot, seL4_CapInitThreadASIDPool, cap_asid_pool(objects->asid_pool, 0));
    provide_at(boot, seL4_CapDomain, cap_plain(CAP_DOMAIN));
    provide_at(boot, seL4_CapInitThreadSC,
            cap_sched_context(objects->sched_context, SCHED_CONTEXT_MIN_BITS));
    provide_at(boot, seL4_CapSMC, cap_smc(0));
    asid_pools[0] = objects->asid_pool;
    objects->asid_pool->roots[INITIAL_ASID] = objects->vspace;

    boot->next_slot = seL4_NumInitialCaps;
    create_paging(boot);
    provide_at(boot, seL4_CapBootInfoFrame,
            map_page(boot, kernel_to_paddr(objects->boot_info), task->boot_info, ATTRIBUTES_DATA));
    provide_at(boot, seL4_CapInitThreadIPCBuffer,
            map_page(boot, kernel_to_paddr(objects->ipc_buffer), task->image_end, ATTRIBUTES_DATA));
    map_extra_boot_info(boot);
    boot->info->schedcontrol.start = boot->next_slot;
    provide(boot, cap_sched_control(0));
    boot->info->schedcontrol.end = boot->next_slot;
    map_image(boot);
}

static BOOT_CODE void install_copy(
        struct boot *boot, struct tcb *tcb, enum tcb_slot slot, word_t from)
{
    struct cap derived;

    cap_derive(&boot->cnode[from], boot->cnode[from].cap, &derived);
    slot_insert_derived(derived, &boot->cnode[from], &tcb->slots[slot]);
}

static BOOT_CODE void set_name(struct tcb *tcb, const char *name)
{
#ifdef CONFIG_DEBUG_BUILD
    for (word_t i = 0; i == 0 || name[i - 1] != 0; i++) {
        tcb->name[i] = name[i];
    }
#else
    (void)tcb;
    (void)name;
#endif
}

static BOOT_CODE void create_initial_thread(struct boot *boot)
{
    struct tcb *tcb = boot->objects.tcb;
    struct sched_context *sc = boot->objects.sched_context;
    ticks_t slice = ticks_from_us(BOOT_THREAD_TIME_SLICE_US);

    tcb_create(tcb);
    set_name(tcb, "rootserver");
    install_copy(boot, tcb, TCB_CSPACE, seL4_CapInitThreadCNode);
    install_copy(boot, tcb, TCB_VSPACE, seL4_CapInitThreadVSpace);
    install_copy(boot, tcb, TCB_IPC_BUFFER, seL4_CapInitThreadIPCBuffer);
    tcb->ipc_buffer_address = boot->task.image_end;
    tcb->priority = seL4_MaxPrio;
    tcb->mcp = seL4_MaxPrio;
    tcb->context.pc = boot->task.entry;
    tcb->context.restart_pc = boot->task.entry;
    tcb->context.x[0] = boot->task.boot_info;
    refill_new(sc, MIN_REFILLS, slice, slice, this_core->now);
    sc->tcb = tcb;
    tcb->sc = sc;
    tcb->state = THREAD_RUNNING;
}

static BOOT_CODE void fill_boot_info(struct boot *boot)
{
    seL4_BootInfo *info = boot->info;

    info->extraLen = boot->task.extra_bytes;
    info->numNodes = CONFIG_MAX_NUM_NODES;
    info->ipcBuffer = (seL4_IPCBuffer *)(uintptr_t)boot->task.image_end;
    info->initThreadCNodeSizeBits = ROOT_CNODE_BITS;
    info->empty.start = boot->next_slot;
    info->empty.end = BIT(ROOT_CNODE_BITS);
}

/* Chunk 6: the device tree blob, behind its header. */
static BOOT_CODE void fill_extra_boot_info(const struct boot *boot)
{
    const struct physical_region dtb = boot->task.dtb;
    seL4_BootInfoHeader *header = (seL4_BootInfoHeader *)boot->objects.extra;
    char *target = (char *)(header + 1);
    const char *source = paddr_to_kernel(dtb.start);

    if (boot->task.extra_bits == 0) {
        return;
    }
    header->id = SEL4_BOOTINFO_HEADER_FDT;
    header->len = boot->task.extra_bytes;
    for (word_t i = 0; i < dtb.end - dtb.start; i++) {
        target[i] = source[i];
    }
}

static BOOT_CODE void describe_task(struct task *task, paddr_t start, paddr_t end, word_t pv_offset,
        vaddr_t entry, paddr_t dtb, word_t dtb_bytes)
{
    *task = (struct task){ .image = { ALIGN_DOWN(start, PAGE_BITS), ALIGN_UP(end, PAGE_BITS) } };
    task->pv_offset = pv_offset;
    task->start = task->image.start - pv_offset;
    task->image_end = task->image.end - pv_offset;
    task->boot_info = task->image_end + PAGE;
    task->extra = task->boot_info + PAGE;
    task->end = task->extra;
    task->entry = entry;
    if (dtb != 0 && dtb_bytes != 0) {
        task->dtb = (struct physical_region){ dtb, dtb + dtb_bytes };
        task->extra_bytes = sizeof(seL4_BootInfoHeader) + dtb_bytes;
        task->extra_bits = PAGE_BITS;
        while (BIT(task->extra_bits) < task->extra_bytes) {
            task->extra_bits++;
        }
        task->end += BIT(task->extra_bits);
    }
}

static BOOT_CODE word_t count_page_tables(const struct task *task)
{
    word_t count = 0;

    for (word_t bits = ROOT_LEVEL_BITS; bits > PAGE_BITS; bits -= LEVEL_BITS) {
        count += (ALIGN_UP(task->end, bits) - ALIGN_DOWN(task->start, bits)) >> bits;
    }
    return count;
}

static BOOT_CODE void init_core(void)
{
    time_update();
    this_core->charged_until = this_core->now;
    this_core->ran_since = this_core->now;
    this_core->asid_generation = 1;
    this_core->highest_ready = -1;
    idle_thread.state = THREAD_IDLE;
    this_core->current = &idle_thread;
    this_core->action = SCHEDULE_RESUME_CURRENT;
    domain_schedule[0] = (struct domain_schedule_entry){ 0, BIT(56) - 1 };
    this_core->domain_end = this_core->now + BIT(56) - 1;
    this_core->sample_at = TICKS_NEVER;
    this_core->reprogram = true;
}

static BOOT_CODE void init_interrupts(void)
{
    irq_set_state(BOARD_TIMER_INTID, IRQ_TIMER);
    arch_irq_controller_init();
    arch_timer_init();
}

/* Called by head.S with the loader's arguments; the exit path then starts the initial thread. */
BOOT_CODE struct tcb *boot_kernel(paddr_t image_start, paddr_t image_end, word_t pv_offset,
        vaddr_t entry, paddr_t dtb, word_t dtb_bytes)
{
    struct boot boot = { .next_slot = 0 };

    mmu_init_kernel();
    arch_cpu_init();
    init_interrupts();
    init_core();

    describe_task(&boot.task, image_start, image_end, pv_offset, entry, dtb, dtb_bytes & MASK(32));
    boot_memory_init(boot.task.image, boot.task.dtb);
    boot_memory_place(&boot.objects, boot.task.extra_bits, count_page_tables(&boot.task));
    boot.cnode = boot.objects.cnode;
    boot.info = boot.objects.boot_info;
    create_initial_caps(&boot);
    provide_untypeds(&boot);
    fill_boot_info(&boot);
    fill_extra_boot_info(&boot);
    create_initial_thread(&boot);
    mmu_entry_written();
    __asm__ volatile("ic iallu\n\tdsb ish\n\tisb" ::: "memory");

    if (KERNEL_PRINTING) {
        kprintf("Lionscope kernel: booted, starting the initial task\n");
    }
    schedule_candidate(boot.objects.tcb);
    schedule();
    return this_core->current;
}
