/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the models share: queues as in lionsos/include/sddf/network/queue.h and Microkit's
 * notifications.
 *
 * One step of a process is one access to memory that others see. Putting a descriptor into its slot
 * is invisible until the tail moves, and the look at the tail only gets better with time, so
 * enqueuing and dequeuing are one step each. Requests, second looks, and notifications are steps of
 * their own.
 *
 * Before this is included, SLOTS_MAX is the capacity of all queues: a power of two, at most 8.
 */

/* Indices run freely; the real ones wrap at 2^16, these at the smallest number that works. */
#define INDEX_WRAP (2 * SLOTS_MAX)

typedef queue {
    byte tail;             /* moved by the producer */
    byte head;             /* moved by the consumer */
    bit signalled;         /* 0: the consumer wants a notification */
    byte slots[SLOTS_MAX]; /* numbers of buffers */
}

#define LENGTH(q)    ((q.tail + INDEX_WRAP - q.head) % INDEX_WRAP)
#define EMPTY(q)     (q.tail == q.head)
#define SLOT(q, i)   q.slots[(i) % SLOTS_MAX]
#define NEXT(index)  (((index) + 1) % INDEX_WRAP)

/* There is always room: no queue is smaller than the number of buffers. Inside of a d_step. */
inline put(q, value)
{
    assert(LENGTH(q) < SLOTS_MAX);
    SLOT(q, q.tail) = value;
    q.tail = NEXT(q.tail)
}

/*
 * First statement of a d_step: it can be executed if there is something. Leaves no old descriptor
 * behind, as states that differ in nothing else are the same state.
 */
#define take(q, value)                   \
    !EMPTY(q) -> value = SLOT(q, q.head); \
    SLOT(q, q.head) = 0;                 \
    q.head = NEXT(q.head)

/* The same as steps of their own. */
#define enqueue(q, value) d_step { put(q, value) }
#define dequeue(q, value) d_step { take(q, value) }

/* Consumer. */
#define REQUEST_SIGNAL(q) q.signalled = 0
#define CANCEL_SIGNAL(q)  q.signalled = 1

/* Whoever is careless sleeps on its request without a second look. */
#ifndef CARELESS
#define CARELESS NOBODY
#endif
#define NO_SECOND_CHECK(who) (CARELESS == who)

/* A receiver has one word for its notifications: two that it has not seen yet are one. */
#define NOTIFY(receiver)   woken[receiver] = 1
#define WAIT_FOR(receiver) d_step { woken[receiver] == 1 -> woken[receiver] = 0 }

/* Producer, at the end of a batch; inside of a d_step or not. */
inline signal(q, receiver)
{
    if
    :: q.signalled == 0 ->
        CANCEL_SIGNAL(q);
        NOTIFY(receiver)
    :: else
    fi
}

/* How often `value` stands in a queue; for checks at rest. */
inline count_in(q, value, count)
{
    counting = q.head;
    do
    :: counting != q.tail ->
        count = count + (SLOT(q, counting) == value -> 1 : 0);
        counting = NEXT(counting);
    :: else -> break
    od;
    counting = 0
}
