/* SPDX-License-Identifier: BSD-2-Clause */
/* Command line, configuration, files of queue descriptions. */
#include "console/app/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/app/suggest.h"
#include "console/app/target.h"
#include "console/model/queue_sources.h"
#include "tests/host/libsel4/cmocka_headers.h"

static struct error_report error;

static bool parse(struct options *options, const char *line)
{
    static char copy[200];
    char *words[20] = { "lionscope" };
    int count = 1;

    snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        words[count++] = word;
    }
    error = (struct error_report){ .status = STATUS_OK };
    return options_parse(options, count, words, &error);
}

static void test_times(void **state)
{
    static const struct {
        const char *text;
        double seconds; /* 0: refused */
    } cases[] = { { "5", 5 }, { "5s", 5 }, { "500ms", 0.5 }, { "0.3s", 0.3 }, { "2m", 120 },
        { "2min", 120 }, { "5x", 0 }, { "s", 0 }, { "", 0 }, { "50ms", 0 }, { "61min", 0 },
        { "-1s", 0 }, { "nan", 0 } };
    struct options options;
    char line[80];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(line, sizeof(line), "reload --probation=%s", cases[i].text);
        assert_int_equal(parse(&options, line), cases[i].seconds > 0);
        if (cases[i].seconds > 0) {
            assert_float_equal(options.probation_s, cases[i].seconds, 1e-9);
        } else {
            assert_int_equal(error.status, STATUS_USAGE);
            assert_non_null(strstr(error.text, "500ms"));
        }
    }
}

static void test_parse(void **state)
{
    struct options options;

    (void)state;
    assert_true(parse(&options, "ps --json -n 3 -i0.5 --fields=name,priority -- -x"));
    assert_string_equal(options.command, "ps");
    assert_true(options.json);
    assert_int_equal(options.count, 3);
    assert_float_equal(options.interval_s, 0.5, 0.0001);
    assert_string_equal(options.fields, "name,priority");
    assert_string_equal(options.arguments[0], "-x");
    assert_true(parse(&options, "-jt demo ps"));
    assert_string_equal(options.target, "demo");
}

static void test_wrong(void **state)
{
    static const char *const wrong[] = { "--nonsense", "-X", "ps -n", "ps -n 0", "ps -n x",
        "ps -i 0", "ps -i 1e9", "ps -i nan", "--json=yes",
        "a 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17" };
    struct options options;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(parse(&options, wrong[i]));
        assert_int_equal(error.status, STATUS_USAGE);
    }
    assert_false(parse(&options, "--jsom"));
    assert_non_null(strstr(error.advice, "--json"));
}

static void test_suggest(void **state)
{
    static const char *const names[] = { "queues", "budgets", "ps" };

    (void)state;
    assert_string_equal(suggest("queue", names, 3), "queues");
    assert_string_equal(suggest("bugdets", names, 3), "budgets");
    assert_null(suggest("completely-different", names, 3));
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    fputs(text, file);
    fclose(file);
}

static void test_configuration(void **state)
{
    char folder[] = "/tmp/lionscope-test-XXXXXX";
    char path[100];
    struct options options = { .target = NULL };
    struct target target;

    (void)state;
    assert_non_null(mkdtemp(folder));
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    unsetenv("LIONSCOPE_TARGET");
    assert_false(target_find(&target, &options, &error)); /* no file, no demo */
    assert_int_equal(error.status, STATUS_UNREACHABLE);
    snprintf(path, sizeof(path), "%s/lionscope", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/lionscope/config", folder);
    write_file(path, "default = board\n[board]\ntarget = serial:/dev/x\narchive = /a\n[other]\n");
    assert_true(target_find(&target, &options, &error));
    assert_string_equal(target.place, "serial:/dev/x");
    assert_string_equal(target.archive, "/a");
    options.target = "boadr";
    assert_false(target_find(&target, &options, &error));
    assert_non_null(strstr(error.advice, "board"));
    options.target = "other"; /* has no target */
    assert_false(target_find(&target, &options, &error));
    options.target = "serial-tcp:host:1";
    assert_true(target_find(&target, &options, &error));
    assert_string_equal(target.place, "serial-tcp:host:1");
    options.target = "tcp:host:1"; /* only with a key */
    assert_false(target_find(&target, &options, &error));
    assert_int_equal(error.status, STATUS_REFUSED);
    options.key = "/dev/null";
    assert_true(target_find(&target, &options, &error));
    assert_string_equal(target.place, "tcp:host:1,key=/dev/null");
    options.target = "board"; /* no such thing on a serial line */
    assert_false(target_find(&target, &options, &error));
    assert_int_equal(error.status, STATUS_USAGE);
    options.key = NULL;
    options.target = "far";
    write_file(path, "[far]\ntarget = tcp:[::1]:2\nkey = /dev/null\n");
    assert_true(target_find(&target, &options, &error));
    assert_string_equal(target.place, "tcp:[::1]:2,key=/dev/null");
    options.target = NULL;
    write_file(path, "default = board\n[board\n");
    assert_false(target_find(&target, &options, &error));
    assert_non_null(strstr(error.text, "config:2:"));
    remove(path);
}

static bool read_queues(const char *text)
{
    char path[] = "/tmp/lionscope-queues-XXXXXX";
    int fd = mkstemp(path);
    struct model *model = model_new(1);
    struct programs programs = { .names = &model->names };
    bool good;

    close(fd);
    write_file(path, text);
    good = queue_sources_read(model, &programs, path, &error);
    model_free(model);
    remove(path);
    return good;
}

static void test_queue_files(void **state)
{
    (void)state;
    assert_true(read_queues("# nothing\n\nqueue a net - - region+0x40 512 # more\n"));
    assert_true(read_queues("queue a u32,u32 pd1 pd2 region 16\n"));
    assert_false(read_queues("queue a net - - region\n"));
    assert_non_null(strstr(error.text, ":1:"));
    assert_false(read_queues("queue a wrong - - region 16\n"));
    assert_false(read_queues("queue a u32,u16 - - region 16\n"));
    assert_false(read_queues("queue a net nobody - region 16\n"));
    assert_false(read_queues("queue a net - - region+x 16\n"));
    assert_false(read_queues("queue a net - - region 0\n"));
    assert_false(read_queues("queue a net - - region 16 17\n"));
    assert_false(read_queues("nonsense\n"));
    assert_false(read_queues("type ring tail=a\n"));
    assert_false(read_queues("type ring tail=a head=b capacity=4\n")); /* no program has it */
    assert_false(read_queues("type ring tail\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_suggest),
        cmocka_unit_test(test_configuration),
        cmocka_unit_test(test_queue_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
