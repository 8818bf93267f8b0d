/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory fences.
 *
 * Queue indices are read and written with the acquire and release operations of sddf/util/atomic.h,
 * which is all that data needs. Signalling flags need more: both sides store one location and then
 * load another, and only a full fence between the two keeps both from missing each other.
 */
#pragma once

/* Orders only the compiler: enough between code and an interrupt on the same core. */
#define COMPILER_MEMORY_FENCE()   __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define COMPILER_MEMORY_ACQUIRE() __atomic_signal_fence(__ATOMIC_ACQUIRE)
#define COMPILER_MEMORY_RELEASE() __atomic_signal_fence(__ATOMIC_RELEASE)

/* Full fence: earlier loads and stores before later ones, store before load included. */
#define THREAD_MEMORY_FENCE() __atomic_thread_fence(__ATOMIC_SEQ_CST)
/* Earlier loads before later loads and stores. */
#define THREAD_MEMORY_ACQUIRE() __atomic_thread_fence(__ATOMIC_ACQUIRE)
/* Earlier loads and stores before later stores. */
#define THREAD_MEMORY_RELEASE() __atomic_thread_fence(__ATOMIC_RELEASE)
