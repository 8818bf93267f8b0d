/* SPDX-License-Identifier: BSD-2-Clause */
/* Fills its queue with short lines and notifies for all of them at once, without end. */
#include <os/sddf.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/util.h>

__attribute__((__section__(".serial_client_config"), used)) serial_client_config_t config;

void init(void)
{
    static const char line[] = "flooder\n";
    serial_queue_handle_t queue;

    assert(serial_config_check_magic(&config));
    serial_queue_init(
            &queue, config.tx.queue.vaddr, (uint32_t)config.tx.data.size, config.tx.data.vaddr);
    for (;;) {
        while (serial_enqueue_batch(&queue, sizeof(line) - 1, line) == sizeof(line) - 1) {}
        sddf_notify(config.tx.id);
    }
}

/* Never called: init() does not return. */
void notified(sddf_channel channel)
{
    (void)channel;
}
