/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes anything into all it shares with the Tx virtualiser, and notifies without end. */
#include <os/sddf.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/util.h>

__attribute__((__section__(".serial_client_config"), used)) serial_client_config_t config;

static uint64_t seed = 88172645463325252ull;

/* xorshift64 */
static uint32_t anything(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 16);
}

static void scribble(volatile serial_queue_t *queue, volatile char *data, uint32_t size)
{
    uint32_t value = anything();

    switch (value % 7) {
    case 0:
        queue->tail = anything();
        break;
    case 1:
        queue->head = anything();
        break;
    case 2:
        queue->tail = queue->head + anything() % (size + 2);
        break;
    case 3:
        queue->producer_signalled = value;
        break;
    case 4:
        queue->tail = queue->head + size;
        break;
    case 5:
        data[anything() % size] = "\n\r \x1b#"[value % 5];
        break;
    default:
        data[anything() % size] = (char)(' ' + value % 90);
        break;
    }
}

void init(void)
{
    assert(serial_config_check_magic(&config));
    for (;;) {
        scribble(config.tx.queue.vaddr, config.tx.data.vaddr, (uint32_t)config.tx.data.size);
        sddf_notify(config.tx.id);
    }
}

/* Never called: init() does not return. */
void notified(sddf_channel channel)
{
    (void)channel;
}
