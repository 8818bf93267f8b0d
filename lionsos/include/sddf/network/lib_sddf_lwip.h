/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP over sDDF queues: what a network client links to speak IP. After sddf_lwip_init() the client uses
 * lwIP's raw API for UDP (udp_new, udp_bind, udp_recv, udp_sendto) and TCP (tcp_new, tcp_bind,
 * tcp_listen, tcp_accept, tcp_write) from its entry points, and calls
 *
 *   sddf_lwip_process_rx()       when the Rx or the Tx channel is notified
 *   sddf_lwip_process_timeout()  when the timer's channel is notified
 *   sddf_lwip_maybe_notify()     at the end of init() and of each notified()
 *
 * Received frames are not copied: a pbuf refers to the buffer, which goes back when lwIP frees the
 * pbuf. What is sent is copied once, into a Tx buffer. Checksums are the device's work where it offers
 * that, and are computed here where it does not.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/resources/common.h>
#include <sddf/timer/config.h>

/* Initialiser of the magic field. */
#define LIB_SDDF_LWIP_MAGIC_CLASS 8
#define LIB_SDDF_LWIP_MAGIC                           \
    {                                                 \
        's', 'D', 'D', 'F', LIB_SDDF_LWIP_MAGIC_CLASS \
    }

/* Bytes of the pbuf pool for each pbuf. */
#define LIB_SDDF_LWIP_PBUF_SIZE 56

/* Section .lib_sddf_lwip_config. */
typedef struct lib_sddf_lwip_config {
    char magic[SDDF_MAGIC_LEN];
    region_resource_t
            pbuf_pool;  /* num_pbufs * LIB_SDDF_LWIP_PBUF_SIZE bytes, private to the client */
    uint64_t num_pbufs; /* received frames that lwIP can have at once */
} lib_sddf_lwip_config_t;

_Static_assert(sizeof(lib_sddf_lwip_config_t) == 32, "layout of sDDF 0.7");

static inline bool lib_sddf_lwip_config_check_magic(const void *config)
{
    return sddf_magic_matches(config, LIB_SDDF_LWIP_MAGIC_CLASS);
}

typedef enum {
    SDDF_LWIP_ERR_OK = 0,
    SDDF_LWIP_ERR_LARGE_PBUF = -1,   /* does not fit a buffer */
    SDDF_LWIP_ERR_INVALID_PBUF = -2, /* no frame: NULL, or shorter than a header */
    SDDF_LWIP_ERR_NO_BUF = -3,       /* all Tx buffers are in use */
    SDDF_LWIP_ERR_UNHANDLED = -4,    /* the caller's handler could not help either */
} net_sddf_err_t;

struct pbuf;

/* Prints an error of this library; sddf_printf() has this type. */
typedef int (*sddf_lwip_err_output_fn)(const char *format, ...);
/* The interface has an address now, or another one; `ip_addr` is its text. */
typedef void (*sddf_lwip_netif_status_callback_fn)(char *ip_addr);
/*
 * Called with a frame for which there is no Tx buffer. The client may keep it (pbuf_ref) and pass it to
 * sddf_lwip_transmit_pbuf() later; it then returns SDDF_LWIP_ERR_OK.
 */
typedef net_sddf_err_t (*sddf_lwip_handle_empty_tx_free_fn)(struct pbuf *p);

/*
 * Starts lwIP and asks for an address by DHCP. Call once, in init(). The queues are initialised
 * (net_queue_init) and the Tx free queue is filled (net_buffers_init) by the caller. Each of the three
 * functions may be NULL: errors are then printed with sddf_printf(), changes of the address are not
 * reported, and frames without a buffer are dropped.
 */
void sddf_lwip_init(lib_sddf_lwip_config_t *lib_sddf_lwip_config, net_client_config_t *net_config,
        timer_client_config_t *timer_config, net_queue_handle_t rx_queue,
        net_queue_handle_t tx_queue, sddf_lwip_err_output_fn err_output,
        sddf_lwip_netif_status_callback_fn netif_callback,
        sddf_lwip_handle_empty_tx_free_fn handle_empty_tx_free);

/*
 * Takes an address of our own instead of DHCP's. All in network byte order. Reported to the callback
 * like any other.
 */
void sddf_lwip_set_static_address(uint32_t ip, uint32_t netmask, uint32_t gateway);

/* Passes received frames to lwIP, which calls the client's callbacks. */
void sddf_lwip_process_rx(void);

/* Runs what is due of lwIP's timers and sets the next timeout. */
void sddf_lwip_process_timeout(void);

/* Notifies the virtualisers of what has been enqueued since the last call, if they want it. */
void sddf_lwip_maybe_notify(void);

/* Sends a whole Ethernet frame. The caller keeps its reference to `p`. */
net_sddf_err_t sddf_lwip_transmit_pbuf(struct pbuf *p);

/* Asks for a notification when Tx buffers come back. False if there are some already. */
bool sddf_lwip_wait_for_tx_buffers(void);
