/* SPDX-License-Identifier: BSD-2-Clause */
/* Page that parent and child share: what the child is to do, and what became of it. */
#pragma once

#include <microkit.h>

enum order {
    ORDER_WAIT,         /* return from the entry point */
    ORDER_WRITE_WORD,   /* write WRITTEN to `address` */
    ORDER_SYSTEM_CALL,  /* UNKNOWN_CALL with arguments 1..6; x0 goes to `result` */
    ORDER_UNDEFINED,    /* an instruction that does not exist */
    ORDER_COUNT,        /* increment `counter` for ever */
    ORDER_MESSAGE,      /* a message of its own to the parent, expecting no answer */
    ORDER_MESSAGE_CALL, /* one that expects an answer; its label goes to `result` */
    ORDER_JUMP,         /* to `address` */
};

#define WRITTEN        0x1122334455667788UL
#define UNKNOWN_CALL   1234
#define OWN_LABEL      77
#define FIRST_ARGUMENT 1001

struct orders {
    seL4_Word order;
    seL4_Word address;
    seL4_Word result;
    seL4_Word done; /* number of orders carried out to their end */
    seL4_Word counter;
    seL4_Word starts; /* times that init() has run */
    seL4_Word heard;  /* the middle one's last fault: label */
    seL4_Word heard_address;
    seL4_Word heard_child;
};
