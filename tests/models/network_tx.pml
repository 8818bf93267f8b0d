/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of packets to send: clients, Tx virtualiser, driver, device. Each process follows its C
 * file step by step; names are those of the functions there. All have been started and sleep.
 *
 * Each client sends PACKETS packets and waits when it has no buffer. The policy may choose any
 * client with packets and let it send any number of them; with POLICY_WAITS it may also make all
 * wait for a timer. Checked when nobody can go on: all packets were sent, each client's in order;
 * none waits in a queue; each buffer is in one place, and the virtualiser knows in which half of
 * the way.
 *
 * Mistakes that must be found, one at a time:
 *   CARELESS=CLIENT_FOR_BUFFERS        asks for sent buffers and sleeps
 *   CARELESS=VIRTUALISER_FOR_PACKETS   asks for packets and sleeps
 *   CARELESS=VIRTUALISER_FOR_BUFFERS   asks for sent buffers and sleeps
 *   CARELESS=DRIVER_FOR_RING           switches the device's interrupt on and sleeps
 *   CARELESS=DRIVER_FOR_PACKETS        asks for packets and sleeps
 *   NO_NOTIFICATION_OF_NEED            the virtualiser asks the driver for buffers; it may sleep
 *   NEED_BEFORE_REQUEST                the virtualiser looks whether it needs buffers, and then
 *                                      asks the clients for signals
 *   LOOKS=number                       the virtualiser takes so many packets of a client in one
 *                                      handler and then sleeps (the real one limits refusals)
 */
#define NOBODY                  0
#define CLIENT_FOR_BUFFERS      1
#define VIRTUALISER_FOR_PACKETS 2
#define VIRTUALISER_FOR_BUFFERS 3
#define DRIVER_FOR_RING         4
#define DRIVER_FOR_PACKETS      5

#ifndef PACKETS
#define PACKETS 2
#endif
#ifndef CLIENTS
#define CLIENTS 1
#endif
#ifndef CLIENT_BUFFERS
#define CLIENT_BUFFERS 2
#endif
#ifndef WINDOW
#define WINDOW 2 /* tx_policy_window */
#endif
#ifndef RING
#define RING 4 /* slots of the send ring */
#endif

#define BUFFERS    (CLIENTS * CLIENT_BUFFERS)
#define AT_EASE    (RING * 3 / 4) /* TX_IN_FLIGHT_AT_EASE */
#define QUEUE_SIZE BUFFERS

#define DRIVER      1
#define VIRTUALISER 2
#define CLIENT(n)   (3 + (n))
#define RECEIVERS   (3 + CLIENTS)
#include "path.pml"

chan client_free[CLIENTS] = QUEUE;
chan client_active[CLIENTS] = QUEUE;
chan driver_free = QUEUE;
chan driver_active = QUEUE;
bit client_free_flag[CLIENTS];
bit client_active_flag[CLIENTS];
bit driver_free_flag = 1;
bit driver_active_flag;

/* Buffers are numbered through; this is whose one is. */
#define OWNER(buffer) ((buffer) / CLIENT_BUFFERS)

byte packet[BUFFERS]; /* number of the client's packet in it, from 1 */
byte enqueued[CLIENTS];
byte sent[CLIENTS];
byte in_flight[CLIENTS]; /* virtualiser */
bit timer_is_set;

#ifdef LOOKS
#define MAY_LOOK(n)   (looks[n] > 0)
#define COUNT_LOOK(n) looks[n]--
#else
#define MAY_LOOK(n)   true
#define COUNT_LOOK(n) skip
#endif

proctype device()
{
    byte buffer;

end_idle:
    do
    :: atomic {
            nempty(available) ->
            available?buffer;
            sent[OWNER(buffer)]++;
            assert(packet[buffer] == sent[OWNER(buffer)]);
            packet[buffer] = 0;
            put(used, buffer);
            buffer = 0
        }
        raise_interrupt()
    od
}

/* ethernet_driver.c: give_back_sent(), send() */
inline give_back_sent()
{
    do
    :: d_step {
            take(used, buffer);
            put(driver_free, buffer);
            slots++;
            any = 1
        }
    :: empty(used) -> break
    od;
    atomic {
        signal(any, driver_free_flag, VIRTUALISER);
        any = 0
    }
    do
    :: d_step {
            slots > 0 && nempty(driver_active) -> driver_active?buffer;
            put(available, buffer);
            slots--
        }
    :: slots == 0 || empty(driver_active) -> break
    od
}

/* ethernet_driver.c: tx_work_came_after_request() */
inline ask_for_tx_work()
{
    interrupts = (RING - slots >= AT_EASE || slots == 0
            || (slots < RING && driver_free_flag == 0));
    used_flag = !interrupts;
    if
    :: interrupts && len(used) > 0 && !NO_SECOND_CHECK(DRIVER_FOR_RING) -> work = 1
    :: else ->
        if
        :: slots == 0 -> work = 0 /* new packets could not be sent anyway */
        :: else ->
            REQUEST_SIGNAL(driver_active_flag);
            if
            :: len(driver_active) == 0 || NO_SECOND_CHECK(DRIVER_FOR_PACKETS) -> work = 0
            :: else ->
                CANCEL_SIGNAL(driver_active_flag);
                work = 1
            fi
        fi
    fi
}

inline handle_tx()
{
    do
    :: give_back_sent();
        ask_for_tx_work();
        if
        :: work -> work = 0
        :: else -> break
        fi
    od;
    buffer = 0
}

proctype driver()
{
    byte buffer;
    byte slots = RING; /* free ones */
    bit any, work;
    bit interrupts;

end_asleep:
    do
    :: WAIT_FOR(DRIVER_INTERRUPT);
        TAKE_INTERRUPT();
        if
        :: interrupts -> handle_tx()
        :: else
        fi;
        acknowledge_interrupt()
    :: WAIT_FOR(DRIVER);
        handle_tx()
    od
}

/* virt_tx.c: return_sent() */
inline return_sent()
{
    do
    :: d_step {
            take(driver_free, buffer);
            in_flight[OWNER(buffer)]--;
            total--;
            put(client_free[OWNER(buffer)], buffer);
            owners = owners | BIT(OWNER(buffer))
        }
    :: empty(driver_free) -> break
    od
}

inline look_for_packets(set)
{
    for (n : 0 .. CLIENTS - 1) {
        if
        :: len(client_active[n]) > 0 && MAY_LOOK(n) -> set = set | BIT(n)
        :: else
        fi
    }
    n = 0
}

/* virt_tx.c: serve(), until the policy's turn ends */
inline serve(number)
{
    do
    :: d_step {
            total < WINDOW && MAY_LOOK(number) && nempty(client_active[number]) ->
            client_active[number]?buffer;
            COUNT_LOOK(number);
            put(driver_active, buffer);
            in_flight[number]++;
            total++;
            handed_over = 1;
            turn_used = 1
        }
    :: turn_used || total == WINDOW || !MAY_LOOK(number) || empty(client_active[number]) -> break
    od;
    turn_used = 0;
    if
    :: len(client_active[number]) > 0 && MAY_LOOK(number)
    :: else -> ready = ready & ~BIT(number)
    fi
}

/* virt_tx.c: send(); the policy is any */
inline send()
{
    postponed = 0;
    look_for_packets(ready);
    do
    :: ready == 0 || total == WINDOW -> break
#ifdef POLICY_WAITS
    :: ready != 0 && total < WINDOW ->
        postponed = ready;
        timer_is_set = 1;
        break
#endif
    :: total < WINDOW && (ready & BIT(0)) -> serve(0)
#if CLIENTS > 1
    :: total < WINDOW && (ready & BIT(1)) -> serve(1)
#endif
    od;
    ready = 0
}

/* virt_tx.c: sent_buffers_are_needed() */
inline look_for_need()
{
    needed = 0;
    for (n : 0 .. CLIENTS - 1) {
        needed = (needed || in_flight[n] * 2 > CLIENT_BUFFERS
                || (len(client_active[n]) > 0 && !(postponed & BIT(n)) && total > 0))
    }
    n = 0
}

/* virt_tx.c: packets_came_after_request() */
inline ask_for_packets()
{
    for (n : 0 .. CLIENTS - 1) {
        REQUEST_SIGNAL(client_active_flag[n])
    }
    n = 0;
    look_for_packets(ready);
    if
    :: total == WINDOW || (ready & ~postponed) == 0 || NO_SECOND_CHECK(VIRTUALISER_FOR_PACKETS)
    :: else ->
        work = 1;
        for (n : 0 .. CLIENTS - 1) {
            CANCEL_SIGNAL(client_active_flag[n])
        }
        n = 0
    fi;
    ready = 0
}

/* virt_tx.c: buffers_came_after_request() */
inline ask_for_buffers()
{
    if
    :: needed && !work ->
        REQUEST_SIGNAL(driver_free_flag);
        if
        :: len(driver_free) == 0 || NO_SECOND_CHECK(VIRTUALISER_FOR_BUFFERS)
        :: else ->
            CANCEL_SIGNAL(driver_free_flag);
            work = 1
        fi
    :: else
    fi
}

inline signal_all()
{
    for (n : 0 .. CLIENTS - 1) {
        atomic {
            signal(owners & BIT(n), client_free_flag[n], CLIENT(n))
        }
    }
    n = 0;
    atomic {
#ifndef NO_NOTIFICATION_OF_NEED
        if
        :: needed ->
            CANCEL_SIGNAL(driver_active_flag);
            NOTIFY(DRIVER)
        :: else -> signal(handed_over, driver_active_flag, DRIVER)
        fi;
#else
        signal(handed_over, driver_active_flag, DRIVER);
#endif
        needed = 0;
        handed_over = 0;
        owners = 0;
        buffer = 0;
        postponed = 0
    }
}

proctype virtualiser()
{
    byte buffer, n, total, owners, ready, postponed;
#ifdef LOOKS
    byte looks[CLIENTS];
#endif
    bit handed_over, needed, work, turn_used;

end_asleep:
    do
    :: WAIT_FOR(VIRTUALISER);
#ifdef LOOKS
        for (n : 0 .. CLIENTS - 1) {
            looks[n] = LOOKS
        }
        n = 0;
#endif
        do
        :: return_sent();
            send();
#ifdef NEED_BEFORE_REQUEST
            look_for_need();
            ask_for_packets();
#else
            ask_for_packets();
            look_for_need();
#endif
            ask_for_buffers();
            if
            :: work -> work = 0
            :: else -> break
            fi
        od;
        signal_all()
    od
}

/* The policy's timer. */
proctype timer()
{
end_not_set:
    do
    :: atomic {
            timer_is_set ->
            timer_is_set = 0;
            NOTIFY(VIRTUALISER)
        }
    od
}

/* lib_sddf_lwip.c: copy_and_send(), sddf_lwip_wait_for_tx_buffers(), sddf_lwip_maybe_notify() */
proctype client(byte n)
{
    byte buffer;
    bit handed_over, wait;

    do
    :: do
        :: d_step {
                enqueued[n] < PACKETS && nempty(client_free[n]) -> client_free[n]?buffer;
                enqueued[n]++;
                packet[buffer] = enqueued[n];
                put(client_active[n], buffer);
                handed_over = 1;
                buffer = 0
            }
        :: handed_over -> break /* a shorter batch */
        :: enqueued[n] == PACKETS || empty(client_free[n]) -> break
        od;
        if
        :: enqueued[n] < PACKETS && len(client_free[n]) == 0 ->
            REQUEST_SIGNAL(client_free_flag[n]);
            if
            :: len(client_free[n]) == 0 || NO_SECOND_CHECK(CLIENT_FOR_BUFFERS) -> wait = 1
            :: else -> CANCEL_SIGNAL(client_free_flag[n])
            fi
        :: else
        fi;
        atomic {
            signal(handed_over, client_active_flag[n], VIRTUALISER);
            handed_over = 0
        }
        if
        :: wait ->
            wait = 0;
            WAIT_FOR(CLIENT(n))
        :: else ->
            if
            :: enqueued[n] == PACKETS -> break
            :: else
            fi
        fi
    od
}

inline start()
{
    for (n : 0 .. CLIENTS - 1) {
        CANCEL_SIGNAL(client_free_flag[n]);
        for (number : 0 .. CLIENT_BUFFERS - 1) {
            put(client_free[n], n * CLIENT_BUFFERS + number)
        }
        run client(n)
    }
    run virtualiser();
    run driver();
    run device();
    run timer();
    used_flag = 1;
    number = 0;
    n = 0
}

init
{
    byte number, places, n;

    atomic {
        start()
    };
    timeout; /* nobody can go on */
    atomic {
        for (n : 0 .. CLIENTS - 1) {
            assert(enqueued[n] == PACKETS && sent[n] == PACKETS);
            assert(len(client_active[n]) == 0)
        }
        assert(len(driver_active) == 0 && len(available) == 0);
        for (number : 0 .. BUFFERS - 1) {
            places = (client_free[OWNER(number)]??[eval(number)] -> 1 : 0);
            places = places + (used??[eval(number)] -> 1 : 0);
            places = places + (driver_free??[eval(number)] -> 1 : 0);
            assert(places == 1)
        }
        for (n : 0 .. CLIENTS - 1) {
            assert(len(client_free[n]) + in_flight[n] == CLIENT_BUFFERS)
        }
    }
}

#ifdef LIVENESS
ltl all_packets_are_sent { <> (sent[0] == PACKETS && sent[CLIENTS - 1] == PACKETS) }
#endif
