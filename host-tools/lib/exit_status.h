/* SPDX-License-Identifier: BSD-2-Clause */
/* How the host programs end. Documented in console/README.md; never renumbered. */
#pragma once

enum exit_status {
    STATUS_OK = 0,
    STATUS_FAILURE = 1,
    STATUS_USAGE = 2,       /* wrong arguments */
    STATUS_UNREACHABLE = 3, /* the target cannot be opened or does not answer */
    STATUS_REFUSED = 4,     /* authentication refused */
    STATUS_TIMEOUT = 5,     /* it answered, but not in time with all that was asked */
    STATUS_POLICY = 6,      /* refused by policy: read-only, signature, interface */
    STATUS_ROLLED_BACK = 7,
    STATUS_PROBLEMS = 8, /* doctor, check: found something */
    STATUS_INTERRUPTED = 130,
};
