/* SPDX-License-Identifier: BSD-2-Clause */
#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include <os/sddf.h>
#include <string.h>

#include <sddf/network/lib_sddf_lwip.h>
#include <sddf/network/mac802.h>
#include <sddf/timer/client.h>

#include "lionsos/lib/lwip/checksum.h"
#include "lionsos/lib/lwip/offload.h"

/* Longest time between two looks at lwIP's timers: its TCP timer may start at any moment. */
#define LOOK_MS TCP_TMR_INTERVAL

/* IEEE 802.3 frame, without header: what IP may fill. */
#define MTU 1500

/* A pbuf that refers to a received buffer. */
struct rx_pbuf {
    struct pbuf_custom custom; /* first: lwIP passes its address when it frees the pbuf */
    uint64_t offset;           /* of the buffer */
    struct rx_pbuf *next;      /* while unused */
};

_Static_assert(sizeof(struct rx_pbuf) <= LIB_SDDF_LWIP_PBUF_SIZE, "layout of sDDF 0.7");

static struct {
    net_client_config_t *net;
    sddf_channel timer;
    net_queue_handle_t rx;
    net_queue_handle_t tx;
    struct netif netif;
    struct rx_pbuf *unused; /* list */
    bool returned;          /* Rx buffers since the last sddf_lwip_maybe_notify() */
    bool sent;              /* frames since then */
    uint32_t random;        /* state of sddf_lwip_random(); not 0 */
    sddf_lwip_err_output_fn print;
    sddf_lwip_netif_status_callback_fn on_address;
    sddf_lwip_handle_empty_tx_free_fn on_no_buffer;
} lwip;

/* ---- What lwIP wants of a system ------------------------------------------------------------- */

/* Milliseconds since boot, modulo 2^32. A protected call, so nothing on the way of a packet asks. */
u32_t sys_now(void)
{
    return (u32_t)(sddf_timer_time_now(lwip.timer) / NS_IN_MS);
}

/* Xorshift (Marsaglia 2003), 32 bits. */
uint32_t sddf_lwip_random(void)
{
    lwip.random ^= lwip.random << 13;
    lwip.random ^= lwip.random >> 17;
    lwip.random ^= lwip.random << 5;
    return lwip.random;
}

/* ---- Receiving ------------------------------------------------------------------------------- */

static void return_rx_buffer(uint64_t offset)
{
    net_buff_desc_t buffer = { .io_or_offset = offset };

    net_enqueue_free(&lwip.rx, buffer); /* room for every buffer there is */
    lwip.returned = true;
}

/* lwIP no longer needs a received frame. */
static void free_rx_pbuf(struct pbuf *p)
{
    struct rx_pbuf *received = (struct rx_pbuf *)p;

    return_rx_buffer(received->offset);
    received->next = lwip.unused;
    lwip.unused = received;
}

static bool is_inside_rx_data(const net_buff_desc_t *frame)
{
    uint64_t size = lwip.net->rx_data.size;

    return frame->len <= NET_BUFFER_SIZE && size >= NET_BUFFER_SIZE
            && frame->io_or_offset <= size - NET_BUFFER_SIZE;
}

/* A pbuf around a received frame; NULL if there is none left. */
static struct pbuf *wrap(const net_buff_desc_t *frame)
{
    struct rx_pbuf *received = lwip.unused;

    if (received == NULL || !is_inside_rx_data(frame)) {
        return NULL;
    }
    lwip.unused = received->next;
    received->offset = frame->io_or_offset;
    return pbuf_alloced_custom(PBUF_RAW, frame->len, PBUF_REF, &received->custom,
            (char *)lwip.net->rx_data.vaddr + frame->io_or_offset, NET_BUFFER_SIZE);
}

static void take_frame(const net_buff_desc_t *frame)
{
    struct pbuf *p = wrap(frame);

    if (p == NULL) {
        return_rx_buffer(frame->io_or_offset);
        return;
    }
    bool intact = (frame->flags & NET_BUFF_CSUM_VALID) || offload_is_intact(p->payload, frame->len);

    offload_set_checks(&lwip.netif, !intact);
    if (lwip.netif.input(p, &lwip.netif) != ERR_OK) {
        pbuf_free(p);
    }
}

void sddf_lwip_process_rx(void)
{
    net_buff_desc_t frame;

    do {
        net_cancel_signal_active(&lwip.rx);
        while (net_dequeue_active(&lwip.rx, &frame) == 0) {
            take_frame(&frame);
        }
        net_request_signal_active(&lwip.rx);
    } while (!net_queue_empty_active(&lwip.rx));
}

/* ---- Sending --------------------------------------------------------------------------------- */

/* Copies the frame and returns the sum over its bytes. */
static uint16_t copy_and_sum(uint8_t *frame, const struct pbuf *p)
{
    uint16_t sum = 0;
    uint16_t offset = 0;

    for (; p != NULL; p = p->next) {
        uint16_t part = sddf_lwip_copy_checksum(frame + offset, p->payload, p->len);

        sum = checksum_add(sum, offset % 2 == 0 ? part : checksum_swap(part));
        offset = (uint16_t)(offset + p->len);
    }
    return sum;
}

/* Copies the frame into a Tx buffer, provides the checksum that lwIP has left to us, and enqueues it. */
static net_sddf_err_t copy_and_send(struct pbuf *p)
{
    net_buff_desc_t buffer;

    if (net_dequeue_free(&lwip.tx, &buffer) != 0) {
        return SDDF_LWIP_ERR_NO_BUF;
    }
    bool device_sums = (buffer.flags & NET_BUFF_CSUM_OFFLOAD) != 0;
    uint8_t *frame = (uint8_t *)lwip.net->tx_data.vaddr + buffer.io_or_offset;

    buffer.len = p->tot_len;
    buffer.flags = 0;
    if (device_sums) {
        pbuf_copy_partial(p, frame, p->tot_len, 0);
        offload_prepare(frame, &buffer);
    } else {
        offload_complete(frame, buffer.len, copy_and_sum(frame, p));
    }
    net_enqueue_active(&lwip.tx, buffer);
    lwip.sent = true;
    return SDDF_LWIP_ERR_OK;
}

net_sddf_err_t sddf_lwip_transmit_pbuf(struct pbuf *p)
{
    if (p == NULL || p->tot_len < NET_ETH_HEADER_LEN) {
        return SDDF_LWIP_ERR_INVALID_PBUF;
    }
    if (p->tot_len > NET_BUFFER_SIZE) {
        return SDDF_LWIP_ERR_LARGE_PBUF;
    }
    return copy_and_send(p);
}

/* lwIP sends a frame. */
static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    net_sddf_err_t error = sddf_lwip_transmit_pbuf(p);

    (void)netif;
    if (error == SDDF_LWIP_ERR_NO_BUF && lwip.on_no_buffer != NULL) {
        error = lwip.on_no_buffer(p);
    }
    return error == SDDF_LWIP_ERR_OK ? ERR_OK : ERR_MEM;
}

bool sddf_lwip_wait_for_tx_buffers(void)
{
    net_request_signal_free(&lwip.tx);
    if (net_queue_empty_free(&lwip.tx)) {
        return true;
    }
    net_cancel_signal_free(&lwip.tx);
    return false;
}

/* ---- Timers and signals ---------------------------------------------------------------------- */

static void set_timeout(void)
{
    u32_t ms = MIN(sys_timeouts_sleeptime(), LOOK_MS);

    sddf_timer_set_timeout(lwip.timer, MAX(ms, 1u) * NS_IN_MS);
}

void sddf_lwip_process_timeout(void)
{
    sys_check_timeouts();
    set_timeout();
}

/* The last notification goes together with the wait that follows the handler. */
static void notify(sddf_channel channel)
{
    if (sddf_deferred_notify_curr() == SDDF_NO_CHANNEL) {
        sddf_deferred_notify(channel);
    } else {
        sddf_notify(channel);
    }
}

void sddf_lwip_maybe_notify(void)
{
    if (lwip.returned && net_require_signal_free(&lwip.rx)) {
        net_cancel_signal_free(&lwip.rx);
        notify(lwip.net->rx.id);
    }
    if (lwip.sent && net_require_signal_active(&lwip.tx)) {
        net_cancel_signal_active(&lwip.tx);
        notify(lwip.net->tx.id);
    }
    lwip.returned = false;
    lwip.sent = false;
}

/* ---- Start ----------------------------------------------------------------------------------- */

static void report_address(struct netif *netif)
{
    if (lwip.on_address != NULL && !ip4_addr_isany(netif_ip4_addr(netif))) {
        lwip.on_address(ip4addr_ntoa(netif_ip4_addr(netif)));
    }
}

static err_t set_up_netif(struct netif *netif)
{
    netif->name[0] = 's';
    netif->name[1] = 'd';
    netif->mtu = MTU;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    memcpy(netif->hwaddr, lwip.net->mac_addr, ETH_HWADDR_LEN);
    netif->hostname = sddf_get_pd_name();
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    netif->flags =
            NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void make_pbufs(const lib_sddf_lwip_config_t *config)
{
    struct rx_pbuf *pbufs = config->pbuf_pool.vaddr;

    for (uint64_t i = 0; i < config->num_pbufs; i++) {
        pbufs[i].custom.custom_free_function = free_rx_pbuf;
        pbufs[i].next = lwip.unused;
        lwip.unused = &pbufs[i];
    }
}

/* Most Rx buffers that a client can have: as many as its queues can hold. */
#define RX_BUFFERS_MAX 4096

static uint64_t rx_buffers_seen[RX_BUFFERS_MAX / 64]; /* bit per buffer */

/* Notes the buffers in a queue. Neither end runs meanwhile: this one is here, the copier above it. */
static void note_rx_buffers(const net_queue_t *queue)
{
    uint16_t tail = SHARED_LOAD_ACQUIRE(&queue->tail);

    for (uint16_t index = SHARED_LOAD(&queue->head); index != tail; index++) {
        const net_buff_desc_t *entry = &queue->buffers[index & (lwip.rx.capacity - 1)];
        uint64_t buffer = entry->io_or_offset / NET_BUFFER_SIZE;

        if (buffer < RX_BUFFERS_MAX) {
            rx_buffers_seen[buffer / 64] |= UINT64_C(1) << (buffer % 64);
        }
    }
}

/*
 * After a restart: gives back the Rx buffers that lwIP had in its previous life. They are those that
 * are in neither queue; the copier holds none while this PD runs. A new system has them all in queues.
 */
static void reclaim_rx_buffers(void)
{
    uint64_t count = MIN(lwip.net->rx_data.size / NET_BUFFER_SIZE, lwip.rx.capacity);

    assert(lwip.rx.capacity <= RX_BUFFERS_MAX);
    memset(rx_buffers_seen, 0, sizeof(rx_buffers_seen));
    note_rx_buffers(lwip.rx.free);
    note_rx_buffers(lwip.rx.active);
    for (uint64_t buffer = 0; buffer < count; buffer++) {
        if (!(rx_buffers_seen[buffer / 64] >> (buffer % 64) & 1)) {
            return_rx_buffer(buffer * NET_BUFFER_SIZE);
        }
    }
}

void sddf_lwip_init(lib_sddf_lwip_config_t *lib_sddf_lwip_config, net_client_config_t *net_config,
        timer_client_config_t *timer_config, net_queue_handle_t rx_queue,
        net_queue_handle_t tx_queue, sddf_lwip_err_output_fn err_output,
        sddf_lwip_netif_status_callback_fn netif_callback,
        sddf_lwip_handle_empty_tx_free_fn handle_empty_tx_free)
{
    assert(lib_sddf_lwip_config_check_magic(lib_sddf_lwip_config));
    assert(net_config_check_magic(net_config) && timer_config_check_magic(timer_config));
    assert(lib_sddf_lwip_config->pbuf_pool.size
            >= lib_sddf_lwip_config->num_pbufs * sizeof(struct rx_pbuf));

    lwip.net = net_config;
    lwip.timer = timer_config->driver_id;
    lwip.rx = rx_queue;
    lwip.tx = tx_queue;
    lwip.print = err_output != NULL ? err_output : sddf_printf;
    lwip.on_address = netif_callback;
    lwip.on_no_buffer = handle_empty_tx_free;
    lwip.random = (uint32_t)(mac802_number(net_config->mac_addr) >> 16)
            ^ (uint32_t)sddf_timer_time_now(lwip.timer);
    lwip.random = lwip.random != 0 ? lwip.random : 1;
    make_pbufs(lib_sddf_lwip_config);
    reclaim_rx_buffers();
    net_cancel_signal_free(
            &lwip.tx); /* asked for when there is none: sddf_lwip_wait_for_tx_buffers */

    lwip_init();
    netif_add(&lwip.netif, NULL, NULL, NULL, NULL, set_up_netif, ethernet_input);
    offload_start(&lwip.netif);
    netif_set_default(&lwip.netif);
    netif_set_status_callback(&lwip.netif, report_address);
    netif_set_up(&lwip.netif);
    if (dhcp_start(&lwip.netif) != ERR_OK) {
        lwip.print("%s: no memory to ask for an address by DHCP\n", sddf_get_pd_name());
    }
    set_timeout();
    sddf_lwip_process_rx();
}

void sddf_lwip_set_static_address(uint32_t ip, uint32_t netmask, uint32_t gateway)
{
    ip4_addr_t address = { .addr = ip };
    ip4_addr_t mask = { .addr = netmask };
    ip4_addr_t router = { .addr = gateway };

    dhcp_stop(&lwip.netif);
    netif_set_addr(&lwip.netif, &address, &mask, &router);
}
