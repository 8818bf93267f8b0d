/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial driver on registers that are plain memory: the test plays the device. */
#include <os/sddf.h>
#include <string.h>

#include <sddf/resources/device.h>

#include "lionsos/drivers/serial/pl011/pl011.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/serial_peer.h"

#define IRQ                0
#define TX                 1
#define RX                 2
#define FLAG_RECEIVE_EMPTY (1u << 4)
#define FLAG_TRANSMIT_FULL (1u << 5)
#define FRAMING_ERROR      (1u << 8)
#define CAPACITY           4096

extern device_resources_t device_resources;
extern serial_driver_config_t config;

static struct pl011_registers device;
static serial_queue_handle_t tx;
static serial_queue_handle_t rx;

static int set_up_group(void **state)
{
    (void)state;
    device_resources = (device_resources_t){ .magic = DEVICE_RESOURCES_MAGIC,
        .num_regions = 1,
        .num_irqs = 1,
        .regions = { { .region = { &device, sizeof(device) } } },
        .irqs = { { IRQ } } };
    config = (serial_driver_config_t){ .magic = SDDF_SERIAL_MAGIC,
        .rx = peer_connection(CAPACITY, RX),
        .tx = peer_connection(CAPACITY, TX),
        .default_baud = 115200,
        .rx_enabled = true };
    tx = peer_handle(&config.tx);
    rx = peer_handle(&config.rx);
    device.flags = FLAG_RECEIVE_EMPTY;
    init();
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    device.flags = FLAG_RECEIVE_EMPTY;
    device.data = 0;
    peer_read_all(&rx);
    notified(TX);
    serial_cancel_producer_signal(&tx);
    serial_cancel_producer_signal(&rx);
    fake_os_reset();
    return 0;
}

static void the_device_is_set_up_as_asked(void **state)
{
    (void)state;
    /* 24 MHz / (16 * 115200) = 13.0208: 13 and 1/64 */
    assert_int_equal(device.baud_integer, 13);
    assert_int_equal(device.baud_fraction, 1);
    assert_int_equal(device.line_control, 0x70); /* 8 bits, FIFOs */
    assert_int_equal(device.control, 0x301);     /* on, both directions */
    assert_int_equal(device.interrupt_mask, PL011_INTERRUPTS_OF_INPUT);
}

static void an_impossible_baud_rate_is_refused(void **state)
{
    struct pl011_registers untouched = { 0 };

    (void)state;
    assert_false(pl011_init(&untouched, 0, true));
    assert_false(pl011_init(&untouched, 1500001ull * 2, true));
    assert_false(pl011_init(&untouched, 1, true));
    assert_false(pl011_init(&untouched, UINT64_MAX, true));
    assert_int_equal(untouched.control, 0);
    assert_true(pl011_init(&untouched, 1500000, false));
    assert_int_equal(untouched.control, 0x101);
}

static void output_goes_to_the_fifo(void **state)
{
    (void)state;
    peer_write(&tx, "abc");
    notified(TX);
    assert_int_equal(device.data, 'c');
    assert_int_equal(serial_queue_length(&tx), 0);
    assert_int_equal(fake_os.notified[TX], 0);
    assert_int_equal(device.interrupt_mask & PL011_INTERRUPT_TRANSMIT, 0);
}

static void a_full_fifo_waits_for_the_transmit_interrupt(void **state)
{
    (void)state;
    device.flags |= FLAG_TRANSMIT_FULL;
    peer_write(&tx, "abc");
    notified(TX);
    assert_int_equal(serial_queue_length(&tx), 3);
    assert_true(device.interrupt_mask & PL011_INTERRUPT_TRANSMIT);

    device.flags &= ~FLAG_TRANSMIT_FULL;
    notified(IRQ);
    assert_int_equal(serial_queue_length(&tx), 0);
    assert_false(device.interrupt_mask & PL011_INTERRUPT_TRANSMIT);
    assert_int_equal(fake_os.acknowledged[IRQ], 1);
}

static void a_virtualiser_that_waits_for_room_is_told(void **state)
{
    (void)state;
    peer_write(&tx, "abc");
    serial_request_producer_signal(&tx);
    notified(TX);
    assert_int_equal(fake_os.notified[TX], 1);
    peer_write(&tx, "abc");
    notified(TX);
    assert_int_equal(fake_os.notified[TX], 1);
}

/* The device never stops: the driver takes what fits, stops input, and goes on when asked. */
static void input_stops_at_a_full_queue_and_goes_on_when_there_is_room(void **state)
{
    (void)state;
    device.flags = 0;
    device.data = 'x';
    notified(IRQ);
    assert_int_equal(serial_queue_length(&rx), CAPACITY);
    assert_int_equal(fake_os.notified[RX], 1);
    assert_int_equal(fake_os.acknowledged[IRQ], 1);
    assert_int_equal(device.interrupt_mask & PL011_INTERRUPTS_OF_INPUT, 0);
    assert_true(serial_require_producer_signal(&rx));

    device.flags = FLAG_RECEIVE_EMPTY;
    assert_int_equal(strlen(peer_read_all(&rx)), CAPACITY);
    notified(RX);
    assert_int_equal(device.interrupt_mask & PL011_INTERRUPTS_OF_INPUT, PL011_INTERRUPTS_OF_INPUT);
}

/* A device that takes all output at once: what comes in meanwhile does not wait for the end of it. */
static void input_is_looked_after_during_long_output(void **state)
{
    static char text[CAPACITY];

    (void)state;
    memset(text, 'o', CAPACITY - 1);
    peer_write(&tx, text);
    device.flags = 0; /* there is always input: here the queue fills up, and is not asked again */
    notified(TX);
    assert_int_equal(serial_queue_length(&tx), 0);
    assert_int_equal(serial_queue_length(&rx), CAPACITY);
    assert_int_equal(fake_os.notified[RX], 1);
    assert_int_equal(device.interrupt_mask & PL011_INTERRUPTS_OF_INPUT, 0);
    device.flags = FLAG_RECEIVE_EMPTY;
    peer_read_all(&rx);
    notified(RX);
}

static void broken_bytes_are_dropped(void **state)
{
    (void)state;
    device.flags = 0;
    device.data = 'x' | FRAMING_ERROR;
    notified(IRQ);
    assert_int_equal(serial_queue_length(&rx), 0);
    assert_int_equal(fake_os.notified[RX], 0);
    device.flags = FLAG_RECEIVE_EMPTY;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_device_is_set_up_as_asked),
        cmocka_unit_test(an_impossible_baud_rate_is_refused),
        cmocka_unit_test_setup(output_goes_to_the_fifo, set_up),
        cmocka_unit_test_setup(a_full_fifo_waits_for_the_transmit_interrupt, set_up),
        cmocka_unit_test_setup(a_virtualiser_that_waits_for_room_is_told, set_up),
        cmocka_unit_test_setup(input_stops_at_a_full_queue_and_goes_on_when_there_is_room, set_up),
        cmocka_unit_test_setup(input_is_looked_after_during_long_output, set_up),
        cmocka_unit_test_setup(broken_bytes_are_dropped, set_up),
    };

    return cmocka_run_group_tests(tests, set_up_group, NULL);
}
