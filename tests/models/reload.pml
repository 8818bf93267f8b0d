/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD's image is replaced: monitor/reload/transaction.c and monitor/reload/reload_target.c, the console that asks for it, and the
 * component that is replaced while packets go through it.
 *
 * The console may die, and each message between it and the monitor may be lost, at any step; it asks again what it got
 * no answer to. The monitor may be out of budget between any two of its system calls. New images may be bad: they
 * fault or spin at any of their steps, after having spoilt what is theirs alone.
 *
 * Checked: the image that runs is complete, always. A packet that a good image has taken is passed on. Whoever takes over finds a
 * state that it can read, which says of the queues what is true of them, and which no bad image has spoilt. One request
 * swaps once. In the end nothing is under way, and the image that runs is a good one.
 *
 * Mistakes that must be found: LOOK_THEN_START, NO_SNAPSHOT, SNAPSHOT_OF_ALL, NO_TRANSACTIONS, NO_COUNT_OF_SWAPS,
 * NO_STAGING_LIMIT, NO_HEARTBEAT, COMMIT_UNSEEN, NO_SCHEMA_CHECK, ROLLBACK_AT_ONCE, LOOK_AT_STATE_BEFORE,
 * STAGE_OVER_RUNNING (with RELOADS=2).
 */
#ifndef RELOADS
#define RELOADS 1 /* that the console asks for, good or bad ones */
#endif
#ifndef PACKETS
#define PACKETS 1
#endif
#ifndef LOSSES
#define LOSSES 1 /* of messages */
#endif

#define NONE 3 /* no image */

mtype = { AT_REST, STAGING, VERIFIED, QUIESCING, PROBATION }; /* phase */
mtype = { ATTACH, CONVERT, LOOP, HALF, FAULT, SPIN };         /* where the PD is */
mtype = { BEGIN, CHUNK, VERIFY, SWAP, ROLLBACK };             /* requests */

/* ---- the PD and its images: 0 as booted, 1 and 2 in slots ---- */

bool complete[3] = { true, false, false };
bool good[3] = { true, true, true };
byte writes[3] = { 1, 1, 1 }; /* schema that it leaves */
byte oldest[3] = { 1, 1, 1 }; /* and can take over */
byte runs = 0;
mtype where = LOOP;
bool held = false;
bool ready = true;

/* The hand-over: the schema, what is true of the queues, and the rest. */
byte schema = 1;
byte noted = 0;
bool spoilt = false;

byte waiting = 0; /* packets in the queue before it, and behind it */
byte passed = 0;
byte offered = 0;

#define readable(image) (schema >= oldest[image] && schema <= writes[image])
#define at_rest         (where == LOOP && waiting == 0)

active proctype component()
{
end:
    do
    :: atomic { !held && where == ATTACH ->
            assert(complete[runs]);
            assert(readable(runs));
            assert(noted == passed);
            assert(!spoilt);
            schema = writes[runs];
            where = CONVERT
        }
    :: atomic { !held && where == CONVERT ->
            ready = true;
            where = LOOP
        }
    :: atomic { !held && where == LOOP && waiting > 0 -> waiting--; where = HALF }
    :: atomic { !held && where == HALF -> passed++; noted++; where = LOOP }
    /* What a bad one may do instead. */
    :: atomic { !held && !good[runs] && (where == CONVERT || where == LOOP || where == HALF) ->
            if
            :: where == HALF -> passed++; noted++ /* one is lost: counted, so that the sums are right */
            :: else
            fi;
            spoilt = true;
            if
            :: where = FAULT
            :: where = SPIN
            fi
        }
    od
}

active proctype traffic()
{
    do
    :: atomic { offered < PACKETS -> offered++; waiting++ }
    :: offered == PACKETS -> break
    od
}

/* ---- the link ---- */

chan requests = [1] of { mtype, byte, byte }; /* what, transaction, swaps */
chan answers = [1] of { byte, mtype, byte };  /* transaction, phase, swaps */
byte losses = 0;
bool console_gone = false;

inline answer()
{
    if
    :: nfull(answers) -> answers!transaction, phase, swaps
    :: full(answers) || losses < LOSSES -> losses = (losses < LOSSES -> losses + 1 : losses)
    fi
}

/* ---- the monitor ---- */

mtype phase = AT_REST;
byte transaction = 0;
byte previous = NONE;
byte known_running = 0; /* what it takes for the image that runs */
byte swaps = 0;
byte swapped_for = 0; /* the transaction of the last swap */
byte snapshot_schema, snapshot_noted;
bool snapshot_spoilt;
bool wanted_back = false;
bool was_held;
bool seen; /* at rest since it was ready */
bool holding;
bool looked;
byte target;

inline free_image()
{
    if
#ifdef STAGE_OVER_RUNNING
    :: target = 1
#else
    :: known_running != 1 && previous != 1 -> target = 1
    :: (known_running == 1 || previous == 1) && known_running != 2 && previous != 2 -> target = 2
    :: else -> target = (known_running == 1 -> 2 : 1)
#endif
    fi
}

/*
 * Sees the PD at rest, stops it, and looks whether it has run in between. The only place at which the PD can run while
 * the monitor has something half done.
 */
inline hold()
{
    holding = false;
    if
    :: at_rest -> looked = true
    :: else -> looked = false
    fi;
    atomic {
        if
        :: looked ->
#ifdef LOOK_THEN_START
            holding = true
#else
            holding = at_rest;
            held = holding
#endif
        :: else
        fi
    }
}

inline start(image)
{
    assert(where != HALF || !good[runs]); /* or the packet in its hands is lost */
    if
    :: where == HALF -> passed++; noted++
    :: else
    fi;
    runs = image;
    known_running = image;
    ready = false;
    seen = false;
    swaps++;
    where = ATTACH;
    held = false
}

/* What is true of the queues stays: they have moved on. */
inline restore()
{
    skip;
#ifndef NO_SNAPSHOT
#ifdef SNAPSHOT_OF_ALL
    noted = snapshot_noted;
#endif
    schema = snapshot_schema;
    spoilt = snapshot_spoilt;
#endif
}

inline fail()
{
    restore();
    start(previous);
    previous = NONE;
    wanted_back = false;
    phase = AT_REST
}

inline try_to_swap()
{
    hold();
    atomic {
        if
        :: holding ->
            snapshot_schema = schema;
            snapshot_noted = noted;
            snapshot_spoilt = spoilt;
            free_image();
            previous = known_running;
            assert(swapped_for != transaction); /* one request swaps once */
            swapped_for = transaction;
            start(target);
            phase = PROBATION
        :: !holding ->
            if
            :: phase = QUIESCING
            :: phase = AT_REST /* the time is up: nothing has changed */
            fi
        fi
    }
}

inline handle_begin(number)
{
    if
#ifndef NO_TRANSACTIONS
    :: phase != AT_REST && transaction == number /* repeated */
    :: !(phase != AT_REST && transaction == number) && (phase == AT_REST || phase == STAGING
            || phase == VERIFIED) ->
#else
    :: phase == AT_REST || phase == STAGING || phase == VERIFIED ->
#endif
        transaction = number;
        free_image();
        previous = (target == previous -> 0 : previous);
        complete[target] = false;
        assert(complete[runs]);
        if :: good[target] = true :: good[target] = false fi;
        if :: writes[target] = 1 :: writes[target] = 2 fi;
        if :: oldest[target] = 1 :: oldest[target] = writes[target] fi;
        phase = STAGING
    :: else
    fi
}

inline handle_chunk(number)
{
    if
    :: phase == STAGING && transaction == number ->
        free_image();
        complete[target] = true /* the console's CRC tells: not verified before all is there */
    :: else
    fi
}

inline handle_verify(number)
{
    free_image();
    if
    :: phase == STAGING && transaction == number && complete[target] ->
        if
#ifndef NO_SCHEMA_CHECK
        :: readable(target) -> phase = VERIFIED
        :: !readable(target) -> phase = AT_REST
#else
        :: phase = VERIFIED
#endif
        fi
    :: else
    fi
}

inline handle_rollback(counted)
{
    if
#ifndef NO_COUNT_OF_SWAPS
    :: swaps == counted && !wanted_back && previous != NONE && (phase == AT_REST || phase == PROBATION) ->
#else
    :: previous != NONE && (phase == AT_REST || phase == PROBATION) ->
#endif
        try_to_roll_back()
    :: else
    fi
}

/* In the probation it is tried again. */
inline try_to_roll_back()
{
#ifdef LOOK_AT_STATE_BEFORE
    bool was_readable = readable(previous);

#define can_read was_readable
#else
#define can_read readable(previous)
#endif
    was_held = false;
    hold();
#ifdef ROLLBACK_AT_ONCE
    holding = holding || phase == PROBATION;
#endif
    atomic {
        if
        :: holding && !can_read && phase == PROBATION -> restore()
        :: holding && !can_read && phase != PROBATION ->
            holding = false;
            was_held = true;
            held = false;
            phase = AT_REST;
            wanted_back = false
        :: else
        fi;
        if
        :: holding ->
            target = known_running;
            start(previous);
            previous = target;
            phase = AT_REST;
            wanted_back = false;
            rolled_back++;
            assert(rolled_back <= rollbacks_asked)
        :: !holding && was_held -> skip /* unreadable: refused */
        :: !holding && !was_held -> /* later, when it rests; the time may be up */
            if
            :: phase != QUIESCING || !wanted_back -> wanted_back = true;
                phase = (phase == PROBATION -> PROBATION : QUIESCING)
            :: phase == QUIESCING && wanted_back -> wanted_back = false; phase = AT_REST
            :: phase == QUIESCING && wanted_back -> skip
            fi
        fi
    }
}

byte rolled_back = 0;
byte rollbacks_asked = 0;

active proctype monitor()
{
    mtype what;
    byte number, counted;

end:
    do
    :: requests?what, number, counted ->
        if
        :: what == BEGIN -> atomic { handle_begin(number) }
        :: what == CHUNK -> atomic { handle_chunk(number) }
        :: what == VERIFY -> atomic { handle_verify(number) }
        :: what == SWAP ->
            if
#ifdef NO_TRANSACTIONS
            :: phase == VERIFIED || (phase == AT_REST && swapped_for != 0 && previous != NONE) ->
#else
            :: phase == VERIFIED && transaction == number ->
#endif
                phase = QUIESCING;
                try_to_swap()
            :: else
            fi
        :: what == ROLLBACK -> handle_rollback(counted)
        fi;
        atomic { answer() }
    :: phase == QUIESCING && !wanted_back -> try_to_swap()
    :: phase == QUIESCING && wanted_back -> try_to_roll_back()
    :: phase == PROBATION && wanted_back && where != FAULT && where != SPIN -> try_to_roll_back()
    :: atomic { phase == PROBATION && where == FAULT -> fail() }
#ifndef NO_HEARTBEAT
    :: atomic { phase == PROBATION && where == SPIN -> fail() }
#endif
    :: atomic { phase == PROBATION && ready && at_rest && !seen -> seen = true }
#ifdef COMMIT_UNSEEN
    :: phase == PROBATION && where != FAULT -> phase = AT_REST
#else
    :: atomic { phase == PROBATION && !wanted_back && seen && where != FAULT && where != SPIN -> phase = AT_REST;
            good[known_running] = true /* what fails later is no longer the transaction's business */ }
#endif
#ifndef NO_STAGING_LIMIT
    :: (phase == STAGING || phase == VERIFIED) && console_gone && empty(requests) -> phase = AT_REST
#endif
    od
}

/* ---- the console ---- */

/* Asks until there is an answer, or gives up. */
inline ask(what, number, counted)
{
    byte got;
    mtype in_phase;

    answered = false;
    do
    :: !answered && nfull(requests) -> requests!what, number, counted
    :: !answered && losses < LOSSES -> losses++ /* lost on the way */
    :: answers?got, in_phase, known_swaps -> answered = true; known_phase = in_phase
    :: answered -> break
    :: console_gone = true; break
    od
}

mtype known_phase;
byte known_swaps;
bool answered;

active proctype console()
{
    byte reload = 0;

    do
    :: reload < RELOADS && !console_gone ->
        reload++;
        ask(BEGIN, reload, 0);
        if :: !console_gone -> ask(CHUNK, reload, 0) :: else fi;
        if :: !console_gone -> ask(VERIFY, reload, 0) :: else fi;
        if :: !console_gone -> ask(SWAP, reload, 0) :: else fi;
        if
        :: !console_gone && rollbacks_asked == 0 ->
            rollbacks_asked++;
            ask(ROLLBACK, reload, known_swaps)
        :: skip
        fi
    :: else -> break
    od;
    console_gone = true
}

/* When nobody can go on. */
active proctype verdict()
{
    atomic {
        timeout ->
            assert(phase == AT_REST);
            assert(complete[runs] && where != FAULT && where != SPIN);
            assert(waiting == 0 && passed == PACKETS && noted == passed);
            assert(!spoilt && readable(runs))
    }
}
