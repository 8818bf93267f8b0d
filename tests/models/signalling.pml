/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signalling protocol of one connection: filled buffers one way, unused ones back, and each
 * side sleeps when there is nothing for it. Checked: all items arrive, in order; nobody sleeps
 * while there is work; no buffer is lost or in two places.
 *
 * Mistakes that must be found, one at a time:
 *   NO_SECOND_CHECK_FILLED, NO_SECOND_CHECK_UNUSED   sleep without another look after the request
 *   NO_FENCE_IN_REQUEST    the second look happens before the request is visible
 *   NO_FENCE_IN_REQUIRE    the producer looks at the flag before its new tail is visible
 */
#ifndef BUFFERS
#define BUFFERS 3
#endif
#ifndef ITEMS
#define ITEMS 7
#endif

#define SLOTS_MAX 4
#include "queue.pml"

#define SOURCE 0
#define SINK   1

queue filled;
queue unused;
bit woken[2];
byte content[BUFFERS]; /* number of the item in a buffer */
byte sent;
byte received;
byte counting;

/* The consumer asks for a signal and looks again. `work`: there is something after all. */
inline ask(q, work)
{
#ifdef NO_FENCE_IN_REQUEST
    work = !EMPTY(q);
    REQUEST_SIGNAL(q)
#else
    REQUEST_SIGNAL(q);
    work = !EMPTY(q)
#endif
}

/* The producer publishes a descriptor; with the mistake, it has looked at the flag already. */
inline publish(q, value, receiver)
{
#ifdef NO_FENCE_IN_REQUIRE
    wanted = (q.signalled == 0);
    enqueue(q, value);
    if
    :: wanted -> CANCEL_SIGNAL(q); NOTIFY(receiver)
    :: else
    fi;
    wanted = 0
#else
    enqueue(q, value)
#endif
}

/* The end of a batch. */
inline tell(q, receiver)
{
#ifndef NO_FENCE_IN_REQUIRE
    signal(q, receiver)
#else
    skip
#endif
}

proctype source()
{
    byte buffer;
    bit work, wanted;

    do
    :: CANCEL_SIGNAL(unused);
        do
        :: sent < ITEMS ->
            if
            :: dequeue(unused, buffer) ->
                d_step {
                    content[buffer] = sent;
                    sent++
                };
                publish(filled, buffer, SINK)
            :: else -> break
            fi
        :: else -> break
        od;
        tell(filled, SINK);
        if
        :: sent == ITEMS -> break
        :: else
        fi;
        ask(unused, work);
#ifdef NO_SECOND_CHECK_UNUSED
        work = 0;
#endif
        if
        :: work
        :: else -> WAIT_FOR(SOURCE)
        fi;
        work = 0
    od
}

proctype sink()
{
    byte buffer;
    bit work, wanted;

    do
    :: CANCEL_SIGNAL(filled);
        do
        :: dequeue(filled, buffer) ->
            d_step {
                assert(content[buffer] == received); /* in order, and not overwritten */
                received++
            };
            publish(unused, buffer, SOURCE)
        :: else -> break
        od;
        tell(unused, SOURCE);
        ask(filled, work);
#ifdef NO_SECOND_CHECK_FILLED
        work = 0;
#endif
        if
        :: work
        :: else ->
end_asleep:
            WAIT_FOR(SINK)
        fi;
        work = 0
    od
}

init
{
    byte buffer;
    byte places;

    atomic {
        for (buffer : 0 .. BUFFERS - 1) {
            enqueue(unused, buffer)
        };
        run source();
        run sink()
    };
    timeout; /* nobody can go on */
    assert(received == ITEMS);
    atomic {
        for (buffer : 0 .. BUFFERS - 1) {
            places = 0;
            count_in(filled, buffer, places);
            count_in(unused, buffer, places);
            assert(places == 1)
        }
    }
}

#ifdef LIVENESS
ltl everything_arrives { <> (received == ITEMS) }
#endif
