/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qXfer: documents that GDB reads piece by piece. PDs run while it reads: a document is written as a whole
 * when its first piece is asked for, and the pieces after that are of the same moment.
 */
#include "gdbstub/core/parts.h"

static void put_bytes(struct gdbstub *stub, const void *bytes, size_t length)
{
    struct stub_document *document = &stub->document;

    if (length > sizeof(document->bytes) - document->length) {
        document->too_long = true;
        return;
    }
    bytes_copy(document->bytes + document->length, bytes, length);
    document->length += length;
}

static void put(struct gdbstub *stub, const char *text)
{
    put_bytes(stub, text, text_length(text));
}

/* Text of others between tags or in an attribute. */
static void put_escaped(struct gdbstub *stub, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            put(stub, "&lt;");
            break;
        case '>':
            put(stub, "&gt;");
            break;
        case '&':
            put(stub, "&amp;");
            break;
        case '"':
            put(stub, "&quot;");
            break;
        default:
            put_bytes(stub, text, 1);
            break;
        }
    }
}

static void put_number(struct gdbstub *stub, uint64_t number)
{
    char digits[20];
    struct text text = { digits, sizeof(digits) };

    text_put_hex(&text, number);
    put(stub, digits);
}

/* ---- documents: false if there is none of that annex ---- */

static bool write_features(struct gdbstub *stub, struct rsp_cursor *annex)
{
    if (!text_is("target.xml", annex->at, rsp_left(annex))) {
        return false;
    }
    put(stub, aarch64_description);
    return true;
}

static void write_thread(struct gdbstub *stub, unsigned pd)
{
    char words[TARGET_TEXT_MAX];
    char digits[20];
    struct text id = { digits, sizeof(digits) };

    /* Ids here are those of packets: hexadecimal without 0x. */
    text_put_hex(&id, process_of(stub, pd));
    put(stub, "<thread id=\"");
    if (stub->multiprocess) {
        put(stub, "p");
        put(stub, digits + 2);
        put(stub, ".");
    }
    put(stub, digits + 2);
    put(stub, "\" core=\"0\" name=\"");
    put_escaped(stub, stub->target->name(stub->target, pd));
    put(stub, "\">");
    describe_pd(stub, pd, words);
    put_escaped(stub, words);
    put(stub, "</thread>");
}

static bool write_threads(struct gdbstub *stub, struct rsp_cursor *annex)
{
    put(stub, "<threads>");
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached) {
            write_thread(stub, pd);
        }
    }
    put(stub, "</threads>");
    return rsp_at_end(annex);
}

/* The first bytes of [start, ...) that some attached PD has mapped; length 0: none. */
static struct target_region next_region(struct gdbstub *stub, uint64_t start)
{
    struct target_region found = { 0, 0 };
    struct target_region region;

    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        for (unsigned i = 0;
                stub->inferiors[pd].attached && stub->target->region(stub->target, pd, i, &region);
                i++) {
            uint64_t from = region.start < start ? start : region.start;

            if (region.start + region.length > start && (found.length == 0 || from < found.start)) {
                found.start = from;
                found.length = region.start + region.length - from;
            }
        }
    }
    return found;
}

/*
 * GDB 13 keeps one map for all inferiors. So this is the map of all attached PDs together; what is
 * not mapped in the PD at hand gets an error when it is read.
 */
static bool write_memory_map(struct gdbstub *stub, struct rsp_cursor *annex)
{
    struct target_region region = next_region(stub, 0);

    put(stub, "<memory-map>");
    while (region.length != 0) {
        struct target_region next = next_region(stub, region.start + region.length);

        while (next.length != 0 && next.start == region.start + region.length) {
            region.length += next.length;
            next = next_region(stub, region.start + region.length);
        }
        put(stub, "<memory type=\"ram\" start=\"");
        put_number(stub, region.start);
        put(stub, "\" length=\"");
        put_number(stub, region.length);
        put(stub, "\"/>");
        region = next;
    }
    put(stub, "</memory-map>");
    return rsp_at_end(annex);
}

/* The name under which the host serves the program of a PD. */
static bool write_exec_file(struct gdbstub *stub, struct rsp_cursor *annex)
{
    uint64_t process;
    int pd = current_pd(stub);

    if (rsp_take_number(annex, &process)) {
        pd = find_inferior(stub, (int64_t)at_most(process, INT32_MAX));
    }
    if (pd < 0 || !rsp_at_end(annex)) {
        return false;
    }
    put(stub, "/pd/");
    put(stub, stub->target->name(stub->target, (unsigned)pd));
    put(stub, ".elf");
    return true;
}

/*
 * A module is a library to GDB, which knows that those come and go. Those whose libraries are of the kind that bare metal
 * has take this document, and the host makes of it that of the kind that Linux has (console/gdb/host_libraries.h).
 */
static bool write_libraries(struct gdbstub *stub, struct rsp_cursor *annex)
{
    struct target_module module;
    int pd = current_pd(stub);

    stub->follows_modules = true;
    put(stub, "<library-list>");
    if (pd >= 0 && stub->target->module(stub->target, (unsigned)pd, &module)) {
        put(stub, "<library name=\"");
        put_escaped(stub, module.path);
        put(stub, "\"><segment address=\"");
        put_number(stub, module.address);
        put(stub, "\"/></library>");
    }
    put(stub, "</library-list>");
    return rsp_at_end(annex);
}

/* As siginfo_t of 64-bit Linux: 128 bytes, of which number, code and address count. */
static bool write_siginfo(struct gdbstub *stub, struct rsp_cursor *annex)
{
    struct {
        int32_t number, error, code, padding;
        uint64_t address;
        uint8_t rest[104];
    } info = { 0 };
    int pd = current_pd(stub);

    if (pd < 0 || stub->inferiors[pd].running) {
        return false;
    }
    info.number = (int32_t)stop_signal(&stub->inferiors[pd].stop);
    info.code = stub->inferiors[pd].stop.kind == STOP_MEMORY_FAULT ? 1 : 0;
    info.address = stub->inferiors[pd].stop.address;
    put_bytes(stub, &info, sizeof(info));
    return rsp_at_end(annex);
}

static void write_column(struct gdbstub *stub, const char *name, const char *value)
{
    put(stub, "<column name=\"");
    put_escaped(stub, name);
    put(stub, "\">");
    put_escaped(stub, value);
    put(stub, "</column>");
}

static void write_rows(struct gdbstub *stub, unsigned number)
{
    struct target *target = stub->target;
    const struct target_table *table = target->table(target, number);
    static struct target_row row;

    for (unsigned i = 0; target->row(target, number, i, &row); i++) {
        put(stub, "<item>");
        for (unsigned c = 0; c < TARGET_COLUMNS && table->columns[c] != NULL; c++) {
            write_column(stub, table->columns[c], row.column[c]);
        }
        put(stub, "</item>");
    }
}

/* Without a name: the list of tables. */
static bool write_osdata(struct gdbstub *stub, struct rsp_cursor *annex)
{
    struct target *target = stub->target;
    const struct target_table *table;
    bool found = rsp_at_end(annex);

    put(stub, found ? "<osdata type=\"types\">" : "<osdata type=\"table\">");
    for (unsigned i = 0; (table = target->table(target, i)) != NULL; i++) {
        if (rsp_at_end(annex)) {
            put(stub, "<item>");
            write_column(stub, "Type", table->name);
            write_column(stub, "Description", table->title);
            write_column(stub, "Title", table->title);
            put(stub, "</item>");
        } else if (text_is(table->name, annex->at, rsp_left(annex))) {
            write_rows(stub, i);
            found = true;
        }
    }
    put(stub, "</osdata>");
    return found;
}

static const struct {
    const char *name;
    bool (*write)(struct gdbstub *stub, struct rsp_cursor *annex);
} documents[] = {
    { "features:read:", write_features },
    { "threads:read:", write_threads },
    { "memory-map:read:", write_memory_map },
    { "exec-file:read:", write_exec_file },
    { "libraries:read:", write_libraries },
    { "siginfo:read:", write_siginfo },
    { "osdata:read:", write_osdata },
};

/* True if the document at hand is this one, so that a piece after the first can be taken from it. */
static bool is_at_hand(const struct gdbstub *stub, unsigned kind, const struct rsp_cursor *annex)
{
    const struct stub_document *document = &stub->document;

    return document->valid && document->kind == kind
            && text_is(document->annex, annex->at, rsp_left(annex));
}

static bool write_document(struct gdbstub *stub, unsigned kind, struct rsp_cursor annex)
{
    struct stub_document *document = &stub->document;
    size_t length = rsp_left(&annex);

    document->length = 0;
    document->too_long = length >= sizeof(document->annex);
    document->kind = (uint8_t)kind;
    if (!document->too_long) {
        bytes_copy(document->annex, annex.at, length);
        document->annex[length] = '\0';
    }
    document->valid = documents[kind].write(stub, &annex) && !document->too_long;
    return document->valid;
}

static void transfer(struct gdbstub *stub, struct rsp_cursor *args, unsigned kind)
{
    struct rsp_cursor annex = rsp_take_until(args, ':');
    struct stub_document *document = &stub->document;
    struct rsp_range range;
    size_t left;
    size_t length;

    if (!rsp_take_range(args, &range) || !rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    if ((range.start == 0 || !is_at_hand(stub, kind, &annex))
            && !write_document(stub, kind, annex)) {
        reply_error(stub, document->too_long ? ERROR_NO_ROOM : ERROR_REFUSED);
        return;
    }
    left = range.start < document->length ? document->length - range.start : 0;
    length = at_most(at_most(range.length, left), RSP_PACKET_MAX / 2 - 1);
    rsp_put(&stub->reply, length < left ? "m" : "l");
    if (length != 0) {
        rsp_put_binary(&stub->reply, document->bytes + range.start, length);
    }
}

void handle_transfer(struct gdbstub *stub, struct rsp_cursor *args)
{
    for (unsigned i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        if (rsp_take(args, documents[i].name)) {
            transfer(stub, args, i);
            return;
        }
    }
}
