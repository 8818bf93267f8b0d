/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Field offsets and sizes of everything that crosses a PD's border, with sDDF 0.7's figures. They are
 * what lets a component or a client built elsewhere meet ours.
 */
#include <sddf/resources/device.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/timer/config.h>
#include <sddf/timer/protocol.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define AT(type, field, offset) assert_int_equal(offsetof(type, field), offset)

static void resources(void **state)
{
    (void)state;
    AT(region_resource_t, vaddr, 0);
    AT(region_resource_t, size, 8);
    AT(device_region_resource_t, io_addr, 16);
    AT(device_resources_t, num_regions, 5);
    AT(device_resources_t, num_irqs, 6);
    AT(device_resources_t, regions, 8);
    AT(device_resources_t, irqs, 1544);
    assert_int_equal(sizeof(device_resources_t), 1608);
}

static void serial(void **state)
{
    (void)state;
    AT(serial_queue_t, tail, 0);
    AT(serial_queue_t, head, 4);
    AT(serial_queue_t, producer_signalled, 8);
    AT(serial_connection_resource_t, data, 16);
    AT(serial_connection_resource_t, id, 32);
    AT(serial_driver_config_t, rx, 8);
    AT(serial_driver_config_t, tx, 48);
    AT(serial_driver_config_t, default_baud, 88);
    AT(serial_driver_config_t, rx_enabled, 96);
    AT(serial_virt_rx_config_t, driver, 8);
    AT(serial_virt_rx_config_t, clients, 48);
    AT(serial_virt_rx_config_t, num_clients, 2608);
    AT(serial_virt_rx_config_t, switch_char, 2609);
    AT(serial_virt_rx_config_t, terminate_num_char, 2610);
    AT(serial_virt_tx_config_t, driver, 8);
    AT(serial_virt_tx_config_t, clients, 48);
    AT(serial_virt_tx_client_config_t, name, 40);
    AT(serial_virt_tx_config_t, num_clients, 6704);
    AT(serial_virt_tx_config_t, begin_str, 6705);
    AT(serial_virt_tx_config_t, enable_colour, 6833);
    AT(serial_virt_tx_config_t, enable_rx, 6834);
    AT(serial_client_config_t, rx, 8);
    AT(serial_client_config_t, tx, 48);
}

static void timer(void **state)
{
    (void)state;
    AT(timer_client_config_t, driver_id, 5);
    assert_int_equal(sizeof(timer_client_config_t), 6);
    assert_int_equal(SDDF_TIMER_GET_TIME, 0);
    assert_int_equal(SDDF_TIMER_SET_TIMEOUT, 1);
}

static void magics_differ_by_class(void **state)
{
    serial_client_config_t serial_config = { .magic = SDDF_SERIAL_MAGIC };
    timer_client_config_t timer_config = { .magic = SDDF_TIMER_MAGIC };
    device_resources_t device = { .magic = DEVICE_RESOURCES_MAGIC };

    (void)state;
    assert_memory_equal(serial_config.magic, "sDDF\3", 5);
    assert_memory_equal(timer_config.magic, "sDDF\6", 5);
    assert_memory_equal(device.magic, "sDDF\1", 5);
    assert_true(serial_config_check_magic(&serial_config));
    assert_true(timer_config_check_magic(&timer_config));
    assert_true(device_resources_check_magic(&device));
    assert_false(serial_config_check_magic(&timer_config));
    serial_config.magic[0] = 0; /* what a program has that nobody configured */
    assert_false(serial_config_check_magic(&serial_config));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resources),
        cmocka_unit_test(serial),
        cmocka_unit_test(timer),
        cmocka_unit_test(magics_differ_by_class),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
