/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/holders.h"

#include <stdio.h>
#include <string.h>

void holders_take(struct model_holders *holders, const struct protocol_holder *said, time_t now)
{
    struct model_holder *holder = &holders->of[said->channel];

    holder->known = true;
    holder->said = *said;
    holder->since = now - (time_t)(said->held_ms / 1000);
}

const struct model_holder *holders_now(const struct model_holders *holders, unsigned channel)
{
    const struct model_holder *holder = &holders->of[channel];

    return holder->known && holder->said.held ? holder : NULL;
}

static void copy_printable(const uint8_t *from, size_t length, char *out, size_t size)
{
    size_t at = 0;

    for (; at < length && at + 1 < size; at++) {
        out[at] = from[at] >= ' ' && from[at] != 0x7f ? (char)from[at] : '?';
    }
    out[at] = '\0';
}

void holder_doing(const struct model_holder *holder, char *out, size_t size)
{
    copy_printable(holder->said.doing.at, holder->said.doing.length, out, size);
}

void holder_name(const struct model_holder *holder, char *out, size_t size)
{
    copy_printable(holder->said.who.at, holder->said.who.length, out, size);
}

void holder_words(const struct model_holder *holder, time_t now, char *out, size_t size)
{
    char name[PROTOCOL_WHO_MAX + 1], doing[PROTOCOL_DOING_MAX + 1], clock[16];
    struct tm local;

    holder_name(holder, name, sizeof(name));
    holder_doing(holder, doing, sizeof(doing));
    strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&holder->since, &local));
    snprintf(out, size, "%s, process %u, since %s (%lld s)%s%s", name, holder->said.process, clock,
            (long long)(now - holder->since), doing[0] != '\0' ? ": " : "", doing);
}
