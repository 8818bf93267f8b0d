/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin for QEMU: counts how often each instruction is executed.
 *
 *   qemu-system-aarch64 -plugin libqemu_counts.so,control=FIFO ...
 *
 * Each line that is written to FIFO names a file, which all counts go to: a line for each instruction that was ever
 * executed, its virtual address, its place in QEMU's memory, its 32 bits, and how often. The file has its name when
 * it is complete.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/qemu_counts/plugin_interface.h"

#define BUCKETS 65536

struct count {
    struct count *next;
    uint64_t address;
    const void *place;
    uint32_t word;
    uint64_t times; /* by the code that QEMU makes, of one processor */
};

__attribute__((visibility("default"))) int qemu_plugin_version = PLUGIN_VERSION;
__attribute__((visibility("default"))) int qemu_plugin_install(
        qemu_plugin_id_t id, const void *info, int argc, char **argv);

static struct count *counts[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the lists, not of the numbers */

/* The same place may get another program's code: then it is another instruction. */
static struct count *count_of(uint64_t address, const void *place, uint32_t word)
{
    struct count **bucket = &counts[(address / 4 * 31 + (uintptr_t)place / 4096) % BUCKETS];
    struct count *count;

    for (count = *bucket; count != NULL; count = count->next) {
        if (count->address == address && count->place == place && count->word == word) {
            return count;
        }
    }
    count = calloc(1, sizeof(*count));
    if (count == NULL) {
        abort();
    }
    count->address = address;
    count->place = place;
    count->word = word;
    count->next = *bucket;
    *bucket = count;
    return count;
}

static void on_block(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        struct count *count;
        uint32_t word;

        memcpy(&word, qemu_plugin_insn_data(instruction), sizeof(word));
        count = count_of(
                qemu_plugin_insn_vaddr(instruction), qemu_plugin_insn_haddr(instruction), word);
        qemu_plugin_register_vcpu_insn_exec_inline(
                instruction, PLUGIN_INLINE_ADD_64, &count->times, 1);
    }
    pthread_mutex_unlock(&lock);
}

static void write_counts(FILE *file)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < BUCKETS; i++) {
        for (const struct count *count = counts[i]; count != NULL; count = count->next) {
            uint64_t times = __atomic_load_n(&count->times, __ATOMIC_RELAXED);

            if (times != 0) {
                fprintf(file, "%" PRIx64 " %" PRIxPTR " %08" PRIx32 " %" PRIu64 "\n",
                        count->address, (uintptr_t)count->place, count->word, times);
            }
        }
    }
    pthread_mutex_unlock(&lock);
}

static void dump(const char *path)
{
    char unfinished[4096];
    FILE *file;

    snprintf(unfinished, sizeof(unfinished), "%s.part", path);
    file = fopen(unfinished, "we");
    if (file == NULL) {
        fprintf(stderr, "qemu_counts: %s: %m\n", unfinished);
        return;
    }
    write_counts(file);
    if (fclose(file) != 0 || rename(unfinished, path) != 0) {
        fprintf(stderr, "qemu_counts: %s: %m\n", path);
    }
}

/* Until the end of QEMU. */
static void *take_orders(void *path)
{
    char line[4000];
    FILE *orders;

    while ((orders = fopen(path, "re")) != NULL) {
        while (fgets(line, sizeof(line), orders) != NULL) {
            line[strcspn(line, "\n")] = '\0';
            dump(line);
        }
        fclose(orders);
    }
    fprintf(stderr, "qemu_counts: %s: %m\n", (const char *)path);
    return NULL;
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
    static char path[4000];
    pthread_t thread;

    (void)info;
    if (argc != 1 || strncmp(argv[0], "control=", 8) != 0) {
        fprintf(stderr, "qemu_counts: wants control=FIFO\n");
        return -1;
    }
    snprintf(path, sizeof(path), "%s", argv[0] + 8);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    return pthread_create(&thread, NULL, take_orders, path);
}
