/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control protocol of the ipbench load generator, as lines over TCP. START and STOP are passed on to
 * the benchmark PD; the answer to STOP tells idle and total cycles in between.
 */
#include <lwip/tcp.h>
#include <string.h>

#include <microkit.h>

#include <lions/tcp_server.h>
#include <sddf/benchmark/config.h>
#include <sddf/util/atomic.h>
#include <sddf/util/printf.h>

#include "echo.h"

__attribute__((
        section(".benchmark_client_config"), used)) struct benchmark_client_config benchmark_config;

#define LINE_MAX 128

static struct session {
    bool used;
    char line[LINE_MAX];
    u16_t length; /* of what has come of the next line */
} session;        /* one at a time: there is one measurement */

static struct {
    uint64_t total;
    uint64_t idle;
} at_start;

static void say(struct tcp_pcb *pcb, const char *text, size_t length)
{
    tcp_write(pcb, text, (u16_t)length, TCP_WRITE_FLAG_COPY);
    tcp_output(pcb);
}

static const struct idle_cycles *idle_cycles(void)
{
    return benchmark_config.core_ccounts[0];
}

static void hello(struct tcp_pcb *pcb)
{
    say(pcb, "200 OK (Ready to go)\n", 21);
}

static void ok(struct tcp_pcb *pcb)
{
    say(pcb, "200 OK\n", 7);
}

static void tell_benchmark_pd(uint8_t channel)
{
    if (channel != BENCHMARK_NO_CHANNEL) {
        microkit_notify(channel);
    }
}

static void start(struct tcp_pcb *pcb)
{
    (void)pcb;
    sddf_printf("%s measurement starting...\n", microkit_name);
    at_start.total = SHARED_LOAD(&idle_cycles()->total);
    at_start.idle = SHARED_LOAD(&idle_cycles()->idle);
    tell_benchmark_pd(benchmark_config.start_ch);
}

static void stop(struct tcp_pcb *pcb)
{
    uint64_t total = SHARED_LOAD(&idle_cycles()->total) - at_start.total;
    uint64_t idle = SHARED_LOAD(&idle_cycles()->idle) - at_start.idle;
    char data[64];
    char answer[160];
    int data_length = sddf_snprintf(data, sizeof(data), ",%lu,%lu", idle, total);
    int length = sddf_snprintf(answer, sizeof(answer),
            "220 VALID DATA (Data to follow)\nContent-length: %d\n%s\n", data_length, data);

    say(pcb, answer, (size_t)length + 1); /* with the NUL, as ipbench expects */
    sddf_printf("%s measurement finished\n", microkit_name);
    tell_benchmark_pd(benchmark_config.stop_ch);
}

static void quit(struct tcp_pcb *pcb)
{
    session.used = false;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_close(pcb);
}

static const struct command {
    const char *word;
    void (*run)(struct tcp_pcb *pcb);
} commands[] = {
    { "HELLO", hello },
    { "LOAD cpu_target_lukem", ok },
    { "SETUP", ok },
    { "START", start },
    { "STOP", stop },
    { "QUIT", quit },
};

static void run_line(struct tcp_pcb *pcb)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strncmp(session.line, commands[i].word, strlen(commands[i].word)) == 0) {
            commands[i].run(pcb);
            return;
        }
    }
    say(pcb, "500 ERROR (Bad command)\n", 24);
}

/* Collects characters; runs each line that is complete. What is too long for a line is cut. */
static void take_characters(struct tcp_pcb *pcb, const char *characters, u16_t length)
{
    for (u16_t i = 0; i < length && session.used; i++) {
        if (characters[i] == '\n') {
            session.line[session.length] = '\0';
            session.length = 0;
            run_line(pcb);
        } else if (session.length < LINE_MAX - 1) {
            session.line[session.length++] = characters[i];
        }
    }
}

static err_t received(void *unused, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    (void)unused, (void)error;
    if (p == NULL) {
        quit(pcb);
        return ERR_OK;
    }
    tcp_recved(pcb, p->tot_len);
    for (struct pbuf *part = p; part != NULL; part = part->next) {
        take_characters(pcb, part->payload, part->len);
    }
    pbuf_free(p);
    return ERR_OK;
}

static void failed(void *unused, err_t error)
{
    (void)unused, (void)error;
    session.used = false;
}

static err_t accepted(void *unused, struct tcp_pcb *pcb, err_t error)
{
    (void)unused;
    if (error != ERR_OK || session.used) {
        return ERR_MEM; /* lwIP resets it */
    }
    session = (struct session){ .used = true };
    tcp_recv(pcb, received);
    tcp_err(pcb, failed);
    say(pcb, "100 IPBENCH V1.0\n", 17);
    return ERR_OK;
}

bool ipbench_start(void)
{
    return tcp_server_listen(IPBENCH_PORT, accepted);
}
