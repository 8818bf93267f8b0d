/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Serial driver PD: moves bytes between the device's FIFOs and the queues of the two virtualisers.
 *
 * Output: the Tx virtualiser notifies; bytes go to the FIFO until that is full, and the transmit
 * interrupt says when to go on. Input: the receive interrupt fills the Rx virtualiser's queue. While
 * that is full the receive interrupt is off and bytes wait in the FIFO; the virtualiser notifies when
 * there is room.
 */
#include <os/sddf.h>

#include <sddf/resources/device.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#include "lionsos/drivers/serial/pl011/pl011.h"

__attribute__((__section__(".device_resources"), used)) device_resources_t device_resources;
__attribute__((__section__(".serial_driver_config"), used)) serial_driver_config_t config;

/* What went wrong so far; read by debuggers and monitors. */
struct serial_driver_counters {
    uint64_t broken_bytes;     /* dropped: framing or parity error, or break */
    uint64_t receive_stalls;   /* times the Rx virtualiser's queue was full */
    uint64_t unknown_channels; /* notifications from nowhere */
} serial_driver_counters;

#define OUTPUT_AT_ONCE 64 /* bytes between two looks at the input: */

static struct pl011_registers *registers;
static serial_queue_handle_t rx_queue;
static serial_queue_handle_t tx_queue;
static bool input_waits_for_room; /* the Rx virtualiser's queue is full */

/*
 * Fills the queue from the FIFO. True if the FIFO is empty afterwards, false if the queue is full. No
 * more bytes are taken than fitted at the start, so the loop ends even on a device gone mad.
 */
static bool drain_receive_fifo(void)
{
    uint32_t before = SHARED_LOAD(&rx_queue.queue->tail);
    uint32_t tail = before;
    enum pl011_input input = PL011_BYTE;
    char character;

    for (uint32_t room = serial_queue_free(&rx_queue); room > 0 && input != PL011_NOTHING; room--) {
        input = pl011_get(registers, &character);
        if (input == PL011_BYTE) {
            serial_enqueue_local(&rx_queue, &tail, character);
        } else if (input == PL011_BROKEN_BYTE) {
            serial_driver_counters.broken_bytes++;
        }
    }
    if (tail != before) {
        serial_update_shared_tail(&rx_queue, tail);
        sddf_notify(config.rx.id);
    }
    return input == PL011_NOTHING;
}

/* Asks the virtualiser for a signal. True if the queue is still full after that: then it will come. */
static bool must_wait_for_room(void)
{
    serial_request_producer_signal(&rx_queue);
    if (serial_queue_free(&rx_queue) == 0) {
        return true;
    }
    serial_cancel_producer_signal(&rx_queue);
    return false;
}

/*
 * Input interrupts are never cleared by hand: they last until the FIFO has been read. So what is left
 * there, by a full queue or by a loop cut short, brings the next interrupt as soon as it is enabled.
 */
static void receive(void)
{
    input_waits_for_room = !drain_receive_fifo() && must_wait_for_room();
    if (input_waits_for_room) {
        serial_driver_counters.receive_stalls++;
        pl011_disable(registers, PL011_INTERRUPTS_OF_INPUT);
    } else {
        pl011_enable(registers, PL011_INTERRUPTS_OF_INPUT);
    }
}

/* Puts up to `count` bytes into the FIFO, as many as are queued before `end` and fit; returns how many. */
static uint32_t fill_transmit_fifo(uint32_t head, uint32_t end, uint32_t count)
{
    uint32_t done = 0;
    unsigned room = 0;

    while (done < count && head + done != end && (room > 0 || (room = pl011_room(registers)) > 0)) {
        pl011_put(registers, tx_queue.data_region[serial_slot(&tx_queue, head + done)]);
        done++;
        room--;
    }
    return done;
}

/*
 * Sends what fits of what is queued now; later bytes come with a notification of their own. A device that sends faster than
 * this fills it takes all of it at once: so that input does not wait for that long, it is looked after in between.
 */
static void transmit(void)
{
    uint32_t head = SHARED_LOAD(&tx_queue.queue->head);
    uint32_t end = head + serial_length_from(&tx_queue, head);
    uint32_t done;

    while ((done = fill_transmit_fifo(head, end, OUTPUT_AT_ONCE)) == OUTPUT_AT_ONCE) {
        head += done;
        serial_update_shared_head(&tx_queue, head);
        if (config.rx_enabled && !input_waits_for_room && pl011_has_input(registers)) {
            receive();
        }
    }
    head += done;
    serial_update_shared_head(&tx_queue, head);

    if (head != end) {
        pl011_enable(registers, PL011_INTERRUPT_TRANSMIT);
    } else {
        pl011_disable(registers, PL011_INTERRUPT_TRANSMIT);
    }
    if (serial_require_producer_signal(&tx_queue)) {
        serial_cancel_producer_signal(&tx_queue);
        sddf_notify(config.tx.id);
    }
}

static void handle_interrupt(void)
{
    pl011_clear(registers, PL011_INTERRUPT_ALL & ~PL011_INTERRUPTS_OF_INPUT);
    transmit();
    if (config.rx_enabled) {
        receive();
    }
}

void init(void)
{
    assert(device_resources_check_magic(&device_resources));
    assert(serial_config_check_magic(&config));
    assert(device_resources.num_regions == 1 && device_resources.num_irqs == 1);

    registers = device_resources.regions[0].region.vaddr;
    serial_queue_init(
            &tx_queue, config.tx.queue.vaddr, (uint32_t)config.tx.data.size, config.tx.data.vaddr);
    bool baud_is_possible = pl011_init(registers, config.default_baud, config.rx_enabled);
    assert(baud_is_possible);

    if (config.rx_enabled) {
        serial_queue_init(&rx_queue, config.rx.queue.vaddr, (uint32_t)config.rx.data.size,
                config.rx.data.vaddr);
        pl011_enable(registers, PL011_INTERRUPTS_OF_INPUT);
    }
    transmit(); /* what was queued before this driver started */
}

void notified(sddf_channel channel)
{
    if (channel == device_resources.irqs[0].id) {
        handle_interrupt();
        sddf_deferred_irq_ack(channel);
    } else if (channel == config.tx.id) {
        transmit();
    } else if (config.rx_enabled && channel == config.rx.id) {
        receive();
    } else {
        serial_driver_counters.unknown_channels++;
    }
}
