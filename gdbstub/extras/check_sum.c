/* SPDX-License-Identifier: BSD-2-Clause */
/* qCRC: GDB compares a program's file with what is in memory, without reading that. */
#include "gdbstub/core/parts.h"

#define CRC_POLYNOMIAL 0x04c11db7u /* of GDB's compare-sections: highest bit first */
#define CRC_MAX        (1u << 20)  /* bytes; more would keep the others waiting */
#define CRC_PIECE      1024        /* bytes copied at a time */

static uint32_t crc_add(uint32_t crc, uint8_t byte)
{
    crc ^= (uint32_t)byte << 24;
    for (int bit = 0; bit < 8; bit++) {
        crc = crc << 1 ^ (crc >> 31 != 0 ? CRC_POLYNOMIAL : 0);
    }
    return crc;
}

void handle_crc(struct gdbstub *stub, struct rsp_cursor *args)
{
    uint8_t bytes[CRC_PIECE];
    struct rsp_range range;
    uint32_t crc = UINT32_MAX;
    int pd = current_pd(stub);

    if (!rsp_take_range(args, &range) || range.length > CRC_MAX || pd < 0) {
        reply_error(stub, pd < 0 ? ERROR_NO_THREAD : ERROR_MALFORMED);
        return;
    }
    for (uint64_t done = 0; done < range.length; done += sizeof(bytes)) {
        size_t wanted = at_most(range.length - done, sizeof(bytes));

        if (stub_read(stub, (unsigned)pd, range.start + done, bytes, wanted) != wanted) {
            reply_error(stub, ERROR_UNREADABLE);
            return;
        }
        for (size_t i = 0; i < wanted; i++) {
            crc = crc_add(crc, bytes[i]);
        }
    }
    rsp_put(&stub->reply, "C");
    rsp_put_number(&stub->reply, crc);
}
