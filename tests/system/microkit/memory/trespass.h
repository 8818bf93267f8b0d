/* SPDX-License-Identifier: BSD-2-Clause */
/* What the child is to try, in a page that it shares with the judge. */
#pragma once

enum trespass {
    TRESPASS_WRITE_READ_ONLY, /* a map with perms="r" */
    TRESPASS_WRITE_TEXT,      /* its own code */
    TRESPASS_EXECUTE_DATA,    /* its own variables */
    TRESPASS_EXECUTE_STACK,
    TRESPASS_READ_UNMAPPED,
    TRESPASS_OVERFLOW_STACK,
    TRESPASS_NUMBER,
};
