/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only program of a Linux guest: loads the modules in /modules, gives the network device the address
 * of the echo server's first client, and echoes datagrams on the echo server's port. A datagram "count"
 * is answered with the number of instructions that the processor has retired.
 *
 * "mmsg" on the kernel's command line, behind "--": many datagrams per system call.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PORT  1235
#define SIZE  2048
#define BATCH 64

static int instructions; /* perf event */

static void fail(const char *what)
{
    perror(what);
    sleep(1);
    exit(1); /* the kernel panics: this is process 1 */
}

static void load_modules(void)
{
    struct dirent **entries;
    int count = scandir("/modules", &entries, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        char path[300];

        if (entries[i]->d_name[0] != '.') {
            snprintf(path, sizeof(path), "/modules/%s", entries[i]->d_name);
            int file = open(path, O_RDONLY);

            if (syscall(SYS_finit_module, file, "", 0) != 0) {
                fail(path);
            }
            close(file);
        }
    }
}

static void set_address(int fd, unsigned long request, const char *text)
{
    struct ifreq interface = { .ifr_name = "eth0" };
    struct sockaddr_in *address = (struct sockaddr_in *)&interface.ifr_addr;

    address->sin_family = AF_INET;
    inet_pton(AF_INET, text, &address->sin_addr);
    if (ioctl(fd, request, &interface) != 0) {
        fail(text);
    }
}

static void start_network(int fd)
{
    struct ifreq interface = { .ifr_name = "eth0", .ifr_flags = IFF_UP | IFF_RUNNING };

    set_address(fd, SIOCSIFADDR, "10.0.2.15");
    set_address(fd, SIOCSIFNETMASK, "255.255.255.0");
    if (ioctl(fd, SIOCSIFFLAGS, &interface) != 0) {
        fail("eth0");
    }
}

static void count_instructions(void)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof(attributes),
        .config = PERF_COUNT_HW_INSTRUCTIONS,
    };

    instructions = (int)syscall(SYS_perf_event_open, &attributes, -1, 0, -1, 0);
    if (instructions < 0) {
        fail("perf_event_open");
    }
}

/* The answer to a datagram: itself, or the count. Returns its length. */
static size_t answer(char *data, size_t length)
{
    unsigned long long count;

    if (length != 5 || memcmp(data, "count", 5) != 0) {
        return length;
    }
    if (read(instructions, &count, sizeof(count)) != sizeof(count)) {
        fail("reading the counter");
    }
    return (size_t)snprintf(data, SIZE, "%llu", count);
}

static void echo_one_by_one(int fd)
{
    static char data[SIZE];
    struct sockaddr_in from;

    for (;;) {
        socklen_t from_length = sizeof(from);
        ssize_t length = recvfrom(fd, data, SIZE, 0, (struct sockaddr *)&from, &from_length);

        if (length >= 0) {
            sendto(fd, data, answer(data, (size_t)length), 0, (struct sockaddr *)&from,
                    from_length);
        }
    }
}

static void echo_many(int fd)
{
    static char data[BATCH][SIZE];
    static struct sockaddr_in from[BATCH];
    static struct iovec pieces[BATCH];
    static struct mmsghdr messages[BATCH];

    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            pieces[i] = (struct iovec){ data[i], SIZE };
            messages[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
                .msg_namelen = sizeof(from[i]),
                .msg_iov = &pieces[i],
                .msg_iovlen = 1 };
        }
        int count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);

        for (int i = 0; i < count; i++) {
            pieces[i].iov_len = answer(data[i], messages[i].msg_len);
        }
        if (count > 0) {
            sendmmsg(fd, messages, (unsigned int)count, 0);
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT) };
    int buffer = 4 << 20;

    load_modules();
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    start_network(fd);
    count_instructions();
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        fail("bind");
    }
    printf("\nIP address for netif linux is: 10.0.2.15\n");
    fflush(stdout);
    if (argc > 1 && strcmp(argv[1], "mmsg") == 0) {
        echo_many(fd);
    }
    echo_one_by_one(fd);
}
