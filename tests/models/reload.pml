/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD's image is replaced: monitor/reload/, the console that asks for it, and the component that is replaced while packets go
 * through it.
 *
 * The console may die, and each message between it and the monitor may be lost, at any step; it asks again what it got
 * no answer to. The monitor may be out of budget between any two of its system calls, and be restarted between any two of
 * its steps (RESTARTS times), also while it recovers from a restart; its memory outlives that. New images may be bad: they
 * fault or spin at any of their steps, after having spoilt what is theirs alone.
 *
 * Checked: the image that runs is complete, always. A packet that a good image has taken is passed on. Whoever takes over finds a
 * state that it can read, which says of the queues what is true of them, and which no bad image has spoilt. One request
 * swaps once. In the end nothing is under way, the image that runs is a good one, and the record says which it is.
 *
 * What nobody will look at any more is set back to what it was at the begin: so states that differ in nothing that
 * matters are one. Requests that get lost on the way need no step of their own: the console has not asked yet.
 *
 * Mistakes that must be found: LOOK_THEN_START, NO_SNAPSHOT, SNAPSHOT_OF_ALL, NO_TRANSACTIONS, NO_COUNT_OF_SWAPS,
 * NO_STAGING_LIMIT, NO_HEARTBEAT, COMMIT_UNSEEN, NO_SCHEMA_CHECK, ROLLBACK_AT_ONCE, LOOK_AT_STATE_BEFORE,
 * NO_RELEASE; with RELOADS=2 STAGE_OVER_RUNNING, and with ROLLBACKS=2, too, GO_BACK_TO_UNPROVEN; with RESTARTS=1
 * RECORD_AFTER_START, NO_RELEASE_AT_RESTART, START_AGAIN.
 */
#ifndef RELOADS
#define RELOADS 1 /* that the console asks for, good or bad ones */
#endif
#ifndef ROLLBACKS
#define ROLLBACKS 1
#endif
#ifndef RESTARTS
#define RESTARTS 0 /* of the monitor */
#endif
#ifndef PACKETS
#define PACKETS 1
#endif

#define NONE 3 /* no image */

mtype = { AT_REST, STAGING, VERIFIED, QUIESCING, PROBATION, STARTING, STOPPING, STARTING_BACK }; /* step */
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

/* The record, written at once: step, what runs, what a rollback brings back, what is being started. */
mtype step = AT_REST;
byte running = 0;
byte previous = NONE;
byte next = 0;

byte transaction = 0;
byte swaps = 0;
byte swapped_for = 0; /* the transaction of the last swap */
byte snapshot_schema, snapshot_noted;
bool snapshot_spoilt;
bool wanted_back = false;
bool asked_for; /* the way back that is under way, by the console */
bool is_proven; /* what is gone back from has been through its probation */
bool seen;      /* at rest since it was ready */
bool crash = false;
byte restarts = 0;

byte rolled_back = 0;
byte rollbacks_asked = 0;

#define record(s, r, p, n) step = s; previous = p; running = r; next = n

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
    :: running != 1 && previous != 1 -> forget(1)
    :: else
    fi;
    if
    :: running != 2 && previous != 2 -> forget(2)
    :: else
    fi
}

/* No transaction any more. */
inline finish()
{
    step = AT_REST;
    wanted_back = false;
    asked_for = false;
    is_proven = false;
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
    :: running != 1 && previous != 1 -> target = 1
    :: (running == 1 || previous == 1) && running != 2 && previous != 2 -> target = 2
    :: else -> target = (running == 1 -> 2 : 1)
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

/* The PD begins anew. */
inline start(image)
{
    atomic {
        assert(where != HALF || !good[runs]); /* or the packet in its hands is lost */
        if
        :: where == HALF -> passed++; noted++
        :: else
        fi;
        runs = image;
        ready = false;
        where = ATTACH;
        held = false
    }
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

inline note_forth()
{
    atomic {
        swaps++;
        wanted_back = false;
        seen = false;
        record(PROBATION, next, running, 0);
        forget_free_images()
    }
}

inline note_back()
{
    atomic {
        swaps++;
        rolled_back = (asked_for -> rolled_back + 1 : rolled_back);
        assert(rolled_back <= rollbacks_asked);
#ifdef GO_BACK_TO_UNPROVEN
        is_proven = asked_for;
#endif
        record(AT_REST, next, (is_proven -> running : NONE), 0);
        finish()
    }
}

/* The image on probation is stopped where it is, its state undone: once begun, that can be done again and has to be ended. */
inline replace_failed()
{
    held = true;
    atomic { restore() };
    atomic { record(STARTING_BACK, running, previous, previous) };
    start(next);
    note_back()
}

inline fail(by_request)
{
    atomic {
        asked_for = by_request;
        is_proven = false;
        step = STOPPING
    };
    replace_failed()
}

inline try_to_swap()
{
    hold();
    if
    :: holding ->
        atomic {
            snapshot_schema = schema;
            snapshot_noted = noted;
            snapshot_spoilt = spoilt
        };
        atomic {
            holding = false;
            free_image();
            assert(swapped_for != transaction); /* one request swaps once */
            swapped_for = transaction;
#ifdef RECORD_AFTER_START
            next = target;
#else
            record(STARTING, running, previous, target);
#endif
            target = 0
        };
        start(next);
        note_forth()
    :: atomic { !holding ->
            if
            :: skip
            :: finish() /* the time is up: nothing has changed */
            fi
        }
    fi
}

inline handle_begin()
{
    if
#ifndef NO_TRANSACTIONS
    :: step != AT_REST && transaction == number /* repeated */
    :: step == AT_REST && transaction == number /* repeated after its end */
    :: transaction != number && (step == AT_REST || step == STAGING || step == VERIFIED) ->
#else
    :: step == AT_REST || step == STAGING || step == VERIFIED ->
#endif
        transaction = number;
        free_image();
        previous = (target == previous -> 0 : previous);
        complete[target] = false;
        assert(complete[runs]);
        if :: good[target] = true :: good[target] = false fi;
        if :: writes[target] = 1 :: writes[target] = 2 fi;
        if :: oldest[target] = 1 :: oldest[target] = writes[target] fi;
        step = STAGING
    :: else
    fi;
    target = 0
}

inline handle_chunk()
{
    if
    :: step == STAGING && transaction == number ->
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
    :: step == STAGING && transaction == number && complete[target] ->
        if
#ifndef NO_SCHEMA_CHECK
        :: readable(target) -> step = VERIFIED
        :: !readable(target) -> finish()
#else
        :: step = VERIFIED
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
    :: swaps == counted && !wanted_back && previous != NONE && (step == AT_REST || step == PROBATION) ->
#else
    :: previous != NONE && (step == AT_REST || step == PROBATION) ->
#endif
        atomic { wanted_back = true; step = (step == AT_REST -> QUIESCING : step) };
        try_to_roll_back()
    :: else
    fi
}

#ifdef LOOK_AT_STATE_BEFORE
bool was_readable;
#define can_read was_readable
#else
#define can_read readable(previous)
#endif

/* Again and again; the time may be up, if nothing else is under way. */
inline try_to_roll_back()
{
#ifdef LOOK_AT_STATE_BEFORE
    was_readable = readable(previous);
#endif
    hold();
#ifdef ROLLBACK_AT_ONCE
    holding = holding || step == PROBATION;
#endif
    if
    :: atomic { holding && can_read ->
            holding = false;
            asked_for = true;
            is_proven = (step == QUIESCING);
            record(STARTING_BACK, running, previous, previous)
        };
        start(next);
        note_back()
    :: atomic { holding && !can_read && step == PROBATION -> holding = false };
        fail(true)
    :: atomic { holding && !can_read && step == QUIESCING ->
            holding = false;
#ifndef NO_RELEASE
            held = false;
#endif
            finish()
        }
    :: atomic { !holding ->
            if
            :: skip
            :: step == QUIESCING -> finish()
            fi
        }
    fi
}

/* The PD goes on if it was stopped: before the end of what is given up, and of the record of it. */
inline let_go_on()
{
    skip;
#ifndef NO_RELEASE_AT_RESTART
    held = false
#endif
}

inline start_if_stopped()
{
    if
#ifdef START_AGAIN
    :: skip ->
#else
    :: held ->
#endif
        start(next)
    :: !held
    fi
}

/* What a restarted monitor makes of the record. */
inline recover()
{
    if
    :: step == STAGING || step == VERIFIED || step == QUIESCING ->
        let_go_on();
        atomic { finish() }
    :: step == STARTING -> start_if_stopped(); note_forth()
    :: step == STOPPING -> replace_failed()
    :: step == STARTING_BACK -> start_if_stopped(); note_back()
    :: step == PROBATION ->
        let_go_on();
        seen = false
    :: step == AT_REST ->
        let_go_on();
        wanted_back = false
    fi
}

active proctype monitor()
{
    mtype what;
    byte number, counted, target;
    bool holding;

again:
    {
        recover();
end:
        do
        :: atomic { requests?BEGIN, number, counted -> what = BEGIN; handle_begin(); answer() }
        :: atomic { requests?CHUNK, number, counted -> what = CHUNK; handle_chunk(); answer() }
        :: atomic { requests?VERIFY, number, counted -> what = VERIFY; handle_verify(); answer() }
        :: requests?SWAP, number, counted ->
            what = SWAP;
            if
#ifdef NO_TRANSACTIONS
            :: step == VERIFIED || (step == AT_REST && swapped_for != 0 && previous != NONE) ->
#else
            :: step == VERIFIED && transaction == number ->
#endif
                step = QUIESCING;
                try_to_swap()
            :: else
            fi;
            atomic { answer() }
        :: requests?ROLLBACK, number, counted ->
            what = ROLLBACK;
            handle_rollback();
            atomic { answer() }
        :: step == QUIESCING && !wanted_back -> try_to_swap()
        :: step == QUIESCING && wanted_back -> try_to_roll_back()
        :: step == PROBATION && wanted_back && where != FAULT && where != SPIN -> try_to_roll_back()
        :: step == PROBATION && where == FAULT -> fail(false)
#ifndef NO_HEARTBEAT
        :: step == PROBATION && where == SPIN -> fail(false)
#endif
        :: atomic { step == PROBATION && ready && at_rest && !seen -> seen = true }
#ifdef COMMIT_UNSEEN
        :: step == PROBATION && where != FAULT -> step = AT_REST
#else
        :: atomic { step == PROBATION && !wanted_back && seen && where != FAULT && where != SPIN ->
            good[running] = true; /* what fails later is no longer the transaction's business */
            finish() }
#endif
#ifndef NO_STAGING_LIMIT
        :: atomic { (step == STAGING || step == VERIFIED) && console_gone && empty(requests) -> finish() }
#endif
        od
    } unless {
        atomic {
            crash ->
            crash = false;
            what = 0;
            number = 0;
            counted = 0;
            target = 0;
            holding = false;
            goto again
        }
    }
}

#if RESTARTS > 0
active proctype accidents()
{
    do
    :: atomic { restarts < RESTARTS && !crash -> restarts++; crash = true }
    :: restarts == RESTARTS -> break
    :: break
    od
}
#endif

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
            assert(step == AT_REST && running == runs && !held);
            assert(complete[runs] && where != FAULT && where != SPIN);
            assert(waiting == 0 && passed == PACKETS && noted == passed);
            assert(!spoilt && readable(runs) && schema == writes[runs])
    }
}
