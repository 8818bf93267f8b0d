/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdint.h>

#include "console/profile/export.h"
#include "console/profile/tree.h"
#include "host-tools/lib/escape.h"

#define WIDTH     1200.0
#define ROW       17
#define TOP       44
#define CHARACTER 7.0 /* width of one, about */
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

/* Click: this frame takes the whole width, with what is above it; a click on `all` shows all again. */
static const char script[] =
        "<script><![CDATA[\n"
        "const W = 1200, C = 7;\n"
        "const all = Array.from(document.querySelectorAll('g.f'));\n"
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
        "  document.getElementById('shown').textContent = to.querySelector('title').textContent;\n"
        "}\n"
        "for (const g of all) g.addEventListener('click', () => zoom(g));\n"
        "]]></script>\n";

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
            "%u\">\n<style>text { font: 12px monospace; pointer-events: none } g.f { cursor: pointer } "
            "g.f:hover rect { stroke: black }</style>\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n<text x=\"3\" y=\"16\">",
            WIDTH, height, WIDTH, height);
    escape_xml(out, profile->system);
    fprintf(out, ": %zu samples</text>\n<text id=\"shown\" x=\"3\" y=\"34\"></text>\n",
            profile->sample_count);
    draw(&drawing, root, 0, 0);
    fputs(script, out);
    fputs("</svg>\n", out);
    profile_tree_free(root);
}
