/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of received frames: device, driver, Rx virtualiser, a copier for each client, clients.
 * Each process follows its C file step by step; names are those of the functions there. All have
 * been started: everybody sleeps, the ring is full.
 *
 * The device takes FRAMES frames from the wire, each for nobody, one of the clients, or several,
 * and waits when it has no buffer. Checked when nobody can go on: all frames were taken; none waits
 * in a queue; each client got what was for it or was counted to have missed it; each of the
 * device's buffers is in one place, and so is each of the clients'.
 *
 * Mistakes that must be found, one at a time:
 *   CARELESS=DRIVER_FOR_RING          switches the device's interrupt on and sleeps
 *   CARELESS=DRIVER_FOR_BUFFERS       asks for empty buffers and sleeps
 *   CARELESS=VIRTUALISER_FOR_FRAMES   asks for frames and sleeps
 *   CARELESS=COPIER_FOR_FRAMES        the same
 *   CARELESS=CLIENT_FOR_FRAMES        the same
 *   NO_SHARE                          one client may hold all buffers of the device
 *   NO_REFERENCE_COUNT                a buffer goes back when one of several clients returns it
 */
#define NOBODY                 0
#define DRIVER_FOR_RING        1
#define DRIVER_FOR_BUFFERS     2
#define VIRTUALISER_FOR_FRAMES 3
#define COPIER_FOR_FRAMES      4
#define CLIENT_FOR_FRAMES      5

#ifndef FRAMES
#define FRAMES 2
#endif
#ifndef CLIENTS
#define CLIENTS 1
#endif
#ifndef CLIENT_BUFFERS
#define CLIENT_BUFFERS 1
#endif
/* Of the device: a share for each client, and one that stays with the driver. */
#define BUFFERS (CLIENTS + 1)
#ifdef NO_SHARE
#define SHARE BUFFERS
#else
#define SHARE (BUFFERS / (CLIENTS + 1))
#endif

#define RING       2          /* slots of the receive ring; no more than BUFFERS */
#define WANTED     (RING / 2) /* RX_SLOTS_WANTED */
#define QUEUE_SIZE BUFFERS

#define DRIVER      1
#define VIRTUALISER 2
#define COPIER(n)   (3 + (n))
#define CLIENT(n)   (3 + CLIENTS + (n))
#define RECEIVERS   (3 + 2 * CLIENTS)
#include "path.pml"

chan driver_free = QUEUE;
chan driver_active = QUEUE;
chan copier_free[CLIENTS] = QUEUE;
chan copier_active[CLIENTS] = QUEUE;
chan client_free[CLIENTS] = QUEUE;
chan client_active[CLIENTS] = QUEUE;
bit driver_free_flag = 1;
bit driver_active_flag;
bit copier_active_flag[CLIENTS];
bit client_active_flag[CLIENTS]; /* nobody asks for the copier's and clients' free buffers */

byte frame_for[BUFFERS]; /* for whom the frame in a buffer is, a bit per client */
byte holders[BUFFERS];   /* bit per client */
byte holds[CLIENTS];
byte frames;             /* taken from the wire */
byte on_its_way[CLIENTS]; /* frames for the client, neither there yet nor counted as missed */

proctype device()
{
    byte buffer, destination, n;

    do
    :: frames == FRAMES -> break
    :: atomic {
            frames < FRAMES && nempty(available) ->
            select(destination : 0 .. BIT(CLIENTS) - 1);
            available?buffer;
            frame_for[buffer] = destination;
            for (n : 0 .. CLIENTS - 1) {
                on_its_way[n] = on_its_way[n] + ((destination >> n) & 1)
            }
            frames++;
            put(used, buffer);
            n = 0;
            destination = 0;
            buffer = 0
        }
        raise_interrupt()
    od
}

/* ethernet_driver.c: handle_rx() */
inline handle_rx()
{
    do
    :: CANCEL_SIGNAL(used_flag); /* virtqueue_interrupts(off) */
        do
        :: d_step {
                take(used, buffer);
                put(driver_active, buffer);
                in_flight--;
                count = 1
            }
        :: empty(used) -> break
        od;
        do
        :: do
            :: d_step {
                    in_flight < RING && nempty(driver_free) -> driver_free?buffer;
                    put(available, buffer);
                    in_flight++
                }
            :: in_flight == RING || empty(driver_free) -> break
            od;
            /* buffers_came_after_request() */
            if
            :: in_flight >= WANTED -> break
            :: else -> REQUEST_SIGNAL(driver_free_flag)
            fi;
            if
            :: len(driver_free) == 0 || NO_SECOND_CHECK(DRIVER_FOR_BUFFERS) -> break
            :: else -> CANCEL_SIGNAL(driver_free_flag)
            fi
        od;
        REQUEST_SIGNAL(used_flag); /* virtqueue_interrupts(on) */
        if
        :: len(used) == 0 || NO_SECOND_CHECK(DRIVER_FOR_RING) -> break
        :: else
        fi
    od;
    atomic {
        signal(count, driver_active_flag, VIRTUALISER);
        count = 0;
        buffer = 0
    }
}

proctype driver()
{
    byte buffer;
    byte in_flight = RING;
    bit count;

end_asleep:
    do
    :: WAIT_FOR(DRIVER_INTERRUPT);
        TAKE_INTERRUPT();
        handle_rx();
        acknowledge_interrupt()
    :: WAIT_FOR(DRIVER);
        handle_rx()
    od
}

/* virt_rx.c: give_back() */
inline give_back_if_unused(b)
{
    if
    :: holders[b] == 0 ->
        put(driver_free, b);
        frame_for[b] = 0;
        gave_back = 1
    :: else
    fi
}

/* virt_rx.c: release(); its checks of hostile descriptors are the business of other tests */
inline release(b)
{
    assert(holders[b] & BIT(n));
    holds[n]--;
#ifdef NO_REFERENCE_COUNT
    holders[b] = 0;
#else
    holders[b] = holders[b] & ~BIT(n);
#endif
    give_back_if_unused(b)
}

/* virt_rx.c: deliver() and hand_over() */
inline deliver(b)
{
    assert(holders[b] == 0);
    for (n : 0 .. CLIENTS - 1) {
        if
        :: (frame_for[b] & BIT(n)) && holds[n] >= SHARE -> on_its_way[n]--
        :: (frame_for[b] & BIT(n)) && holds[n] < SHARE ->
            put(copier_active[n], b);
            holders[b] = holders[b] | BIT(n);
            holds[n]++;
            reached = reached | BIT(n)
        :: else
        fi
    }
    n = 0;
    give_back_if_unused(b)
}

inline handle_all()
{
    for (n : 0 .. CLIENTS - 1) {
        do
        :: d_step {
                take(copier_free[n], buffer);
                release(buffer)
            }
        :: empty(copier_free[n]) -> break
        od
    }
    n = 0;
    do
    :: CANCEL_SIGNAL(driver_active_flag);
        do
        :: d_step {
                take(driver_active, buffer);
                deliver(buffer)
            }
        :: empty(driver_active) -> break
        od;
        REQUEST_SIGNAL(driver_active_flag);
        if
        :: len(driver_active) == 0 || NO_SECOND_CHECK(VIRTUALISER_FOR_FRAMES) -> break
        :: else
        fi
    od;
    for (n : 0 .. CLIENTS - 1) {
        atomic {
            signal(reached & BIT(n), copier_active_flag[n], COPIER(n))
        }
    }
    atomic {
        signal(gave_back, driver_free_flag, DRIVER);
        n = 0;
        buffer = 0;
        reached = 0;
        gave_back = 0
    }
}

proctype virtualiser()
{
    byte buffer, reached, n;
    bit gave_back;

end_asleep:
    do
    :: WAIT_FOR(VIRTUALISER);
        handle_all()
    od
}

/* copy.c: copy_frame() */
inline copy_frame(b)
{
    assert(frame_for[b] & BIT(n)); /* still the frame that was handed over */
    if
    :: empty(client_free[n]) -> on_its_way[n]--
    :: nempty(client_free[n]) ->
        client_free[n]?copy;
        put(client_active[n], copy);
        copied = 1
    fi;
    copy = 0
}

proctype copier(byte n)
{
    byte buffer, copy;
    bit copied, returned;

end_asleep:
    do
    :: WAIT_FOR(COPIER(n));
        do /* copy_all() */
        :: CANCEL_SIGNAL(copier_active_flag[n]);
            do
            :: d_step {
                    take(copier_active[n], buffer);
                    copy_frame(buffer);
                    put(copier_free[n], buffer);
                    buffer = 0
                }
            :: empty(copier_active[n]) -> break
            od;
            REQUEST_SIGNAL(copier_active_flag[n]);
            if
            :: len(copier_active[n]) == 0 || NO_SECOND_CHECK(COPIER_FOR_FRAMES) -> break
            :: else
            fi
        od;
        /* The virtualiser never asks for a signal when buffers come back. */
        atomic {
            signal(copied, client_active_flag[n], CLIENT(n));
            copied = 0
        }
    od
}

/* lib_sddf_lwip.c: sddf_lwip_process_rx(); the copier never asks for a signal either */
proctype client(byte n)
{
    byte buffer;

end_asleep:
    do
    :: WAIT_FOR(CLIENT(n));
        do
        :: CANCEL_SIGNAL(client_active_flag[n]);
            do
            :: d_step {
                    take(client_active[n], buffer);
                    on_its_way[n]--;
                    put(client_free[n], buffer);
                    buffer = 0
                }
            :: empty(client_active[n]) -> break
            od;
            REQUEST_SIGNAL(client_active_flag[n]);
            if
            :: len(client_active[n]) == 0 || NO_SECOND_CHECK(CLIENT_FOR_FRAMES) -> break
            :: else
            fi
        od
    od
}

/* The state after all init()s, in order of priority. */
inline start()
{
    for (number : 0 .. BUFFERS - 1) {
        if
        :: number < RING -> put(available, number)
        :: else -> put(driver_free, number)
        fi
    }
    for (n : 0 .. CLIENTS - 1) {
        for (number : 0 .. CLIENT_BUFFERS - 1) {
            put(client_free[n], number)
        }
        run copier(n);
        run client(n)
    }
    run device();
    run driver();
    run virtualiser();
    number = 0;
    n = 0
}

inline check_device_buffer(b)
{
    places = (holders[b] != 0 -> 1 : 0);
    places = places + (available??[eval(b)] -> 1 : 0);
    places = places + (driver_free??[eval(b)] -> 1 : 0);
    assert(places == 1);
    for (n : 0 .. CLIENTS - 1) {
        assert((copier_free[n]??[eval(b)] -> 1 : 0) == ((holders[b] & BIT(n)) != 0 -> 1 : 0))
    }
}

init
{
    byte number, places, n;

    atomic {
        start()
    };
    timeout; /* nobody can go on */
    atomic {
        assert(frames == FRAMES);
        assert(empty(used) && empty(driver_active));
        for (number : 0 .. BUFFERS - 1) {
            check_device_buffer(number)
        }
        for (n : 0 .. CLIENTS - 1) {
            assert(empty(copier_active[n]) && empty(client_active[n]));
            assert(on_its_way[n] == 0);
            assert(len(copier_free[n]) == holds[n]);
            assert(len(client_free[n]) == CLIENT_BUFFERS)
        }
        assert(len(available) + len(driver_free) <= BUFFERS)
    }
}

#ifdef LIVENESS
ltl all_frames_arrive { <> (frames == FRAMES && on_its_way[0] == 0) }
#endif
