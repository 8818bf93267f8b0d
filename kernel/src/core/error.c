/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/error.h"

struct error_payload error_payload;

word_t lookup_failure_length(const struct lookup_failure *failure)
{
    switch (failure->type) {
    case seL4_InvalidRoot:
        return 1;
    case seL4_MissingCapability:
        return 2;
    case seL4_DepthMismatch:
        return 3;
    case seL4_GuardMismatch:
        return 4;
    }
    return 0;
}

error_t error_lookup(bool was_source, struct lookup_failure failure)
{
    error_payload = (struct error_payload){
        1 + lookup_failure_length(&failure),
        { was_source, failure.type, failure.words[0], failure.words[1], failure.words[2] },
    };
    return seL4_FailedLookup;
}
