/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The derivation list: who came from whom (sel4-abi.md, 4.2-4.4). A tree in prefix order, kept as a
 * doubly linked list; a capability's descendants follow it directly. Two flags per slot and the
 * capabilities themselves decide who is whose parent.
 */
#pragma once

#include "kernel/src/core/error.h"

/* Both name the same object (for untypeds: overlap rules of the tree do not apply here). */
bool caps_same_object(struct cap a, struct cap b);
/* b lies inside what a covers: same object, or an object inside untyped a. */
bool caps_same_region(struct cap a, struct cap b);

/* Puts cap into the empty slot dest as derived from src: flags and position follow 4.3. */
void slot_insert_derived(struct cap cap, struct slot *src, struct slot *dest);
/* Puts cap into the empty slot dest as a fresh, revocable child directly behind parent. */
void slot_insert_child(struct cap cap, struct slot *parent, struct slot *dest);
/*
 * The same for `count` empty slots from dest on, one after the other: their objects lie one behind
 * the other, `bytes` apart; cap is the first one's.
 */
void slot_insert_children(
        struct cap cap, word_t bytes, struct slot *parent, struct slot *dest, word_t count);
/* As above but not revocable (ASID pools). */
void slot_insert_child_final(struct cap cap, struct slot *parent, struct slot *dest);
/* A root of the tree, revocable: boot only. */
void slot_insert_root(struct cap cap, struct slot *dest);
/* Moves what is in src to the empty dest, which takes the value cap; src becomes empty. */
void slot_move(struct cap cap, struct slot *src, struct slot *dest);
/* Exchanges two slots; cap_a and cap_b are the new values of the capabilities from a and b. */
void slot_swap(struct cap cap_a, struct slot *a, struct cap cap_b, struct slot *b);

/* Takes the slot out of the list and empties it: the last step of every deletion. */
void slot_unlink(struct slot *slot);

/* The capability in slot has derived ones. */
bool slot_has_children(struct slot *slot);
/* RevokeFirst if slot has children. */
error_t slot_ensure_no_children(struct slot *slot);
/* No other capability to the same object exists. */
bool slot_is_final(struct slot *slot);
/* As slot_is_final(), and deleting it would be a long operation: CNode, TCB or zombie. */
bool slot_is_long_running_delete(struct slot *slot);

/* The value a copy of slot's capability `cap` would have (4.2): RevokeFirst, IllegalOperation. */
error_t cap_derive(struct slot *slot, struct cap cap, struct cap *derived);
/* Rights masking of Copy and Mint. */
struct cap cap_mask_rights(struct cap cap, word_t rights);
/* What a frame capability allows after masking with a rights word (12.4). */
enum vm_rights vm_rights_mask(enum vm_rights have, word_t rights);
/*
 * The data word of Mint (is_mutate false) or Mutate/Rotate (true): badge or CNode guard. A null
 * capability as result means IllegalOperation.
 */
struct cap cap_apply_data(struct cap cap, word_t data, bool is_mutate);

/* Deletes slot's capability, finalising the object if it was the last. May return PREEMPTED. */
error_t slot_delete(struct slot *slot);
/* Deletes a capability whose deletion is known to be short (never a CNode, TCB or zombie). */
void slot_delete_short(struct slot *slot);
/*
 * Empties a slot of the kernel's own, which holds a notification, a frame or nothing. Objects that
 * have such slots call it when they are finalised themselves: it leads to no further deletion.
 */
void slot_delete_leaf(struct slot *slot);
/* Deletes everything derived from slot's capability. May return PREEMPTED. */
error_t slot_revoke(struct slot *slot);

/*
 * Counts one step of a long operation. PREEMPTED: an interrupt is pending or the caller's budget is
 * used up; the operation has to leave consistent state behind and return PREEMPTED.
 */
error_t preemption_point(void);
