/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Modules as libraries of a Linux program (qXfer:libraries-svr4): what GDB takes any AArch64 program for that says nothing
 * else. The target has them as libraries of bare metal (qXfer:libraries): which one a PD runs, and where. Added here is
 * where the file's dynamic section lies, by which GDB checks that the file is the right one.
 */
#pragma once

#include "console/gdb/host_files.h"

/* Zero it before the first call. */
struct host_libraries {
    bool starting; /* GDB waits for what the target can do */
    bool awaited;  /* GDB waits for the list */
};

/* A packet from GDB. True: *answer is for the target instead. */
bool host_libraries_request(struct host_libraries *libraries, const uint8_t *packet, size_t length,
        struct host_answer *answer);
/* A reply of the target to that, or to any other packet. True: *answer is what GDB gets instead. */
bool host_libraries_reply(struct host_libraries *libraries, const uint8_t *packet, size_t length,
        struct host_answer *answer);
