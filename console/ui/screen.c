/* SPDX-License-Identifier: BSD-2-Clause */
#define NCURSES_WIDECHAR 1
#include "console/ui/screen.h"

#include <langinfo.h>
#include <ncurses.h>
#include <panel.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "console/model/utf8.h"

#define ESCAPE_MS 25 /* a lone ESC counts as the key after that */

static struct {
    bool open;
    bool utf8, color, mouse;
    struct termios before;
    char restore[256]; /* what gives the terminal back, for a signal handler */
    size_t restore_length;
    WINDOW *popup;
    PANEL *popup_panel;
    int cursor_row, cursor_column;
} screen;

/* --- ends --- */

static void add_restore(const char *capability)
{
    const char *text = tigetstr(capability);
    size_t length;

    if (text == NULL || text == (char *)-1) {
        return;
    }
    length = strlen(text);
    if (screen.restore_length + length < sizeof(screen.restore)) {
        memcpy(screen.restore + screen.restore_length, text, length);
        screen.restore_length += length;
    }
}

static void prepare_restore(void)
{
    static const char mouse_off[] = "\033[?1000l\033[?1006l";

    screen.restore_length = 0;
    if (screen.mouse) {
        memcpy(screen.restore, mouse_off, sizeof(mouse_off) - 1);
        screen.restore_length = sizeof(mouse_off) - 1;
    }
    add_restore("sgr0");
    add_restore("cnorm");
    add_restore("rmkx");
    add_restore("rmcup");
}

/* Only calls that a signal handler may make. */
static void on_crash(int signal)
{
    ssize_t ignored = write(STDOUT_FILENO, screen.restore, screen.restore_length);

    tcsetattr(STDIN_FILENO, TCSANOW, &screen.before);
    (void)ignored;
    raise(signal); /* the default action: SA_RESETHAND */
}

static void catch_crashes(void)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
    struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_RESETHAND | SA_NODEFER };

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sigaction(signals[i], &action, NULL);
    }
}

static void set_colors(void)
{
    static const short colors[STYLES][2] = {
        [STYLE_NORMAL] = { -1, -1 },
        [STYLE_TITLE] = { -1, -1 },
        [STYLE_TAB] = { COLOR_CYAN, -1 },
        [STYLE_HEADER] = { COLOR_CYAN, -1 },
        [STYLE_DIM] = { -1, -1 },
        [STYLE_GOOD] = { COLOR_GREEN, -1 },
        [STYLE_WARNING] = { COLOR_YELLOW, -1 },
        [STYLE_BAD] = { COLOR_RED, -1 },
        [STYLE_MARKED] = { COLOR_MAGENTA, -1 },
        [STYLE_SELECTED] = { -1, -1 },
        [STYLE_KEY] = { COLOR_CYAN, -1 },
    };

    start_color();
    use_default_colors();
    for (short i = 1; i < STYLES; i++) {
        init_pair(i, colors[i][0], colors[i][1]);
    }
}

bool screen_open(const struct screen_wishes *wishes, struct error_report *error)
{
    screen.utf8 = !wishes->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    tcgetattr(STDIN_FILENO, &screen.before);
    set_escdelay(ESCAPE_MS);
    if (newterm(NULL, stdout, stdin) == NULL) {
        return error_set(error, STATUS_FAILURE, "the terminal '%s' is not known here",
                getenv("TERM") != NULL ? getenv("TERM") : "");
    }
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    curs_set(0);
    screen.color = !wishes->no_color && has_colors();
    if (screen.color) {
        set_colors();
    }
    screen.open = true;
    screen_set_mouse(wishes->mouse);
    prepare_restore();
    catch_crashes();
    return true;
}

void screen_close(void)
{
    if (screen.open) {
        screen_popup_end();
        screen_set_mouse(false);
        endwin();
        screen.open = false;
    }
}

/* --- questions --- */

const char *screen_library(void)
{
    return curses_version();
}

int screen_rows(void)
{
    return screen.popup != NULL ? getmaxy(screen.popup) - 2 : LINES;
}

int screen_columns(void)
{
    return screen.popup != NULL ? getmaxx(screen.popup) - 4 : COLS;
}

bool screen_utf8(void)
{
    return screen.utf8;
}

bool screen_mouse(void)
{
    return screen.mouse;
}

void screen_set_mouse(bool on)
{
    mousemask(on ? BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED
                            | BUTTON5_PRESSED
                 : 0,
            NULL);
    mouseinterval(0);
    screen.mouse = on;
    prepare_restore();
}

/* --- keys --- */

static int mouse_key(struct screen_place *place)
{
    MEVENT event;

    if (getmouse(&event) != OK) {
        return KEY_NONE;
    }
    *place = (struct screen_place){ event.y, event.x };
    if (event.bstate & BUTTON4_PRESSED) {
        return SCREEN_WHEEL_UP;
    }
    if (event.bstate & BUTTON5_PRESSED) {
        return SCREEN_WHEEL_DOWN;
    }
    if (event.bstate & BUTTON3_PRESSED) {
        return SCREEN_MENU;
    }
    return event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED) ? SCREEN_CLICK : KEY_NONE;
}

static const struct {
    wint_t theirs;
    int ours;
} named_keys[] = {
    { KEY_UP, SCREEN_UP },
    { KEY_DOWN, SCREEN_DOWN },
    { KEY_LEFT, SCREEN_LEFT },
    { KEY_RIGHT, SCREEN_RIGHT },
    { KEY_PPAGE, SCREEN_PAGE_UP },
    { KEY_NPAGE, SCREEN_PAGE_DOWN },
    { KEY_HOME, SCREEN_HOME },
    { KEY_FIND, SCREEN_HOME },
    { KEY_END, SCREEN_END },
    { KEY_SELECT, SCREEN_END },
    { KEY_ENTER, SCREEN_ENTER },
    { KEY_BACKSPACE, SCREEN_BACKSPACE },
    { KEY_DC, SCREEN_DELETE },
    { KEY_RESIZE, SCREEN_RESIZE },
};

static int character_key(wint_t character)
{
    switch (character) {
    case '\r':
    case '\n':
        return SCREEN_ENTER;
    case 27:
        return SCREEN_ESCAPE;
    case 8:
    case 127:
        return SCREEN_BACKSPACE;
    case '\t':
        return SCREEN_TAB;
    default:
        return (int)character;
    }
}

int screen_read_key(struct screen_place *place)
{
    wint_t key;
    int kind = wget_wch(stdscr, &key);

    if (kind == ERR) {
        return KEY_NONE;
    }
    if (kind == OK) {
        return character_key(key);
    }
    if (key == KEY_MOUSE) {
        return mouse_key(place);
    }
    if (key >= (wint_t)KEY_F(1) && key <= (wint_t)KEY_F(12)) {
        return SCREEN_F1 + (int)(key - KEY_F(1));
    }
    for (size_t i = 0; i < sizeof(named_keys) / sizeof(named_keys[0]); i++) {
        if (named_keys[i].theirs == key) {
            return named_keys[i].ours;
        }
    }
    return KEY_NONE;
}

/* --- drawing --- */

static attr_t attributes_of(enum screen_style style, bool selected)
{
    static const attr_t attributes[STYLES] = {
        [STYLE_NORMAL] = A_NORMAL,
        [STYLE_TITLE] = A_BOLD,
        [STYLE_TAB] = A_BOLD | A_UNDERLINE,
        [STYLE_HEADER] = A_BOLD,
        [STYLE_DIM] = A_DIM,
        [STYLE_GOOD] = A_NORMAL,
        [STYLE_WARNING] = A_BOLD,
        [STYLE_BAD] = A_BOLD,
        [STYLE_MARKED] = A_BOLD,
        [STYLE_SELECTED] = A_REVERSE,
        [STYLE_KEY] = A_BOLD,
    };
    attr_t attribute = attributes[style] | (selected ? A_REVERSE : 0);

    return screen.color ? attribute | (attr_t)COLOR_PAIR(style) : attribute;
}

static WINDOW *target(void)
{
    return screen.popup != NULL ? screen.popup : stdscr;
}

void screen_erase(void)
{
    screen_popup_end();
    screen.cursor_row = -1;
    erase();
}

void screen_redraw(void)
{
    clearok(curscr, TRUE);
}

/* Characters that this terminal cannot show become question marks. */
static void to_ascii(char *text)
{
    char *to = text;

    while (*text != '\0') {
        size_t length = utf8_length(text);

        *to++ = length == 1 && (unsigned char)*text < 0x80 ? *text : '?';
        text += length;
    }
    *to = '\0';
}

/* `shown` has no more columns than there are. */
static void put(int row, int column, int width, attr_t attributes, char *shown)
{
    int inside = screen.popup != NULL;
    int columns;

    if (!screen.utf8) {
        to_ascii(shown);
    }
    columns = (int)utf8_columns(shown);
    wattrset(target(), (int)attributes);
    mvwaddstr(target(), row + inside, column + 2 * inside, shown);
    if (columns < width) {
        wprintw(target(), "%*s", width - columns, "");
    }
    wattrset(target(), A_NORMAL);
}

static const char *cut_mark(void)
{
    return screen.utf8 ? "…" : "~";
}

void screen_put(
        int row, int column, int width, enum screen_style style, bool selected, const char *text)
{
    char shown[1024];

    if (row < 0 || row >= screen_rows() || column < 0 || column >= screen_columns()) {
        return;
    }
    if (width > screen_columns() - column) {
        width = screen_columns() - column;
    }
    utf8_shorten(text, (size_t)width, cut_mark(), shown, sizeof(shown));
    put(row, column, width, attributes_of(style, selected), shown);
}

void screen_put_line(int row, enum screen_style style, bool selected, const char *text)
{
    char shown[1024];

    if (row >= 0 && row < screen_rows()) {
        utf8_cut(text, (size_t)screen_columns(), cut_mark(), shown, sizeof(shown));
        put(row, 0, screen_columns(), attributes_of(style, selected), shown);
    }
}

void screen_cursor(int row, int column)
{
    screen.cursor_row = row;
    screen.cursor_column = column;
}

void screen_show(void)
{
    update_panels();
    if (screen.cursor_row >= 0) {
        wmove(stdscr, screen.cursor_row, screen.cursor_column);
        wnoutrefresh(stdscr);
        curs_set(1);
    } else {
        curs_set(0);
    }
    doupdate();
}

void screen_popup_begin(int rows, int columns, const char *title)
{
    int all_rows = LINES;
    int all_columns = COLS;

    screen_popup_end();
    rows = rows + 2 < all_rows ? rows + 2 : all_rows;
    columns = columns + 4 < all_columns ? columns + 4 : all_columns;
    screen.popup = newwin(rows, columns, (all_rows - rows) / 2, (all_columns - columns) / 2);
    if (screen.popup == NULL) {
        return;
    }
    screen.popup_panel = new_panel(screen.popup);
    wattrset(screen.popup, (int)attributes_of(STYLE_HEADER, false));
    if (screen.utf8) {
        box(screen.popup, 0, 0);
    } else {
        wborder(screen.popup, '|', '|', '-', '-', '+', '+', '+', '+');
    }
    mvwprintw(screen.popup, 0, 2, " %.*s ", columns - 6 > 0 ? columns - 6 : 0, title);
    wattrset(screen.popup, A_NORMAL);
}

void screen_popup_end(void)
{
    if (screen.popup != NULL) {
        update_panels();
        del_panel(screen.popup_panel);
        delwin(screen.popup);
        screen.popup = NULL;
    }
}
