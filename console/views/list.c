/* SPDX-License-Identifier: BSD-2-Clause */
/* Views that are lists: order, cursor, columns. */
#include <stdlib.h>
#include <string.h>

#include "console/model/utf8.h"
#include "console/views/view.h"

#define GAP 1

static struct list_state *state_of_list(struct full_screen *screen)
{
    return &screen->lists[screen->view];
}

static struct cell value_of(
        const struct full_screen *screen, const struct view_column *column, unsigned row)
{
    const struct column *known = column->name == NULL
            ? NULL
            : table_find_column(views[screen->view]->table, column->name, strlen(column->name));

    return known != NULL ? known->value(screen->shown, row) : cell_none();
}

/* --- which rows, in which order --- */

struct order {
    const struct full_screen *screen;
    const struct view_column *column;
    bool descending;
};

static int compare(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    unsigned row_a = *(const unsigned *)a;
    unsigned row_b = *(const unsigned *)b;
    struct cell cell_a = value_of(order->screen, order->column, row_a);
    struct cell cell_b = value_of(order->screen, order->column, row_b);
    int result = cell_compare(&cell_a, &cell_b);

    result = order->descending ? -result : result;
    return result != 0 ? result : (row_a > row_b) - (row_a < row_b);
}

static bool row_passes(const struct full_screen *screen, unsigned row)
{
    const struct table *table = views[screen->view]->table;
    char all[1024] = "";
    size_t length = 0;

    if (screen->filters[screen->view][0] == '\0') {
        return true;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        struct cell cell = table->columns[i].value(screen->shown, row);

        if (cell.kind == CELL_TEXT && length < sizeof(all)) {
            length += (size_t)snprintf(all + length, sizeof(all) - length, "%s ", cell.text);
        }
    }
    return full_screen_passes(screen, all);
}

void list_update(struct full_screen *screen)
{
    const struct view *view = views[screen->view];
    struct list_state *list = state_of_list(screen);
    unsigned all = view->table->rows(screen->shown, list->rows, TABLE_ROWS_MAX);
    struct order order = { screen, NULL, list->descending };

    list->count = 0;
    for (unsigned i = 0; i < all; i++) {
        if (row_passes(screen, list->rows[i])) {
            list->rows[list->count++] = list->rows[i];
        }
    }
    if (list->sort >= 0) {
        order.column = &view->columns[list->sort];
        qsort_r(list->rows, list->count, sizeof(list->rows[0]), compare, &order);
    }
    if (!list->any_selected && list->count > 0) {
        list->selected = list->rows[0];
        list->any_selected = true;
    }
}

/* --- cursor: it stays with its object --- */

static int cursor_line(const struct list_state *list)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (list->rows[i] == list->selected) {
            return (int)i;
        }
    }
    return -1;
}

void list_move(struct full_screen *screen, int by)
{
    struct list_state *list = state_of_list(screen);
    int line = cursor_line(list);

    if (list->count == 0) {
        return;
    }
    line = line < 0 ? 0 : line;
    line = by < 0 && line < -by ? 0 : line + by;
    line = line >= (int)list->count ? (int)list->count - 1 : line;
    list->selected = list->rows[line];
}

void list_scroll(struct full_screen *screen, int by)
{
    struct list_state *list = state_of_list(screen);
    int last = (int)views[screen->view]->column_count - 2;
    int offset = (int)list->offset + by;

    list->offset = (unsigned)(offset < 0 ? 0 : offset > last ? last : offset);
}

void list_sort_next(struct full_screen *screen, int by)
{
    const struct view *view = views[screen->view];
    struct list_state *list = state_of_list(screen);
    int count = (int)view->column_count;
    int sort = list->sort;

    do {
        sort += by;
        sort = sort >= count ? -1 : sort < -1 ? count - 1 : sort;
    } while (sort >= 0 && view->columns[sort].name == NULL);
    list->sort = sort;
    list->descending = sort > 0; /* names from a on, numbers from the largest on */
}

bool list_sort_by(struct full_screen *screen, const char *column)
{
    const struct view *view = views[screen->view];
    struct list_state *list = state_of_list(screen);

    for (size_t i = 0; i < view->column_count; i++) {
        if (view->columns[i].name != NULL && strcmp(view->columns[i].name, column) == 0) {
            list->sort = (int)i;
            list->descending = i > 0;
            return true;
        }
    }
    return false;
}

/* --- columns: the first is fixed, wide ones share what is left --- */

struct placed {
    const struct view_column *column;
    int index;
    int at;
    int width;
};

static size_t place_columns(const struct full_screen *screen, struct placed *placed)
{
    const struct view *view = views[screen->view];
    const struct list_state *list = &screen->lists[screen->view];
    int left = screen_columns();
    size_t count = 0;
    int at = 0;

    for (size_t i = 0; i < view->column_count; i++) {
        const struct view_column *column = &view->columns[i];

        if (i > 0 && i <= list->offset) {
            continue;
        }
        if (left < (int)column->width && count > 0) {
            break;
        }
        placed[count++] = (struct placed){ column, (int)i, 0, (int)column->width };
        left -= (int)column->width + GAP;
    }
    for (size_t i = 0; i < count && left > 0; i++) {
        int more = (int)placed[i].column->width_max - placed[i].width;

        more = more > left ? left : more;
        if (more > 0) {
            placed[i].width += more;
            left -= more;
        }
    }
    for (size_t i = 0; i < count; i++) {
        placed[i].at = at;
        at += placed[i].width + GAP;
    }
    return count;
}

static const char *title_of(const struct view *view, const struct view_column *column)
{
    const struct column *known = column->name == NULL
            ? NULL
            : table_find_column(view->table, column->name, strlen(column->name));

    return column->title != NULL ? column->title : known != NULL ? known->title : "";
}

static void put_aligned(int row, const struct placed *placed, enum screen_style style,
        bool selected, const char *text)
{
    char padded[600];
    int columns = (int)utf8_columns(text);

    if (placed->column->left || columns >= placed->width) {
        screen_put(row, placed->at, placed->width, style, selected, text);
        return;
    }
    snprintf(padded, sizeof(padded), "%*s%s", placed->width - columns, "", text);
    screen_put(row, placed->at, placed->width, style, selected, padded);
}

static void draw_header(
        const struct full_screen *screen, const struct placed *placed, size_t count, int row)
{
    const struct list_state *list = &screen->lists[screen->view];
    char title[64];

    screen_put(row, 0, screen_columns(), STYLE_HEADER, false, "");
    for (size_t i = 0; i < count; i++) {
        bool sorted = list->sort == placed[i].index;

        snprintf(title, sizeof(title), "%s%s", title_of(views[screen->view], placed[i].column),
                !sorted                    ? ""
                        : list->descending ? "v"
                                           : "^");
        put_aligned(row, &placed[i], STYLE_HEADER, false, title);
    }
}

static void draw_row(const struct full_screen *screen, const struct placed *placed, size_t count,
        unsigned object, int row)
{
    const struct list_state *list = &screen->lists[screen->view];
    bool selected = object == list->selected;
    bool marked = (list->marked >> object & 1) != 0;
    char text[512];

    screen_put(row, 0, screen_columns(), STYLE_NORMAL, selected, "");
    for (size_t i = 0; i < count; i++) {
        const struct view_column *column = placed[i].column;
        enum screen_style style = marked ? STYLE_MARKED : STYLE_NORMAL;

        if (column->draw != NULL) {
            column->draw(
                    screen->shown, object, (unsigned)placed[i].width, text, sizeof(text), &style);
        } else {
            struct cell cell = value_of(screen, column, object);

            cell_format(&cell, text, sizeof(text));
        }
        if (i == 0 && marked) {
            memmove(text + 1, text, strlen(text) + 1);
            text[0] = '*';
        }
        put_aligned(row, &placed[i], style, selected, text);
    }
}

void list_draw(struct full_screen *screen, int top, int bottom)
{
    struct list_state *list = state_of_list(screen);
    struct placed placed[VIEW_COLUMNS_MAX];
    size_t count = place_columns(screen, placed);
    int lines = bottom - top - 1;
    int cursor = cursor_line(list);

    draw_header(screen, placed, count, top);
    if (cursor >= 0 && cursor < (int)list->top) {
        list->top = (unsigned)cursor;
    }
    if (cursor >= (int)list->top + lines) {
        list->top = (unsigned)(cursor - lines + 1);
    }
    if (list->top + (unsigned)lines > list->count) {
        list->top = list->count > (unsigned)lines ? list->count - (unsigned)lines : 0;
    }
    for (int i = 0; i < lines && list->top + (unsigned)i < list->count; i++) {
        draw_row(screen, placed, count, list->rows[list->top + (unsigned)i], top + 1 + i);
    }
}

void list_click(struct full_screen *screen, int row, int column, int top)
{
    struct list_state *list = state_of_list(screen);
    struct placed placed[VIEW_COLUMNS_MAX];
    size_t count = place_columns(screen, placed);

    if (row > top && list->top + (unsigned)(row - top - 1) < list->count) {
        list->selected = list->rows[list->top + (unsigned)(row - top - 1)];
    }
    for (size_t i = 0; row == top && i < count; i++) {
        if (column >= placed[i].at && column < placed[i].at + placed[i].width
                && placed[i].column->name != NULL) {
            list->descending = list->sort == placed[i].index ? !list->descending : i > 0;
            list->sort = placed[i].index;
        }
    }
}
