/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and channels of reload.system, for the programs of it that are made here and for their configuration. */
#pragma once

#include <stdint.h>

#define QUEUE_SIZE     0x1000
#define CLIENTS        2
#define BUFFERS        64 /* of each client */
#define DRIVER_BUFFERS 128
#define DATA_SIZE      0x20000
/* What the device would see; nothing is behind it. */
#define IO_ADDRESS(client) (0x80000000 + (client)*0x10000000ull)

/* Queues: in net_virt_tx and in the plant. */
#define CLIENT_FREE(client)   (0x10000000ul + (client)*0x2000)
#define CLIENT_ACTIVE(client) (0x10001000ul + (client)*0x2000)
#define DRIVER_FREE           0x10004000
#define DRIVER_ACTIVE         0x10005000
#define CLIENT_DATA(client)   (0x10100000ul + (client)*0x100000)

/* In each PD that can be reloaded. */
#define HAND_OVER      0x10006000
#define HAND_OVER_SIZE 0x2000
#define SLOT(slot)     (0x11000000 + (slot)*0x1000000)

#define VIRT_TX_TEXT 0x20000
#define VIRT_TX_DATA 0x40000

/* The relay: what comes in goes out. In it and in the plant. */
#define RELAY_IN_FREE    0x10010000
#define RELAY_IN_ACTIVE  0x10011000
#define RELAY_OUT_FREE   0x10012000
#define RELAY_OUT_ACTIVE 0x10013000
#define RELAY_STAMPS     0x10014000
#define RELAY_TEXT       0x110000
#define RELAY_DATA       0x4000

/* In the monitor. */
#define MONITOR_VIRT_TX_SLOT(slot) (0x20000000 + (slot)*0x1000000)
#define MONITOR_VIRT_TX_HAND_OVER  0x22000000
#define MONITOR_RELAY_SLOT(slot)   (0x24000000 + (slot)*0x1000000)
#define MONITOR_RELAY_HAND_OVER    0x26000000

/* The line between console and monitor: in both. */
#define LINE_TO_QUEUE   0x10020000
#define LINE_FROM_QUEUE 0x10022000
#define LINE_TO_DATA    0x10050000
#define LINE_FROM_DATA  0x10060000
#define LINE_DATA_SIZE  0x10000

/* In the plant. */
#define MODULES 0x30000000
#define UART    0x10030000

/* Channels, as each PD numbers them. */
#define VIRT_TX_DRIVER         0
#define VIRT_TX_CLIENT(client) (1 + (client))
#define VIRT_TX_TIMER          3
#define RELAY_IN               0
#define RELAY_OUT              1
#define MONITOR_RECEIVE        0
#define MONITOR_SEND           1
#define MONITOR_TIMER          2
#define PLANT_DRIVER           10
#define PLANT_CLIENT(client)   (11 + (client))
#define PLANT_RELAY_IN         20
#define PLANT_RELAY_OUT        21
#define PLANT_LINE_RECEIVE     30
#define PLANT_LINE_SEND        31

/* What the relay leaves for the plant: ticks of the counter. */
struct relay_stamps {
    uint64_t last;   /* at the end of its last handler */
    uint64_t useful; /* when it had passed on a packet */
};

/* What the plant finds at MODULES: one after the other, each at a multiple of 4 KiB. The last has no magic. */
#define PLACED_MAGIC 0x4443414c50444f4dull /* "MODPLACD" */

struct placed_module {
    uint64_t magic;
    char name[24];
    uint32_t bytes; /* to the next one */
    uint32_t text_bytes;
    uint32_t data_bytes;
    uint32_t data_memory;
    uint32_t entry;
    uint32_t text_crc;
    uint32_t data_crc;
    uint8_t build_id[20];
    uint32_t build_id_length;
    uint32_t data_offset;
    uint32_t relocations;
    uint32_t relocation_bytes;
    uint32_t is_signed;
    uint8_t key_id[8];
    uint8_t signature[64];
    uint8_t content[]; /* text, then data */
};
