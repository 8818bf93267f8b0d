/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output from a client through the serial Tx virtualiser to the driver: two queues in a row,
 * signalled as in lionsos/include/sddf/serial/queue.h. The producer of a queue notifies after each
 * batch; when it is full, the producer asks for a signal. Checked: all bytes come out, in order;
 * nobody sleeps while there is work.
 *
 * Mistakes that must be found, one at a time:
 *   NO_SECOND_CHECK_CLIENT        sleeps on a full queue without another look
 *   NO_SECOND_CHECK_VIRTUALISER   the same
 *   NO_FENCE_IN_REQUIRE           the consumer looks for waiters before the room is visible
 */
#ifndef BYTES
#define BYTES 5
#endif

#define SLOTS_MAX 2
#include "queue.pml"

#define CLIENT      0
#define VIRTUALISER 1
#define DRIVER      2

queue to_virtualiser; /* `signalled` = 0: the producer waits for room */
queue to_driver;
bit woken[3];
byte sent;
byte received;

#define FULL(q) (LENGTH(q) == SLOTS_MAX)

/* The producer asks for a signal and looks again. `wait`: there is still no room. */
inline ask_for_room(q, wait)
{
    REQUEST_SIGNAL(q);
    wait = FULL(q);
    if
    :: wait
    :: else -> CANCEL_SIGNAL(q)
    fi
}

proctype client()
{
    bit batch, wait;

    do
    :: sent == BYTES -> break
    :: else ->
        batch = 0;
        do
        :: sent < BYTES && !FULL(to_virtualiser) ->
            enqueue(to_virtualiser, sent);
            sent++;
            batch = 1
        :: batch -> break /* a shorter one */
        :: else -> break
        od;
        if
        :: batch -> NOTIFY(VIRTUALISER)
        :: else
        fi;
        if
        :: sent < BYTES && FULL(to_virtualiser) ->
            ask_for_room(to_virtualiser, wait);
#ifdef NO_SECOND_CHECK_CLIENT
            wait = 1;
#endif
            if
            :: wait -> WAIT_FOR(CLIENT)
            :: else
            fi;
            wait = 0
        :: else
        fi
    od
}

proctype virtualiser()
{
    byte value, due;
    bit wait, moved;

end_asleep:
    do
    :: WAIT_FOR(VIRTUALISER);
        due = LENGTH(to_virtualiser); /* what comes later brings another notification */
        do
        :: due == 0 -> break
        :: else ->
            if
            :: !FULL(to_driver) ->
                dequeue(to_virtualiser, value);
                enqueue(to_driver, value);
                due--;
                moved = 1
            :: else ->
                ask_for_room(to_driver, wait);
#ifdef NO_SECOND_CHECK_VIRTUALISER
                wait = 1;
#endif
                if
                :: wait -> break
                :: else
                fi
            fi
        od;
        due = 0;
        wait = 0;
        value = 0;
        signal(to_virtualiser, CLIENT);
        if
        :: moved -> NOTIFY(DRIVER)
        :: else
        fi;
        moved = 0
    od
}

/*
 * Takes all there is and gives the room back at once. The device's transmitter is always ready:
 * waiting for it changes nothing here.
 */
proctype driver()
{
    byte next, end;
    bit wanted;

end_asleep:
    do
    :: WAIT_FOR(DRIVER);
        end = to_driver.tail;
        d_step {
            for (next : 1 .. (end + INDEX_WRAP - to_driver.head) % INDEX_WRAP) {
                assert(SLOT(to_driver, to_driver.head + next - 1) == received);
                received++
            };
            next = 0
        };
#ifdef NO_FENCE_IN_REQUIRE
        wanted = (to_driver.signalled == 0);
        to_driver.head = end;
#else
        to_driver.head = end;
        wanted = (to_driver.signalled == 0);
#endif
        if
        :: wanted ->
            CANCEL_SIGNAL(to_driver);
            NOTIFY(VIRTUALISER)
        :: else
        fi;
        end = 0;
        wanted = 0
    od
}

init
{
    atomic {
        CANCEL_SIGNAL(to_virtualiser);
        CANCEL_SIGNAL(to_driver);
        run client();
        run virtualiser();
        run driver()
    };
    timeout; /* nobody can go on */
    assert(received == BYTES)
}

#ifdef LIVENESS
ltl everything_arrives { <> (received == BYTES) }
#endif
