/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdint.h>

#include "console/profile/export.h"
#include "console/profile/tree.h"
#include "host-tools/lib/escape.h"

#define WIDTH     1200.0
#define ROW       17
#define TOP       44
#define CHARACTER 7.3 /* width of one, at most */
#define NARROWEST 0.1 /* nothing is drawn below this */

struct drawing {
    FILE *out;
    double total;
    unsigned depth; /* of the deepest stack */
};

static unsigned depth_of(const struct profile_node *node)
{
    unsigned deepest = 0;

    for (const struct profile_node *child = node->children; child != NULL; child = child->next) {
        unsigned depth = depth_of(child);

        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

/* The same name has the same colour; the kernel is blue, what is not code grey. */
static void colour(const char *name, FILE *out)
{
    uint32_t hash = 5381;

    for (const char *at = name; *at != '\0'; at++) {
        hash = hash * 33 + (unsigned char)*at;
    }
    if (name[0] == '[') {
        fputs(name[1] == 'k' ? "rgb(120,160,230)" : "rgb(200,200,200)", out);
    } else {
        fprintf(out, "rgb(%u,%u,%u)", 205 + hash % 50, 90 + hash / 50 % 110, hash / 7 % 60);
    }
}

static void draw(
        const struct drawing *drawing, const struct profile_node *node, double x, unsigned level)
{
    double width = WIDTH * (double)node->samples / drawing->total;
    unsigned y = TOP + (drawing->depth - 1 - level) * ROW;
    double child_x = x;

    if (width < NARROWEST) {
        return;
    }
    fprintf(drawing->out, "<g class=\"f\" data-x=\"%.3f\" data-w=\"%.3f\" data-n=\"", x, width);
    escape_xml(drawing->out, node->name);
    fprintf(drawing->out, "\"><title>");
    escape_xml(drawing->out, node->name);
    fprintf(drawing->out,
            " (%" PRIu64
            " samples, %.2f%%)</title><rect x=\"%.3f\" y=\"%u\" width=\"%.3f\" height=\"%d\" fill=\"",
            node->samples, 100.0 * (double)node->samples / drawing->total, x, y, width, ROW - 1);
    colour(node->name, drawing->out);
    fprintf(drawing->out, "\"/><text x=\"%.3f\" y=\"%u\">", x + 3, y + ROW - 5);
    for (int room = (int)((width - 6) / CHARACTER), i = 0; i < room && node->name[i] != '\0'; i++) {
        char letter[2] = { node->name[i], '\0' };

        escape_xml(drawing->out, letter);
    }
    fprintf(drawing->out, "</text></g>\n");
    for (const struct profile_node *child = node->children; child != NULL; child = child->next) {
        draw(drawing, child, child_x, level + 1);
        child_x += WIDTH * (double)child->samples / drawing->total;
    }
}

/*
 * Click: this frame takes the whole width, with what is above it; a click on `all` or Reset shows all again. Search:
 * what has the typed letters in its name is marked, and how much that is; Enter ends it, Escape forgets it.
 */
static const char script[] =
        "<script><![CDATA[\n"
        "const W = 1200, C = 7.3;\n"
        "const all = Array.from(document.querySelectorAll('g.f'));\n"
        "const at = id => document.getElementById(id);\n"
        "let typing = false, wanted = '';\n"
        "function fit(g, x, w) {\n"
        "  const r = g.querySelector('rect'), t = g.querySelector('text');\n"
        "  r.setAttribute('x', x); r.setAttribute('width', w);\n"
        "  t.setAttribute('x', x + 3);\n"
        "  t.textContent = g.dataset.n.slice(0, Math.max(0, Math.floor((w - 6) / C)));\n"
        "}\n"
        "function zoom(to) {\n"
        "  const x0 = +to.dataset.x, w0 = +to.dataset.w;\n"
        "  for (const g of all) {\n"
        "    const x = +g.dataset.x, w = +g.dataset.w;\n"
        "    const inside = x >= x0 - 1e-6 && x + w <= x0 + w0 + 1e-6;\n"
        "    const around = x <= x0 + 1e-6 && x + w >= x0 + w0 - 1e-6;\n"
        "    g.style.display = inside || around ? '' : 'none';\n"
        "    if (inside) fit(g, (x - x0) * W / w0, w * W / w0); else if (around) fit(g, 0, W);\n"
        "  }\n"
        "  at('shown').textContent = to.querySelector('title').textContent;\n"
        "}\n"
        "function mark() {\n"
        "  const hits = all.filter(g => wanted !== '' && g.dataset.n.toLowerCase().includes(wanted));\n"
        "  let end = 0, width = 0;\n"
        "  for (const g of all) g.classList.toggle('hit', hits.includes(g));\n"
        "  for (const g of hits.sort((a, b) => a.dataset.x - b.dataset.x || b.dataset.w - a.dataset.w)) {\n"
        "    const x = Math.max(end, +g.dataset.x), right = +g.dataset.x + +g.dataset.w;\n"
        "    if (right > x) { width += right - x; end = right; }\n"
        "  }\n"
        "  at('found').textContent = typing || wanted !== '' ? 'search: ' + wanted + (typing ? '_' : '')\n"
        "      + (wanted !== '' ? ' ' + (100 * width / W).toFixed(2) + '%' : '') : '';\n"
        "}\n"
        "function search(on, text) { typing = on; wanted = text; mark(); }\n"
        "document.addEventListener('keydown', e => {\n"
        "  if (e.key === 'Escape') search(false, '');\n"
        "  else if (!typing && e.key === '/') { search(true, ''); e.preventDefault(); }\n"
        "  else if (!typing) return;\n"
        "  else if (e.key === 'Enter') search(false, wanted);\n"
        "  else if (e.key === 'Backspace') search(true, wanted.slice(0, -1));\n"
        "  else if (e.key.length === 1 && !e.ctrlKey) search(true, wanted + e.key.toLowerCase());\n"
        "});\n"
        "at('search').addEventListener('click', () => search(true, ''));\n"
        "at('reset').addEventListener('click', () => { zoom(all[0]); at('shown').textContent = ''; });\n"
        "for (const g of all) g.addEventListener('click', () => zoom(g));\n"
        "]]></script>\n";

static const char style[] =
        "<style>text { font: 12px monospace; pointer-events: none } g.f, .b { cursor: pointer } "
        ".b { pointer-events: all; fill: blue } g.f:hover rect { stroke: black } "
        "g.hit rect { fill: rgb(230,0,230) }</style>\n";

void export_flame_graph(const struct profile *profile, FILE *out)
{
    struct profile_node *root = profile_tree(profile);
    struct drawing drawing = { .out = out };
    unsigned height;

    if (root == NULL) {
        return;
    }
    drawing.total = root->samples > 0 ? (double)root->samples : 1;
    drawing.depth = depth_of(root);
    height = TOP + drawing.depth * ROW + 12;
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%u\" viewBox=\"0 0 %.0f "
            "%u\">\n%s<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
            "<text id=\"search\" class=\"b\" x=\"1080\" y=\"16\">Search</text>\n"
            "<text id=\"reset\" class=\"b\" x=\"1150\" y=\"16\">Reset</text>\n"
            "<text id=\"found\" x=\"780\" y=\"34\"></text>\n<text x=\"3\" y=\"16\">",
            WIDTH, height, WIDTH, height, style);
    escape_xml(out, profile->system);
    fprintf(out, ": %zu samples</text>\n<text id=\"shown\" x=\"3\" y=\"34\"></text>\n",
            profile->sample_count);
    draw(&drawing, root, 0, 0);
    fputs(script, out);
    fputs("</svg>\n", out);
    profile_tree_free(root);
}
