/* SPDX-License-Identifier: BSD-2-Clause */
/* Backtraces that the target has logged as addresses, in words. */
#pragma once

#include "console/model/programs.h"
#include "monitor/protocol/messages.h"

/*
 * If the record is a backtrace, its addresses become functions and lines, innermost first, as far as there
 * is an archive that knows them. Any other record stays as it is.
 */
void backtrace_words(struct programs *programs, struct protocol_log_record *record);
