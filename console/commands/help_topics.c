/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/help_text.h"

const struct help_topic help_topics[] = {
    { "targets", "How to name a target",
            "  serial:PATH[,BAUD]   a serial line; 115200 baud unless told otherwise\n"
            "  tcp:HOST:PORT        a network listener; also tcp:[v6 address]:port; with --key\n"
            "  unix:PATH            a socket, such as QEMU's\n"
            "  serial-tcp:HOST:PORT a serial line that QEMU offers over TCP: neither key nor secrets\n"
            "  file:PATH[,fast]     a recording (made with --record)\n"
            "  NAME                 a section of the configuration, or 'demo'\n"
            "\n"
            "In this order: --target, the environment variable LIONSCOPE_TARGET, 'default' in the\n"
            "configuration, the running demo. The configuration is\n"
            "$XDG_CONFIG_HOME/lionscope/config (usually ~/.config/lionscope/config):\n"
            "\n"
            "  default = board\n"
            "  [board]\n"
            "  target = serial:/dev/ttyUSB0\n"
            "  archive = /home/me/build/loader.archive\n"
            "  queues = /home/me/my.queues\n"
            "  key = /home/me/board.key\n"
            "\n"
            "A network listener lets in who has the key that its system was built with: 'lionscope\n"
            "keygen FILE' makes one, 'make LINK_KEY=FILE' builds with it. The file is for its owner\n"
            "alone (mode 600). Who is refused gets exit status 4.\n" },
    { "queues-file", "Descriptions of your own queues",
            "Queues of the known libraries are found by type. Others are described, a line each,\n"
            "in the file of --queues:\n"
            "\n"
            "  # name         kind     producer  consumer  place        capacity\n"
            "  queue work     u32,u32  producer  consumer  shared+0x40  256\n"
            "\n"
            "A kind is serial, net, block_request, block_response, or TYPE,TYPE: tail and head as\n"
            "they lie in memory, u8 to u64. A place is a memory region of the system description\n"
            "with an offset. Producer and consumer are protection domains, or -.\n"
            "\n"
            "A line for a type makes a queue of each variable of that type in any program, by the\n"
            "names of its members; flag=MEMBER:VALUE says when the consumer sleeps:\n"
            "\n"
            "  type ring_t  tail=in  head=out  capacity=64  flag=asleep:1\n" },
    { "formats", "JSON and text",
            "With --json each read command prints one document; with --count one document a line.\n"
            "The schema is lionscope/1: members are only ever added. Numbers of 64 bits are strings\n"
            "of digits, addresses strings with 0x, what is not known is null. Names end with their\n"
            "unit: _us microseconds, _percent, _per_second. --fields help lists the columns of a\n"
            "command. Without --json: a line a record, '-' for what is not known, no escape\n"
            "sequences.\n" },
    { "exit-codes", "How lionscope ends",
            "  0    all went well\n"
            "  1    something failed\n"
            "  2    wrong usage\n"
            "  3    the target cannot be reached\n"
            "  4    the target refused the key\n"
            "  5    the target did not answer in time\n"
            "  6    refused by policy: read-only, signature, wrong archive\n"
            "  7    a change was rolled back\n"
            "  8    doctor found problems\n"
            "  130  interrupted\n" },
    { "environment", "Environment variables",
            "  LIONSCOPE_TARGET   the target, if --target is not given\n"
            "  NO_COLOR           not empty: no colours; also CLICOLOR=0, CLICOLOR_FORCE\n"
            "  TERM               'dumb': lines instead of the full screen\n"
            "  LC_ALL, LC_CTYPE, LANG   UTF-8 or not: how lines and bars are drawn\n"
            "  XDG_CONFIG_HOME, XDG_RUNTIME_DIR   where configuration and sockets are\n"
            "  HISTFILE is not used: the prompt's history is $XDG_STATE_HOME/lionscope/history\n" },
    { "security", "What is protected, and what is not",
            "lionscope reads and changes nothing unless told to. On a serial line or a local\n"
            "socket whoever can open it is trusted. The broker's socket is in a folder of your own\n"
            "that nobody else may enter. What a target sends is never trusted: it is checked, and\n"
            "control characters in it are shown, not obeyed.\n" },
    { "protocol", "What goes over the line",
            "Frames between zero bytes, with a check sum, on five channels: log, inspect, gdb, reload,\n"
            "profile. What is no frame is text of the boot. Requests are numbered and sent again until\n"
            "answered; a lost byte costs one frame. On a line that loses bytes frames get shorter by\n"
            "themselves; on a slow one reports come less often ('link-bound' in the status line).\n"
            "'lionscope info' shows versions and losses. The page is monitor/protocol/PROTOCOL.md.\n" },
    { "findings", "What doctor may find",
            "  lost_wakeup       entries wait while their consumer sleeps and asks for a signal\n"
            "  full_queue        a queue was full in the last interval\n"
            "  corrupt_queue     its indices are further apart than its capacity\n"
            "  faulted           a protection domain has faulted and does not run\n"
            "  faults            it has faulted before and runs again\n"
            "  debugged          a debugger has stopped it\n"
            "  starved           ready to run for a whole interval, and never ran\n"
            "  exhausted_budget  the budget runs out in half of the periods or more\n"
            "  stack_near_end    more than 85 % of a stack has been used\n"
            "  signal_storm      more than 20,000 signals a second from one\n"
            "  wrong_archive     the archive is not that of the running image\n"
            "  no_archive        there is none: nothing can be named\n"
            "  damaged_link      more than 0.1 % of the frames came damaged\n"
            "  dropped_reports   the target had no room to send all reports\n" },
    { NULL, NULL, NULL },
};
