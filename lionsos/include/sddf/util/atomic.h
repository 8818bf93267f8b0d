/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses to words that another PD may write at any moment. Each macro is exactly one access, so
 * the value that was checked is the value that is used. They work on plain integers, because the
 * queue layouts are shared with components that know nothing of C11's _Atomic.
 */
#pragma once

/* The word, in no particular order: for indices that only the caller writes. */
#define SHARED_LOAD(pointer) __atomic_load_n((pointer), __ATOMIC_RELAXED)
/* Reads what the peer published with SHARED_STORE_RELEASE, and all it wrote before. */
#define SHARED_LOAD_ACQUIRE(pointer) __atomic_load_n((pointer), __ATOMIC_ACQUIRE)
/* Writes the word, in no particular order: for flags, beside an explicit fence. */
#define SHARED_STORE(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_RELAXED)
/* Publishes the word and everything the caller wrote before. */
#define SHARED_STORE_RELEASE(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_RELEASE)
