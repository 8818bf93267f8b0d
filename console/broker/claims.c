/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/broker/claims.h"

#include <string.h>
#include <sys/socket.h>

#include "console/app/user_name.h"

bool claims_may_use(const struct claims *claims, int channel, uint64_t user)
{
    uint64_t owner = channel >= 0 ? claims->of[channel].owner : 0;

    return owner == 0 || owner == user;
}

uint64_t claims_owner(const struct claims *claims, unsigned channel)
{
    return claims->of[channel].owner;
}

/* The kernel says who is at the other end of a socket. */
static void name_peer(struct protocol_holder *holder, int fd)
{
    struct ucred peer = { .pid = 0 };
    socklen_t size = sizeof(peer);
    char name[PROTOCOL_WHO_MAX + 1];

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return;
    }
    holder->process = (uint32_t)peer.pid;
    user_name(peer.uid, name, sizeof(name));
    holder->who.length = (uint16_t)strlen(name);
    memcpy(holder->who.at, name, holder->who.length);
}

bool claims_take(struct claims *claims, unsigned channel, uint64_t user, int fd, int64_t now)
{
    struct claim *claim = &claims->of[channel];

    if (claim->owner != 0) {
        return false;
    }
    *claim = (struct claim){ .owner = user, .since = now, .any = true };
    claim->holder.channel = (uint8_t)channel;
    claim->holder.held = 1;
    name_peer(&claim->holder, fd);
    return true;
}

bool claims_release(struct claims *claims, unsigned channel, uint64_t user)
{
    struct claim *claim = &claims->of[channel];

    if (claim->owner == 0 || claim->owner != user) {
        return false;
    }
    claim->owner = 0;
    claim->holder.held = 0;
    return true;
}

bool claims_note(struct claims *claims, const struct protocol_holder *note, uint64_t user)
{
    struct claim *claim = &claims->of[note->channel];

    if (claim->owner == 0 || claim->owner != user) {
        return false;
    }
    claim->holder.doing.length = note->doing.length;
    memcpy(claim->holder.doing.at, note->doing.at, note->doing.length);
    return true;
}

bool claims_message(const struct claims *claims, unsigned channel, int64_t now,
        struct protocol_message *message)
{
    const struct claim *claim = &claims->of[channel];

    memset(message, 0, sizeof(*message));
    message->type = MESSAGE_HOLDER;
    message->holder = claim->holder;
    message->holder.held_ms = (uint64_t)(now - claim->since);
    return claim->any;
}
