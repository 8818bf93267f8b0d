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
 * What nobody will look at any more is set back to what it was at the begin: so states that differ in nothing that
 * matters are one. Requests that get lost on the way need no step of their own: the console has not asked yet.
 *
 * Mistakes that must be found: LOOK_THEN_START, NO_SNAPSHOT, SNAPSHOT_OF_ALL, NO_TRANSACTIONS, NO_COUNT_OF_SWAPS,
 * NO_STAGING_LIMIT, NO_HEARTBEAT, COMMIT_UNSEEN, NO_SCHEMA_CHECK, ROLLBACK_AT_ONCE, LOOK_AT_STATE_BEFORE,
 * NO_RELEASE, STAGE_OVER_RUNNING (with RELOADS=2).
 */
#ifndef RELOADS
#define RELOADS 1 /* that the console asks for, good or bad ones */
#endif
#ifndef ROLLBACKS
#define ROLLBACKS 1
#endif
#ifndef PACKETS
#define PACKETS 1
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
chan answers = [1] of { mtype, byte, byte };  /* to what, transaction, swaps */
bool console_gone = false;

/* It may be lost, and it is if the one before has not been read yet. */
inline answer()
{
    if
    :: empty(answers) && !console_gone -> answers!what, number, swaps
    :: skip
    fi;
    what = 0;
    number = 0;
    counted = 0
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
byte target;

/* What nobody can come back to is all the same. */
inline forget(image)
{
    complete[image] = false;
    good[image] = true;
    writes[image] = 1;
    oldest[image] = 1
}

inline forget_free_images()
{
    if
    :: known_running != 1 && previous != 1 -> forget(1)
    :: else
    fi;
    if
    :: known_running != 2 && previous != 2 -> forget(2)
    :: else
    fi
}

/* No transaction any more. */
inline finish()
{
    phase = AT_REST;
    wanted_back = false;
    snapshot_schema = 0;
    snapshot_noted = 0;
    snapshot_spoilt = false;
    seen = false;
    forget_free_images()
}

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
    holding = at_rest;
    atomic {
        if
        :: holding ->
#ifndef LOOK_THEN_START
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
    finish()
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
            forget_free_images();
            phase = PROBATION
        :: !holding ->
            if
            :: phase = QUIESCING
            :: finish() /* the time is up: nothing has changed */
            fi
        fi;
        holding = false;
        target = 0
    }
}

inline handle_begin()
{
    if
#ifndef NO_TRANSACTIONS
    :: phase != AT_REST && transaction == number /* repeated */
    :: phase == AT_REST && transaction == number /* repeated after its end */
    :: transaction != number && (phase == AT_REST || phase == STAGING || phase == VERIFIED) ->
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
    fi;
    target = 0
}

inline handle_chunk()
{
    if
    :: phase == STAGING && transaction == number ->
        free_image();
        complete[target] = true /* the console's CRC tells: not verified before all is there */
    :: else
    fi;
    target = 0
}

inline handle_verify()
{
    free_image();
    if
    :: phase == STAGING && transaction == number && complete[target] ->
        if
#ifndef NO_SCHEMA_CHECK
        :: readable(target) -> phase = VERIFIED
        :: !readable(target) -> finish()
#else
        :: phase = VERIFIED
#endif
        fi
    :: else
    fi;
    target = 0
}

inline handle_rollback()
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
    was_readable = readable(previous);

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
#ifndef NO_RELEASE
            held = false;
#endif
            finish()
        :: else
        fi;
        if
        :: holding ->
            target = known_running;
            start(previous);
            previous = target;
            finish();
            rolled_back++;
            assert(rolled_back <= rollbacks_asked)
        :: !holding && was_held -> skip /* unreadable: refused */
        :: !holding && !was_held -> /* later, when it rests; the time may be up */
            if
            :: phase != QUIESCING || !wanted_back -> wanted_back = true;
                phase = (phase == PROBATION -> PROBATION : QUIESCING)
            :: phase == QUIESCING && wanted_back -> finish()
            :: phase == QUIESCING && wanted_back -> skip
            fi
        fi;
        holding = false;
        was_held = false;
        target = 0
    }
}

byte rolled_back = 0;
byte rollbacks_asked = 0;
#ifdef LOOK_AT_STATE_BEFORE
bool was_readable;
#endif

active proctype monitor()
{
    mtype what;
    byte number, counted;

end:
    do
    :: atomic { requests?BEGIN, number, counted -> what = BEGIN; handle_begin(); answer() }
    :: atomic { requests?CHUNK, number, counted -> what = CHUNK; handle_chunk(); answer() }
    :: atomic { requests?VERIFY, number, counted -> what = VERIFY; handle_verify(); answer() }
    :: requests?SWAP, number, counted ->
            what = SWAP;
            if
#ifdef NO_TRANSACTIONS
            :: phase == VERIFIED || (phase == AT_REST && swapped_for != 0 && previous != NONE) ->
#else
            :: phase == VERIFIED && transaction == number ->
#endif
                phase = QUIESCING;
                try_to_swap()
            :: else
            fi;
            atomic { answer() }
    :: requests?ROLLBACK, number, counted ->
            what = ROLLBACK;
            handle_rollback();
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
    :: atomic { phase == PROBATION && !wanted_back && seen && where != FAULT && where != SPIN ->
            good[known_running] = true; /* what fails later is no longer the transaction's business */
            finish() }
#endif
#ifndef NO_STAGING_LIMIT
    :: atomic { (phase == STAGING || phase == VERIFIED) && console_gone && empty(requests) -> finish() }
#endif
    od
}

/* ---- the console ---- */

byte reload = 0;
byte known_swaps = 0;

/* Asks until there is an answer to this very question, or gives up. */
inline ask(question)
{
    do
    :: !console_gone && nfull(requests) -> requests!question, reload, (question == ROLLBACK -> known_swaps : 0)
    :: atomic { answers?eval(question), eval(reload), known_swaps -> break }
    :: atomic { nempty(answers) && !answers?[eval(question), eval(reload), _] -> answers?_, _, _ }
    :: atomic { console_gone = true; break }
    od
}

active proctype console()
{
    do
    :: reload < RELOADS && !console_gone ->
        reload++;
        ask(BEGIN);
        if :: !console_gone -> ask(CHUNK) :: else fi;
        if :: !console_gone -> ask(VERIFY) :: else fi;
        if :: !console_gone -> ask(SWAP) :: else fi;
        if
        :: !console_gone && rollbacks_asked < ROLLBACKS ->
            rollbacks_asked++;
            ask(ROLLBACK)
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
