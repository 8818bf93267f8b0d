/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capabilities: two words, whose layout is private to this file.
 *
 *   word 0   63..16 address of the object (signed: kernel addresses are canonical in 48 bits)
 *            15..5  small fields, per type (below)
 *             4..0  type
 *   word 1   one large field, per type
 *
 *   type            bits 15..5 of word 0                        word 1
 *   endpoint        8..5 rights                                 badge
 *   notification    8..5 rights                                 badge
 *   reply           8..5 rights (only Grant matters)
 *   cnode           10..5 radix                                 63..6 guard, 5..0 guard size
 *   untyped         10..5 size bits, 11 device                  free offset in bytes (watermark)
 *   frame           6..5 size class, 8..7 vm rights, 9 device, 10 mapped   63..16 vaddr, 15..0 ASID
 *   page_table      10 mapped                                   63..16 vaddr, 15..0 ASID
 *   vspace          10 mapped (has an ASID)                     15..0 ASID
 *   asid_pool                                                   first ASID of the pool
 *   thread
 *   sched_context   10..5 size bits
 *   sched_control                                               core
 *   irq_handler                                                 INTID
 *   sgi_signal                                                  63..32 target, 31..0 SGI
 *   smc                                                         badge
 *   zombie          10..5 radix of the CNode, or ZOMBIE_OF_TCB  slots left to delete
 *   others: nothing
 */
#pragma once

#include "kernel/src/core/assert.h"
#include "kernel/src/core/types.h"

struct tcb;
struct endpoint;
struct notification;
struct reply;
struct sched_context;
struct slot;
struct asid_pool;

/* Numbers as DebugCapIdentify reports them (sel4-abi.md, 3.3). */
enum cap_type {
    CAP_NULL = 0,
    CAP_FRAME = 1,
    CAP_UNTYPED = 2,
    CAP_PAGE_TABLE = 3,
    CAP_ENDPOINT = 4,
    CAP_NOTIFICATION = 6,
    CAP_REPLY = 8,
    CAP_VSPACE = 9,
    CAP_CNODE = 10,
    CAP_ASID_CONTROL = 11,
    CAP_THREAD = 12,
    CAP_ASID_POOL = 13,
    CAP_IRQ_CONTROL = 14,
    CAP_IRQ_HANDLER = 16,
    CAP_ZOMBIE = 18,
    CAP_DOMAIN = 20,
    CAP_SCHED_CONTEXT = 22,
    CAP_SCHED_CONTROL = 24,
    CAP_SMC = 25,
    CAP_SGI_SIGNAL = 27,
};

/* Bits of a rights word (sel4-abi.md, 3.4). */
#define RIGHT_WRITE       BIT(0)
#define RIGHT_READ        BIT(1)
#define RIGHT_GRANT       BIT(2)
#define RIGHT_GRANT_REPLY BIT(3)
#define RIGHTS_ALL        (RIGHT_WRITE | RIGHT_READ | RIGHT_GRANT | RIGHT_GRANT_REPLY)

struct cap {
    word_t words[2];
};

#define CAP_TYPE_MASK          MASK(5)
#define CAP_RIGHTS_SHIFT       5
#define CAP_SIZE_SHIFT         5
#define CAP_DEVICE_UNTYPED     BIT(11)
#define CAP_FRAME_RIGHTS_SHIFT 7
#define CAP_FRAME_DEVICE       BIT(9)
#define CAP_MAPPED             BIT(10)
#define CAP_OBJECT_SHIFT       16
#define ZOMBIE_OF_TCB          63

static inline enum cap_type cap_type(struct cap cap)
{
    return (enum cap_type)(cap.words[0] & CAP_TYPE_MASK);
}

static inline word_t cap_word0(enum cap_type type, const void *object, word_t fields)
{
    return (word_t)(uintptr_t)object << CAP_OBJECT_SHIFT | fields | (word_t)type;
}

/* The address of the object; for device memory just a number (PPTR_BASE + physical address). */
static inline void *cap_object(struct cap cap)
{
    return (void *)(uintptr_t)((sword_t)cap.words[0] >> CAP_OBJECT_SHIFT);
}

/* The same capability to the object that lies `bytes` behind this one. */
static inline struct cap cap_advanced(struct cap cap, word_t bytes)
{
    cap.words[0] += bytes << CAP_OBJECT_SHIFT;
    return cap;
}

static inline struct cap cap_null(void)
{
    return (struct cap){ { CAP_NULL, 0 } };
}

/* Capabilities that are nothing but a type: IRQ control, ASID control, domain. */
static inline struct cap cap_plain(enum cap_type type)
{
    return (struct cap){ { (word_t)type, 0 } };
}

/* ---- endpoint, notification, reply ---- */

static inline struct cap cap_endpoint(struct endpoint *endpoint, word_t rights, word_t badge)
{
    return (struct cap){ { cap_word0(CAP_ENDPOINT, endpoint, rights << CAP_RIGHTS_SHIFT), badge } };
}

static inline struct cap cap_notification(struct notification *ntfn, word_t rights, word_t badge)
{
    return (struct cap){ { cap_word0(CAP_NOTIFICATION, ntfn, rights << CAP_RIGHTS_SHIFT), badge } };
}

static inline struct cap cap_reply(struct reply *reply, word_t rights)
{
    return (struct cap){ { cap_word0(CAP_REPLY, reply, rights << CAP_RIGHTS_SHIFT), 0 } };
}

/* Rights of an endpoint, notification or reply capability. */
static inline word_t cap_rights(struct cap cap)
{
    return (cap.words[0] >> CAP_RIGHTS_SHIFT) & RIGHTS_ALL;
}

/* True if an endpoint, notification or reply capability has all of the rights asked for. */
static inline bool cap_has_rights(struct cap cap, word_t rights)
{
    return (cap_rights(cap) & rights) == rights;
}

static inline struct cap cap_with_rights(struct cap cap, word_t rights)
{
    cap.words[0] &= ~(RIGHTS_ALL << CAP_RIGHTS_SHIFT);
    cap.words[0] |= (rights & RIGHTS_ALL) << CAP_RIGHTS_SHIFT;
    return cap;
}

/* Badge of an endpoint, notification or SMC capability; 0 means unbadged. */
static inline word_t cap_badge(struct cap cap)
{
    return cap.words[1];
}

static inline struct cap cap_with_badge(struct cap cap, word_t badge)
{
    cap.words[1] = badge;
    return cap;
}

static inline struct endpoint *cap_endpoint_object(struct cap cap)
{
    kassert(cap_type(cap) == CAP_ENDPOINT);
    return cap_object(cap);
}

static inline struct notification *cap_notification_object(struct cap cap)
{
    kassert(cap_type(cap) == CAP_NOTIFICATION);
    return cap_object(cap);
}

static inline struct reply *cap_reply_object(struct cap cap)
{
    kassert(cap_type(cap) == CAP_REPLY);
    return cap_object(cap);
}

/* ---- cnode ---- */

#define CNODE_GUARD_SIZE_BITS 6

static inline struct cap cap_cnode(
        struct slot *slots, word_t radix, word_t guard, word_t guard_size)
{
    return (struct cap){ { cap_word0(CAP_CNODE, slots, radix << CAP_SIZE_SHIFT),
            guard << CNODE_GUARD_SIZE_BITS | guard_size } };
}

static inline struct slot *cap_cnode_slots(struct cap cap)
{
    kassert(cap_type(cap) == CAP_CNODE);
    return cap_object(cap);
}

static inline word_t cap_cnode_radix(struct cap cap)
{
    return (cap.words[0] >> CAP_SIZE_SHIFT) & MASK(6);
}

static inline word_t cap_cnode_guard(struct cap cap)
{
    return cap.words[1] >> CNODE_GUARD_SIZE_BITS;
}

static inline word_t cap_cnode_guard_size(struct cap cap)
{
    return cap.words[1] & MASK(CNODE_GUARD_SIZE_BITS);
}

/* ---- untyped ---- */

/* free_offset: bytes from the start that are used up; multiple of 16, up to the whole size. */
static inline struct cap cap_untyped(
        word_t address, word_t size_bits, bool device, word_t free_offset)
{
    word_t fields = size_bits << CAP_SIZE_SHIFT | (device ? CAP_DEVICE_UNTYPED : 0);

    return (struct cap){ { cap_word0(CAP_UNTYPED, (void *)(uintptr_t)address, fields),
            free_offset } };
}

static inline word_t cap_untyped_size_bits(struct cap cap)
{
    return (cap.words[0] >> CAP_SIZE_SHIFT) & MASK(6);
}

static inline bool cap_untyped_is_device(struct cap cap)
{
    return cap.words[0] & CAP_DEVICE_UNTYPED;
}

static inline word_t cap_untyped_free_offset(struct cap cap)
{
    return cap.words[1];
}

/* ---- frame, page table, vspace, asid pool ---- */

/* Size classes of frames: the order is that of the sizes. */
enum frame_size {
    FRAME_SMALL = 0, /* 4 KiB */
    FRAME_LARGE = 1, /* 2 MiB */
    FRAME_HUGE = 2,  /* 1 GiB */
};

/* What a frame capability allows (sel4-abi.md, 12.4). */
enum vm_rights {
    VM_KERNEL_ONLY = 0,
    VM_READ_WRITE = 1,
    VM_READ_ONLY = 3,
};

static inline struct cap cap_frame(
        word_t address, enum frame_size size, enum vm_rights rights, bool device)
{
    word_t fields = (word_t)size << CAP_SIZE_SHIFT | (word_t)rights << CAP_FRAME_RIGHTS_SHIFT
            | (device ? CAP_FRAME_DEVICE : 0);

    return (struct cap){ { cap_word0(CAP_FRAME, (void *)(uintptr_t)address, fields), 0 } };
}

static inline enum frame_size cap_frame_size(struct cap cap)
{
    return (enum frame_size)((cap.words[0] >> CAP_SIZE_SHIFT) & MASK(2));
}

/* Size of the frame as a power of two: 12, 21 or 30. */
static inline word_t frame_size_bits(enum frame_size size)
{
    return 12 + 9 * (word_t)size;
}

static inline enum vm_rights cap_frame_rights(struct cap cap)
{
    return (enum vm_rights)((cap.words[0] >> CAP_FRAME_RIGHTS_SHIFT) & MASK(2));
}

static inline struct cap cap_frame_with_rights(struct cap cap, enum vm_rights rights)
{
    cap.words[0] &= ~(MASK(2) << CAP_FRAME_RIGHTS_SHIFT);
    cap.words[0] |= (word_t)rights << CAP_FRAME_RIGHTS_SHIFT;
    return cap;
}

static inline bool cap_frame_is_device(struct cap cap)
{
    return cap.words[0] & CAP_FRAME_DEVICE;
}

/* level_table: 4 KiB table below the root. */
static inline struct cap cap_page_table(void *table)
{
    return (struct cap){ { cap_word0(CAP_PAGE_TABLE, table, 0), 0 } };
}

static inline struct cap cap_vspace(void *root)
{
    return (struct cap){ { cap_word0(CAP_VSPACE, root, 0), 0 } };
}

/* Frame, page table: is mapped somewhere. VSpace: has an ASID. */
static inline bool cap_is_mapped(struct cap cap)
{
    return cap.words[0] & CAP_MAPPED;
}

/* ASID of a mapped frame, page table or VSpace capability. */
static inline word_t cap_asid(struct cap cap)
{
    return cap.words[1] & MASK(16);
}

/* Where a mapped frame or page table is mapped. */
static inline vaddr_t cap_mapped_address(struct cap cap)
{
    return cap.words[1] >> 16;
}

/* A frame or page-table capability mapped at vaddr, or (vaddr 0) a VSpace with its ASID. */
static inline struct cap cap_mapped_at(struct cap cap, word_t asid, vaddr_t vaddr)
{
    cap.words[0] |= CAP_MAPPED;
    cap.words[1] = vaddr << 16 | asid;
    return cap;
}

static inline struct cap cap_unmapped(struct cap cap)
{
    cap.words[0] &= ~CAP_MAPPED;
    cap.words[1] = 0;
    return cap;
}

static inline struct cap cap_asid_pool(struct asid_pool *pool, word_t first_asid)
{
    return (struct cap){ { cap_word0(CAP_ASID_POOL, pool, 0), first_asid } };
}

static inline word_t cap_asid_pool_first(struct cap cap)
{
    return cap.words[1];
}

/* ---- thread, scheduling ---- */

static inline struct cap cap_thread(struct tcb *tcb)
{
    return (struct cap){ { cap_word0(CAP_THREAD, tcb, 0), 0 } };
}

static inline struct tcb *cap_thread_object(struct cap cap)
{
    kassert(cap_type(cap) == CAP_THREAD);
    return cap_object(cap);
}

static inline struct cap cap_sched_context(struct sched_context *sc, word_t size_bits)
{
    return (struct cap){ { cap_word0(CAP_SCHED_CONTEXT, sc, size_bits << CAP_SIZE_SHIFT), 0 } };
}

static inline struct sched_context *cap_sched_context_object(struct cap cap)
{
    kassert(cap_type(cap) == CAP_SCHED_CONTEXT);
    return cap_object(cap);
}

static inline word_t cap_sched_context_size_bits(struct cap cap)
{
    return (cap.words[0] >> CAP_SIZE_SHIFT) & MASK(6);
}

static inline struct cap cap_sched_control(word_t core)
{
    return (struct cap){ { CAP_SCHED_CONTROL, core } };
}

static inline word_t cap_sched_control_core(struct cap cap)
{
    return cap.words[1];
}

/* ---- interrupts, firmware ---- */

static inline struct cap cap_irq_handler(word_t intid)
{
    return (struct cap){ { CAP_IRQ_HANDLER, intid } };
}

static inline word_t cap_irq_handler_intid(struct cap cap)
{
    return cap.words[1];
}

static inline struct cap cap_sgi_signal(word_t sgi, word_t target)
{
    return (struct cap){ { CAP_SGI_SIGNAL, target << 32 | sgi } };
}

static inline word_t cap_sgi_number(struct cap cap)
{
    return cap.words[1] & MASK(32);
}

static inline word_t cap_sgi_target(struct cap cap)
{
    return cap.words[1] >> 32;
}

static inline struct cap cap_smc(word_t badge)
{
    return (struct cap){ { CAP_SMC, badge } };
}

/* ---- zombie: the rest of a CNode or TCB while it is being deleted ---- */

/* kind: the CNode's radix or ZOMBIE_OF_TCB; left: slots not yet emptied, counted from slot 0. */
static inline struct cap cap_zombie(struct slot *slots, word_t kind, word_t left)
{
    return (struct cap){ { cap_word0(CAP_ZOMBIE, slots, kind << CAP_SIZE_SHIFT), left } };
}

static inline struct slot *cap_zombie_slots(struct cap cap)
{
    kassert(cap_type(cap) == CAP_ZOMBIE);
    return cap_object(cap);
}

static inline word_t cap_zombie_kind(struct cap cap)
{
    return (cap.words[0] >> CAP_SIZE_SHIFT) & MASK(6);
}

static inline word_t cap_zombie_left(struct cap cap)
{
    return cap.words[1];
}

static inline struct cap cap_zombie_with_left(struct cap cap, word_t left)
{
    cap.words[1] = left;
    return cap;
}
