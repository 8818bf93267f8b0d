/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/load_generator/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/load_generator/window.h"

static const char help[] =
        "usage: load-generator [OPTION...] udp:HOST:PORT|tcp:HOST:PORT...\n"
        "\n"
        "Sends messages to echo servers, checks every byte that comes back, and reports what was sent,\n"
        "received, lost, corrupted and reordered, and how long the round trips took.\n"
        "\n"
        "  --clients N     sockets or connections per target (1)\n"
        "  --window N      closed loop: messages that each client has on their way (1)\n"
        "  --burst         closed loop in steps: sends the whole window, waits for all answers\n"
        "  --rate N        fixed rate: messages per second of each client; --window is then only\n"
        "                  the limit, 16384 if not given, and what it holds back is not made up for\n"
        "  --count N       messages of each client\n"
        "  --bytes N       the same as a number of payload bytes; K, M and G may follow\n"
        "  --seconds S     ends then, whatever is left (10 if neither count nor bytes are given)\n"
        "  --forever       until SIGINT or SIGTERM, also while nobody answers\n"
        "  --every S       a line for each client every S seconds, with what happened so far\n"
        "  --size N[-M]    payload bytes, mixed within the range (64-1472); UDP at least 32\n"
        "  --timeout S     after this a message counts as not answered, and at the end the wait\n"
        "                  for the last ones is over (2)\n"
        "  --seed N        of contents and sizes (1)\n"
        "  --json          one JSON document instead of text; before it, with --every, one a line\n"
        "  --help          this text\n"
        "\n"
        "Exit status: 0 everything came back unchanged; 1 something was lost, changed or refused;\n"
        "2 wrong arguments.\n";

enum option_code {
    OPTION_CLIENTS = 1,
    OPTION_WINDOW,
    OPTION_BURST,
    OPTION_RATE,
    OPTION_COUNT,
    OPTION_BYTES,
    OPTION_SECONDS,
    OPTION_FOREVER,
    OPTION_EVERY,
    OPTION_SIZE,
    OPTION_TIMEOUT,
    OPTION_SEED,
    OPTION_JSON,
    OPTION_HELP,
};

static const struct option long_options[] = {
    { "clients", required_argument, NULL, OPTION_CLIENTS },
    { "window", required_argument, NULL, OPTION_WINDOW },
    { "burst", no_argument, NULL, OPTION_BURST },
    { "rate", required_argument, NULL, OPTION_RATE },
    { "count", required_argument, NULL, OPTION_COUNT },
    { "bytes", required_argument, NULL, OPTION_BYTES },
    { "seconds", required_argument, NULL, OPTION_SECONDS },
    { "forever", no_argument, NULL, OPTION_FOREVER },
    { "every", required_argument, NULL, OPTION_EVERY },
    { "size", required_argument, NULL, OPTION_SIZE },
    { "timeout", required_argument, NULL, OPTION_TIMEOUT },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "json", no_argument, NULL, OPTION_JSON },
    { "help", no_argument, NULL, OPTION_HELP },
    { 0 },
};

static bool wrong(const char *what, const char *text, const char *wanted)
{
    fprintf(stderr, "load-generator: %s '%s': %s\n", what, text, wanted);
    return false;
}

/* A whole number from `smallest` to `largest`; K, M or G may follow. */
static bool parse_number(
        const char *what, const char *text, uint64_t smallest, uint64_t largest, uint64_t *number)
{
    static const char units[] = "KMG";
    char *end;
    char wanted[80];

    errno = 0;
    *number = strtoull(text, &end, 10);
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;

    snprintf(wanted, sizeof(wanted), "must be a number from %llu to %llu",
            (unsigned long long)smallest, (unsigned long long)largest);
    if (errno != 0 || end == text || text[0] == '-') {
        return wrong(what, text, wanted);
    }
    if (unit != NULL) {
        uint32_t shift = 10 * (uint32_t)(unit - units + 1);

        if (*number > largest >> shift) {
            return wrong(what, text, wanted);
        }
        *number <<= shift;
        end++;
    }
    return (*end == '\0' && *number >= smallest && *number <= largest) || wrong(what, text, wanted);
}

static bool parse_number_32(
        const char *what, const char *text, uint64_t smallest, uint64_t largest, uint32_t *number)
{
    uint64_t value;

    if (!parse_number(what, text, smallest, largest, &value)) {
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

static bool parse_seconds(const char *what, const char *text, double *seconds)
{
    char *end;

    *seconds = strtod(text, &end);
    return (end != text && *end == '\0' && *seconds > 0 && *seconds < 1e6)
            || wrong(what, text, "must be seconds above 0, such as 2 or 0.5");
}

static bool parse_size(const char *text, struct options *options)
{
    char first[16];
    const char *dash = strchr(text, '-');
    size_t length = dash != NULL ? (size_t)(dash - text) : strlen(text);

    if (length >= sizeof(first)) {
        return wrong("--size", text, "must be a number of bytes, or a range such as 64-1472");
    }
    memcpy(first, text, length);
    first[length] = '\0';
    return parse_number_32("--size", first, 1, TCP_SIZE_MAX, &options->size_min)
            && parse_number_32("--size", dash != NULL ? dash + 1 : first, options->size_min,
                    TCP_SIZE_MAX, &options->size_max);
}

static bool parse_option(struct options *options, int option, const char *text)
{
    switch ((enum option_code)option) {
    case OPTION_CLIENTS:
        return parse_number_32("--clients", text, 1, 1000, &options->clients);
    case OPTION_WINDOW:
        return parse_number_32("--window", text, 1, WINDOW_MESSAGES, &options->window);
    case OPTION_BURST:
        options->burst = true;
        return true;
    case OPTION_RATE:
        return parse_number("--rate", text, 1, 10000000, &options->rate);
    case OPTION_COUNT:
        return parse_number("--count", text, 1, UINT64_MAX, &options->count);
    case OPTION_BYTES:
        return parse_number("--bytes", text, 1, UINT64_MAX >> 1, &options->bytes);
    case OPTION_SECONDS:
        return parse_seconds("--seconds", text, &options->seconds);
    case OPTION_FOREVER:
        options->forever = true;
        return true;
    case OPTION_EVERY:
        return parse_seconds("--every", text, &options->every);
    case OPTION_SIZE:
        return parse_size(text, options);
    case OPTION_TIMEOUT:
        return parse_seconds("--timeout", text, &options->timeout);
    case OPTION_SEED:
        return parse_number("--seed", text, 0, UINT64_MAX, &options->seed);
    case OPTION_JSON:
        options->json = true;
        return true;
    case OPTION_HELP:
        fputs(help, stdout);
        exit(0);
    }
    return false; /* getopt has said why */
}

static bool parse_target(struct options *options, const char *text)
{
    struct target *target = &options->targets[options->target_count];
    const char *wanted = "must look like udp:HOST:PORT or tcp:HOST:PORT";
    const char *host = text + 4;
    const char *port = strrchr(text, ':');

    if (options->target_count == TARGETS_MAX) {
        return wrong("target", text, "is one too many");
    }
    if (strncmp(text, "udp:", 4) == 0) {
        target->protocol = PROTOCOL_UDP;
    } else if (strncmp(text, "tcp:", 4) == 0) {
        target->protocol = PROTOCOL_TCP;
    } else {
        return wrong("target", text, wanted);
    }
    if (port <= host || port[1] == '\0' || strlen(port + 1) >= sizeof(target->port)
            || (size_t)(port - host) >= sizeof(target->host)) {
        return wrong("target", text, wanted);
    }
    memcpy(target->host, host, (size_t)(port - host));
    strcpy(target->port, port + 1);
    target->text = text;
    options->target_count++;
    return true;
}

/* What fits none of the options alone. */
static bool check_together(struct options *options)
{
    if (options->target_count == 0) {
        fprintf(stderr, "load-generator: no target; `load-generator --help` tells more\n");
        return false;
    }
    for (uint32_t i = 0; i < options->target_count; i++) {
        if (options->targets[i].protocol == PROTOCOL_UDP
                && (options->size_min < UDP_SIZE_MIN || options->size_max > UDP_SIZE_MAX)) {
            return wrong(
                    "--size with target", options->targets[i].text, "UDP takes 32 to 1472 bytes");
        }
    }
    if (options->window == 0) {
        options->window = options->rate != 0 ? 16384 : 1;
    }
    if (options->forever && (options->count != 0 || options->bytes != 0 || options->seconds != 0)) {
        fprintf(stderr,
                "load-generator: --forever goes with none of --count, --bytes, --seconds\n");
        return false;
    }
    if (!options->forever && options->count == 0 && options->bytes == 0 && options->seconds == 0) {
        options->seconds = 10;
    }
    return true;
}

bool options_parse(struct options *options, int argc, char **argv)
{
    int option;

    *options = (struct options){
        .clients = 1, .size_min = 64, .size_max = 1472, .timeout = 2, .seed = 1
    };
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (!parse_option(options, option, optarg)) {
            return false;
        }
    }
    for (; optind < argc; optind++) {
        if (!parse_target(options, argv[optind])) {
            return false;
        }
    }
    return check_together(options);
}
