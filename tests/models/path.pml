/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the models of whole paths share. A queue is a channel that holds numbers of buffers and a
 * flag of its own: 0 when its consumer wants a notification. Indices, and signals in their single
 * steps, are checked in signalling.pml. Here a process's own work on one descriptor, from dequeuing
 * to enqueuing it, is one step, and so are the look at a flag, its clearing and the notification.
 * Requests and second looks are steps of their own.
 *
 * Includer defines QUEUE_SIZE, no smaller than the number of buffers, and RECEIVERS.
 */
#define QUEUE [QUEUE_SIZE] of { byte }

#define BIT(n) (1 << (n))

/* There is always room. Inside of an atomic or d_step. */
inline put(q, value)
{
    assert(nfull(q));
    q!value
}

/* First statement of a d_step. */
#define take(q, value) nempty(q) -> q?value

/* Consumer. */
#define REQUEST_SIGNAL(flag) flag = 0
#define CANCEL_SIGNAL(flag)  flag = 1

/* Whoever is careless sleeps on its request without a second look. */
#ifndef CARELESS
#define CARELESS NOBODY
#endif
#define NO_SECOND_CHECK(who) (CARELESS == who)

/* A receiver has one word for its notifications: two that it has not seen yet are one. */
bit woken[RECEIVERS];
#define NOTIFY(receiver)   woken[receiver] = 1
#define WAIT_FOR(receiver) d_step { woken[receiver] == 1 -> woken[receiver] = 0 }

/* Producer, if it has enqueued something. Inside of an atomic. */
inline signal(condition, flag, receiver)
{
    if
    :: (condition) && flag == 0 ->
        CANCEL_SIGNAL(flag);
        NOTIFY(receiver)
    :: else
    fi
}

/*
 * The device's ring: buffers it may use, buffers it has used; `used_flag` = 0 is its interrupt
 * switched on. An interrupt reaches the driver, receiver 0, unless it is still masked from the last
 * time.
 */
#define DRIVER_INTERRUPT 0

chan available = QUEUE;
chan used = QUEUE;
bit used_flag;
bit interrupt_status, interrupt_masked;

/* Inside of an atomic. */
inline deliver_interrupt()
{
    if
    :: interrupt_status && !interrupt_masked ->
        interrupt_masked = 1;
        NOTIFY(DRIVER_INTERRUPT)
    :: else
    fi
}

/* The device has used something. */
inline raise_interrupt()
{
    atomic {
        if
        :: used_flag == 0 ->
            interrupt_status = 1;
            deliver_interrupt()
        :: else
        fi
    }
}

/* virtio_mmio_take_interrupt() */
#define TAKE_INTERRUPT() interrupt_status = 0

inline acknowledge_interrupt()
{
    atomic {
        interrupt_masked = 0;
        deliver_interrupt()
    }
}
