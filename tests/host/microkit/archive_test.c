/* SPDX-License-Identifier: BSD-2-Clause */
/* What archive_build writes, archive_parse reads; damaged archives are refused with a reason. */
#include "microkit/archive/archive.h"

#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/host/microkit/microkit_test.h"

static const char description_text[] =
        "{'version': 1, 'system': 'a.system', 'board': 'b', 'config': 'debug',"
        " 'system_id': '00ff',"
        " 'kernel': {'file': 'sel4.elf', 'size': 6, 'offset': 0, 'build_id': 'aabb'},"
        " 'protection_domains': ["
        "  {'name': 'parent', 'index': 0, 'priority': 254, 'budget_us': 20, 'period_us': 30,"
        "   'passive': true, 'fpu': false, 'domain': 0, 'parent': null, 'child_id': 0,"
        "   'entry': 1, 'stack_bottom': 2, 'stack_top': 3, 'ipc_buffer': 4, 'image_low': 5,"
        "   'image_high': 6, 'elf': {'file': 'p.elf', 'size': 3, 'offset': 8, 'build_id': ''},"
        "   'mappings': [{'what': 'stack', 'vaddr': 7, 'size': 8, 'permissions': 'rwx',"
        "                 'cached': false}],"
        "   'interrupts': [{'number': 33, 'id': 61, 'edge': true}]},"
        "  {'name': 'child', 'index': 1, 'priority': 0, 'budget_us': 1000, 'period_us': 1000,"
        "   'passive': false, 'fpu': true, 'domain': 0, 'parent': 0, 'child_id': 5,"
        "   'entry': 1, 'stack_bottom': 2, 'stack_top': 3, 'ipc_buffer': 4, 'image_low': 5,"
        "   'image_high': 6, 'elf': {'file': 'c.elf', 'size': 0, 'offset': 16, 'build_id': ''},"
        "   'mappings': [], 'interrupts': []}],"
        " 'memory_regions': [{'name': 'r', 'size': 4096, 'page_size': 4096, 'paddr': 9,"
        "                     'contiguous': true}],"
        " 'channels': [{'ends': [{'pd': 0, 'id': 1, 'may_notify': true, 'may_call': false},"
        "                        {'pd': 1, 'id': 2, 'may_notify': false, 'may_call': true}]}]}";

/* The description, with every occurrence of one text replaced by another. */
static json_t *description_with(const char *old, const char *new)
{
    char text[4096] = "";
    const char *at = description_text;
    json_error_t error;
    json_t *description;

    while (old != NULL && strstr(at, old) != NULL) {
        strncat(text, at, (size_t)(strstr(at, old) - at));
        strcat(text, new);
        at = strstr(at, old) + strlen(old);
    }
    strcat(text, at);
    for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;) {
        *quote = '"';
    }
    description = json_loads(text, 0, &error);
    assert_non_null(description);
    return description;
}

static void *build(const char *old, const char *new, size_t *size)
{
    const struct archive_file files[] = {
        { .bytes = (const unsigned char *)"kernel", .size = 6 },
        { .bytes = (const unsigned char *)"abc", .size = 3 },
        { .bytes = (const unsigned char *)"", .size = 0 },
    };
    json_t *description = description_with(old, new);
    void *bytes = archive_build(description, files, 3, size);

    json_decref(description);
    assert_non_null(bytes);
    assert_int_equal(*size % 8, 0);
    return bytes;
}

static void check_contents(const struct system_archive *archive)
{
    const struct archive_pd *pd = &archive->pds[0];

    assert_string_equal(archive->board, "b");
    assert_string_equal(archive->system, "a.system");
    assert_string_equal(archive->system_id, "00ff");
    assert_memory_equal(archive->kernel.bytes, "kernel", 6);
    assert_string_equal(archive->kernel.build_id, "aabb");
    assert_int_equal(archive->pd_count, 2);
    assert_string_equal(pd->name, "parent");
    assert_int_equal(pd->priority, 254);
    assert_int_equal(pd->budget_us, 20);
    assert_int_equal(pd->period_us, 30);
    assert_true(pd->passive && !pd->fpu);
    assert_int_equal(pd->parent, -1);
    assert_int_equal(pd->entry, 1);
    assert_int_equal(pd->image_high, 6);
    assert_int_equal(pd->elf.size, 3);
    assert_memory_equal(pd->elf.bytes, "abc", 3);
    assert_int_equal(pd->mapping_count, 1);
    assert_string_equal(pd->mappings[0].permissions, "rwx");
    assert_false(pd->mappings[0].cached);
    assert_int_equal(pd->interrupts[0].number, 33);
    assert_int_equal(pd->interrupts[0].id, 61);
    assert_int_equal(archive->pds[1].parent, 0);
    assert_int_equal(archive->pds[1].child_id, 5);
    assert_int_equal(archive->regions[0].paddr, 9);
    assert_int_equal(archive->channels[0].ends[1].pd, 1);
    assert_true(archive->channels[0].ends[1].may_call);
    assert_false(archive->channels[0].ends[1].may_notify);
}

static void what_is_written_is_read(void **state)
{
    struct system_archive archive;
    size_t size;
    void *bytes = build(NULL, NULL, &size);

    (void)state;
    assert_null(archive_parse(bytes, size, &archive));
    free(bytes); /* the archive has its own copy */
    check_contents(&archive);
    archive_close(&archive);
}

static void a_file_is_read_like_memory(void **state)
{
    char path[] = "/tmp/archive_test_XXXXXX";
    int descriptor = mkstemp(path);
    struct system_archive archive;
    size_t size;
    void *bytes = build(NULL, NULL, &size);

    (void)state;
    assert_int_equal(write(descriptor, bytes, size), size);
    close(descriptor);
    free(bytes);
    assert_null(archive_open(path, &archive));
    check_contents(&archive);
    archive_close(&archive);
    unlink(path);
    assert_string_equal(archive_open(path, &archive), "No such file or directory");
}

/* Every shorter version is refused, without reading on. */
static void cut_archives_are_refused(void **state)
{
    struct system_archive archive;
    size_t size;
    char *bytes = build(NULL, NULL, &size);

    (void)state;
    /* The last file is empty; the 5 bytes before it fill up the one before. */
    for (size_t length = 0; length < size - 5; length += length + 40 < size ? 13 : 1) {
        char *exact = malloc(length + 1);

        memcpy(exact, bytes, length);
        assert_non_null(archive_parse(exact, length, &archive));
        assert_null(archive.pds);
        free(exact);
    }
    free(bytes);
}

static void check_refused(const char *old, const char *new, const char *reason)
{
    struct system_archive archive;
    size_t size;
    void *bytes = build(old, new, &size);
    const char *error = archive_parse(bytes, size, &archive);

    free(bytes);
    assert_non_null(error);
    if (strstr(error, reason) == NULL) {
        fail_msg("expected '%s' in '%s'", reason, error);
    }
}

static void wrong_descriptions_are_refused(void **state)
{
    (void)state;
    check_refused("'version': 1", "'version': 2", "another version");
    check_refused("'board': 'b'", "'board': 7", "'board'");
    check_refused("'system_id': '00ff',", "", "'system_id'");
    check_refused("'priority': 254", "'priority': 256", "'priority' (0..255)");
    check_refused("'priority': 254", "'priority': -1", "'priority' (0..255)");
    check_refused("'priority': 254", "'priority': 1.5", "'priority'");
    check_refused("'passive': true", "'passive': 1", "true or false 'passive'");
    check_refused("'parent': null", "'parent': 0", "the first protection domain");
    check_refused("'parent': 0", "'parent': 1", "'parent' (0..0)");
    check_refused("'rwx'", "'rwxr'", "'rwxr' are no permissions");
    check_refused("'rwx'", "'rq'", "'rq' are no permissions");
    check_refused("'id': 61", "'id': 62", "'id' (0..61)");
    check_refused("'pd': 1", "'pd': 2", "'pd' (0..1)");
    check_refused("'size': 3, 'offset': 8", "'size': 3, 'offset': 100", "'p.elf' is cut off");
    check_refused("'size': 3, 'offset': 8", "'size': 300, 'offset': 8", "'p.elf' is cut off");
    check_refused("'mappings': []", "'mappings': {}", "list 'mappings'");
    check_refused("'channels': [", "'canals': [", "list 'channels'");
}

static void other_files_are_refused(void **state)
{
    struct system_archive archive;

    (void)state;
    assert_string_equal(archive_parse("LIONARC1", 8, &archive), "it is not a system archive");
    assert_string_equal(archive_parse("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\0", 17, &archive),
            "it is not a system archive");
    assert_string_equal(archive_parse("LIONARC1\377\377\377\377\377\377\377\377{}", 18, &archive),
            "its description is cut off");
    assert_non_null(strstr(archive_parse("LIONARC1\2\0\0\0\0\0\0\0{]", 18, &archive),
            "its description is damaged: line 1"));
}

/* Archives that must be readable: the seeds of the fuzz target, which are of no use otherwise. */
static int check_files(int count, char **paths)
{
    int bad = 0;

    for (int i = 0; i < count; i++) {
        struct system_archive archive;
        const char *error = archive_open(paths[i], &archive);

        if (error == NULL) {
            archive_close(&archive);
        } else {
            fprintf(stderr, "%s: %s\n", paths[i], error);
            bad++;
        }
    }
    return bad;
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_file_is_read_like_memory),
        cmocka_unit_test(cut_archives_are_refused),
        cmocka_unit_test(wrong_descriptions_are_refused),
        cmocka_unit_test(other_files_are_refused),
    };

    if (count > 1) {
        return check_files(count - 1, arguments + 1);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
