/* generate.c - prints the pages that come from the tables of lib/tables: `generate limits.md`.
 *
 * The reply table has a program of its own, examples/reply-table.c.  The words that these pages show and
 * the library does not need are read from the .def files here, so that they cost its users nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables/command.h"
#include "tables/events.def"
#include "tables/extensions.def"
#include "tables/leniencies.def"
#include "tables/limits.def"
#include "tables/parameters.def"
#include "tables/phase.h"

/* ---- limits.md -------------------------------------------------------------------------------- */

static void limits(void)
{
    puts("# Limits\n\n"
         "Every number of `ehlo_server_config`. `ehlo_server_init` refuses what lies outside; 0 is \"no "
         "limit\",\n"
         "which is the ceiling. Made by `meson compile -C build docs` from `lib/tables/limits.def`.\n\n"
         "| field | floor | default | ceiling | unit | why |\n"
         "|---|---:|---:|---:|---|---|");
#define X(field, floor, usual, ceiling, unit, why)                                                           \
    puts("| `" #field "` | " #floor " | " #usual " | " #ceiling " | " unit " | " why " |");
    EHLO_LIMITS(X)
#undef X
}

/* ---- events.md -------------------------------------------------------------------------------- */

#define EFFECT_REPORT  "reported"
#define EFFECT_ERROR   "counts as an error"
#define EFFECT_CLOSE   "ends the session"
#define EFFECT_CONTENT "refuses the message, where the config says so"

static void event(const char *name, int code, const char *enhanced, const char *effect, const char *reply,
                  const char *means)
{
    printf("| `EHLO_EVENT_%s` | %s | %s |", name, means, effect);
    if (code)
        printf(" `%d %s%s%s` |\n", code, enhanced, *enhanced ? " " : "", reply);
    else
        puts(" |");
}

static void events(void)
{
    puts("# Events\n\n"
         "What the engine reports through the `event` callback, and the replies that it gives by itself. "
         "Errors\n"
         "count towards `max_errors`. Made by `meson compile -C build docs` from `lib/tables/events.def`.\n\n"
         "| event | means | effect | reply |\n"
         "|---|---|---|---|");
#define X(name, code, enhanced, effect, reply, means)                                                        \
    event(#name, code, enhanced, EFFECT_##effect, reply, means);
    EHLO_EVENTS(X)
#undef X
    puts(
        "\n## How a transaction ends\n\n"
        "`EHLO_EVENT_TRANSACTION_END` says why, in `end`; once for each transaction that `decide` was asked\n"
        "about.\n\n"
        "| end | means |\n"
        "|---|---|");
#define X(name, means) puts("| `EHLO_END_" #name "` | " means " |");
    EHLO_ENDS(X)
#undef X
}

/* ---- extensions.md ---------------------------------------------------------------------------- */

#define VALUE_NONE       ""
#define VALUE_SIZE       "`max_size`; 0: no limit"
#define VALUE_MECHANISMS "`auth_mechanisms`"
#define VALUE_PRIORITIES "`priority_policy`"
#define VALUE_CLASSES    "`solicitation_classes`"
#define VALUE_SOURCES    "`burl_sources`"
#define VALUE_MIN_BY     "`min_by`, if there is one"
#define VALUE_HOLD       "`max_hold`, and the date that it leads to"
#define VALUE_LIMITS                                                                                         \
    "`MAILMAX=` `max_transactions`, `RCPTMAX=` `max_recipients`, as far as they are within six digits"
#define VALUE_ATTRIBUTES "the attributes below"

#define SERVICES_ALL        "all"
#define SERVICES_MAIL       "SMTP, submission"
#define SERVICES_RELAY      "SMTP"
#define SERVICES_SUBMISSION "submission"

#define WHEN_ALWAYS "always"
#define WHEN_OPEN   "not under TLS"
#define WHEN_CLOSED "only under TLS"
#define WHEN_SAFE   "under TLS, or with the leniency auth-without-tls"
#define WHEN_KEPT   "where there is one to tell"
#define WHEN_TIMED  "once `ehlo_server_clock` was called"

#define STANDING_STANDARD "standard"
#define STANDING_HISTORIC "historic"

#define TAKES_NONE        "none"
#define TAKES_NUMBER_20   "1 to 20 digits"
#define TAKES_BODY        "a word, below"
#define TAKES_MAILBOX     "xtext of a mailbox, or `<>`"
#define TAKES_RET         "`FULL` or `HDRS`"
#define TAKES_XTEXT       "xtext of printable ASCII"
#define TAKES_BY          "seconds, maybe negative, `;`, `N` or `R`, maybe `T`"
#define TAKES_SECONDS_9   "1 to 999999999 seconds"
#define TAKES_DATE_UTC    "a date and time in UTC"
#define TAKES_PRIORITY    "-9 to 9"
#define TAKES_CLASSES     "solicitation classes, parted by commas"
#define TAKES_NOTIFY      "`NEVER`, or of `SUCCESS`, `FAILURE`, `DELAY`"
#define TAKES_TYPED_XTEXT "a type of address, `;`, xtext"
#define TAKES_RRVS        "a date and time, maybe `;C` or `;R`"
#define TAKES_ATTRIBUTE   "xtext without control characters"

#define WITHOUT_ANY_COMMAND ""
#define WITHOUT_DATA        "BDAT alone carries it"

static void extensions(void)
{
    puts("# Extensions\n\n"
         "What EHLO and LHLO offer, as far as the config's `extensions` has it. Historic ones need\n"
         "`EHLO_PROFILE_HISTORIC`. What a host sees of each and must do is in\n"
         "[extensions-for-hosts.md](extensions-for-hosts.md). Made by `meson compile -C build docs` from\n"
         "`lib/tables/extensions.def` and `parameters.def`.\n\n"
         "| constant | in the reply to EHLO | value | requires | services | offered | by default | standing "
         "| source |\n"
         "|---|---|---|---|---|---|---|---|---|");
#define X(name, keyword, value, requires, services, when, standing, offered, source)                         \
    printf("| `EHLO_EXTENSION_%s` | `%s` | %s | %s | %s | %s | %s | %s | %s |\n", #name, keyword,            \
           VALUE_##value, strcmp(#requires, "NONE") ? #requires : "", SERVICES_##services, WHEN_##when,      \
           offered ? "yes" : "", STANDING_##standing, source);
    EHLO_EXTENSIONS(X)
#undef X
    puts("\n## Parameters of MAIL and RCPT, attributes of XCLIENT and XFORWARD\n\n"
         "Where the extension was not offered, and for any other, the reply is 555 (RFC 5321 section "
         "4.1.1.11);\n"
         "to XCLIENT and XFORWARD 501. What MAIL takes, SEND, SOML and SAML take.\n\n"
         "| command | keyword | value | extension | source |\n"
         "|---|---|---|---|---|");
#define X(name, command, keyword, extension, value, source)                                                  \
    puts("| " #command " | `" keyword "` | " TAKES_##value " | " #extension " | " source " |");
    EHLO_PARAMETERS(X)
#undef X
    puts("\n## Values of BODY\n\n"
         "| value | extension | |\n"
         "|---|---|---|");
#define X(name, extension, word, passes, excludes)                                                           \
    puts("| `" word "` | " #extension " | " WITHOUT_##excludes " |");
    EHLO_BODIES(X)
#undef X
}

/* ---- leniencies.md ---------------------------------------------------------------------------- */

static void leniencies(void)
{
    puts("# Leniencies\n\n"
         "What the config's `leniencies` may let pass, and what each makes possible again. None is set by\n"
         "default; `ehlo_server_config_interop` sets those that real mail needs. Each use is an event. Made "
         "by\n"
         "`meson compile -C build docs` from `lib/tables/leniencies.def`.\n\n"
         "| constant | word | interop | allows | reopens |\n"
         "|---|---|---|---|---|");
#define X(name, word, interop, allows, reopens)                                                              \
    printf("| `EHLO_LENIENT_%s` | `%s` | %s | `%s` | %s |\n", #name, word, interop ? "yes" : "", allows,     \
           reopens);
    EHLO_LENIENCIES(X)
#undef X
}

/* ---- phases.svg ------------------------------------------------------------------------------- */

/* What the table says. */
static const struct phase {
    const char *name;
    const char *means;
} phases[] = {
#define X(name, place, means) {#name, means},
    EHLO_PHASE_LIST(X)
#undef X
};

static const struct move {
    const char *command;
    int from, success, failure;
} moves[] = {
#define X(phase, command, success, failure)                                                                  \
    {#command, EHLO__PHASE_##phase, EHLO__PHASE_##success, EHLO__PHASE_##failure},
    EHLO_MOVES(X)
#undef X
};

static const struct exception {
    const char *words;
    int from, to;
} exceptions[] = {
#define X(phase, command, code, next) {#command " " #code, EHLO__PHASE_##phase, EHLO__PHASE_##next},
    EHLO_EXCEPTIONS(X)
#undef X
};

enum { MOVES = sizeof moves / sizeof moves[0], EXCEPTIONS = sizeof exceptions / sizeof exceptions[0] };

/* Where the boxes stand: their middles.  This is all that the drawing adds to the table. */
enum { WIDTH = 1720, HEIGHT = 860, BOX_WIDTH = 244, BOX_HEIGHT = 112, LINE = 15 };

/* clang-format off */
static const struct place {
    int x, y;
} places[EHLO__PHASE_COUNT] = {
    [EHLO__PHASE_DECLINED] = {137, 70},  [EHLO__PHASE_GREETED] = {500, 70},   [EHLO__PHASE_READY] = {880, 70},
    [EHLO__PHASE_AUTH] = {1260, 70},
    [EHLO__PHASE_OPENING] = {137, 290},  [EHLO__PHASE_TLS] = {500, 290},      [EHLO__PHASE_MAIL] = {880, 290},
    [EHLO__PHASE_CONTENT] = {1260, 290}, [EHLO__PHASE_TURNED] = {1583, 290},
    [EHLO__PHASE_REFUSED] = {137, 510},  [EHLO__PHASE_UNWANTED] = {500, 510}, [EHLO__PHASE_RCPT] = {880, 510},
    [EHLO__PHASE_CHUNK] = {1260, 510},   [EHLO__PHASE_VERDICTS] = {1583, 510},
    [EHLO__PHASE_CLOSED] = {137, 720},   [EHLO__PHASE_SPOILED] = {880, 720},  [EHLO__PHASE_CHUNKS] = {1260, 720},
};
/* clang-format on */

/* Commands, one behind the other. */
typedef struct words {
    char text[200];
} words;

static void add(words *list, const char *word)
{
    size_t used = strlen(list->text);

    snprintf(list->text + used, sizeof list->text - used, "%s%s", used ? " " : "", word);
}

/* The characters of the first words that fit `width`; one word always does. */
static size_t line_size(const char *text, size_t width)
{
    size_t size = strcspn(text, " ");

    while (text[size] && size + 1 + strcspn(text + size + 1, " ") <= width)
        size += 1 + strcspn(text + size + 1, " ");
    return size;
}

/* Prints the words in lines of such a width, from `y` down; returns the y behind them. */
static int print_lines(int x, int y, const char *class, const char *text, size_t width)
{
    for (; *text; y += LINE) {
        size_t size = line_size(text, width);
        printf("<text x=\"%d\" y=\"%d\" class=\"%s\">%.*s</text>\n", x, y, class, (int)size, text);
        text += size + (text[size] == ' ');
    }
    return y;
}

/* What ends a transaction wherever it stands is told in the boxes: arrows for it would hide all others. */
static int is_return(const struct move *move)
{
    if (move->from == EHLO__PHASE_VERDICTS ||
        (move->from == EHLO__PHASE_CHUNK && move->success == EHLO__PHASE_READY))
        return 1;
    return move->success == EHLO__PHASE_READY && move->from != EHLO__PHASE_READY &&
           (!strcmp(move->command, "RSET") ||
            (move->from != EHLO__PHASE_GREETED && strstr("HELO EHLO LHLO", move->command)));
}

/* A box: the phase, what it means, which commands change nothing, which end the transaction, which close. */
static void print_box(int phase)
{
    int x = places[phase].x, top = places[phase].y - BOX_HEIGHT / 2, y = top + 2 * LINE + 5;
    words stays = {""}, returns = {"to READY:"}, closes = {"closes:"};

    for (int i = 0; i < MOVES; i++) {
        if (moves[i].from == phase && moves[i].success == phase)
            add(&stays, moves[i].command);
        if (moves[i].from == phase && is_return(&moves[i]))
            add(&returns, moves[i].command);
        if (moves[i].from == phase && moves[i].success == EHLO__PHASE_CLOSED)
            add(&closes, moves[i].command);
    }
    printf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n", x - BOX_WIDTH / 2, top,
           BOX_WIDTH, BOX_HEIGHT);
    printf("<text x=\"%d\" y=\"%d\" class=\"name\">%s</text>\n", x, top + LINE + 3, phases[phase].name);
    y = print_lines(x, y, "means", phases[phase].means, 34);
    y = print_lines(x, y + 3, "command", stays.text, 34);
    if (strchr(returns.text + sizeof "to READY:" - 1, ' '))
        y = print_lines(x, y, "command", returns.text, 34);
    if (strchr(closes.text, ' '))
        print_lines(x, y, "command", closes.text, 34);
}

/* An arrow from edge to edge, `aside` to the side where another one comes back. */
static void print_arrow(int from, int to, const char *class, const char *label, int aside)
{
    int dx = places[to].x - places[from].x, dy = places[to].y - places[from].y;
    int across = dx ? 1000 * BOX_WIDTH / 2 / abs(dx) : 1000; /* thousandths of the way within the box */
    int down = dy ? 1000 * BOX_HEIGHT / 2 / abs(dy) : 1000;
    int start = across < down ? across : down, end = 1000 - start;
    int label_at = start + (end - start) * (dy ? 35 : 50) / 100;
    int x = places[from].x + (across < down ? 0 : aside);
    int y = places[from].y + (across < down ? aside : 0);

    printf("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"%s\" marker-end=\"url(#head)\"/>\n",
           x + dx * start / 1000, y + dy * start / 1000, x + dx * end / 1000, y + dy * end / 1000, class);
    print_lines(x + dx * label_at / 1000, y + dy * label_at / 1000 + 4, "label", label, 16);
}

/* The commands that lead from one phase to another by a good reply, or by a bad one alone. */
static void collect(words *list, int from, int to, int by_success)
{
    for (int i = 0; i < MOVES; i++) {
        if (moves[i].from != from || is_return(&moves[i]))
            continue;
        if (by_success ? moves[i].success == to : moves[i].failure == to && moves[i].success != to)
            add(list, moves[i].command);
    }
    for (int i = 0; i < EXCEPTIONS && !by_success; i++)
        if (exceptions[i].from == from && exceptions[i].to == to)
            add(list, exceptions[i].words);
}

static void print_arrows(int from, int to)
{
    words success = {""}, failure = {""}, back = {""};
    int aside;

    collect(&success, from, to, 1);
    collect(&failure, from, to, 0);
    collect(&back, to, from, 1);
    aside = !*back.text ? 0 : from < to ? -35 : 35;
    if (*success.text)
        print_arrow(from, to, "success", success.text, aside);
    if (*failure.text)
        print_arrow(from, to, "failure", failure.text, aside);
}

static const char head[] =
    "<title>The phases of a session</title>\n"
    "<style>\n"
    "text { font: 12px sans-serif; text-anchor: middle; fill: #222; }\n"
    ".name { font-weight: bold; font-size: 14px; }\n"
    ".means { fill: #555; }\n"
    ".command { font: 11px monospace; }\n"
    ".label { font: bold 11px monospace; stroke: #fff; stroke-width: 5px; paint-order: stroke; }\n"
    ".note { text-anchor: start; }\n"
    "rect { fill: #eef3fa; stroke: #567; }\n"
    "line { stroke: #345; stroke-width: 1.5px; }\n"
    ".failure { stroke: #a33; stroke-dasharray: 6 4; }\n"
    "</style>\n"
    "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" "
    "markerHeight=\"9\" "
    "orient=\"auto\"><path d=\"M0 1 L10 5 L0 9 z\" fill=\"#345\"/></marker></defs>\n";

static void diagram(void)
{
    printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n",
           WIDTH, HEIGHT, WIDTH, HEIGHT);
    puts("<!-- made by `meson compile -C build docs` from lib/tables/phases.def -->");
    fputs(head, stdout);
    printf("<rect width=\"%d\" height=\"%d\" style=\"fill: #fff; stroke: none\"/>\n", WIDTH, HEIGHT);
    for (int from = 0; from < EHLO__PHASE_COUNT; from++)
        for (int to = 1; to < EHLO__PHASE_COUNT; to++) /* the boxes themselves say what closes */
            if (from != to)
                print_arrows(from, to);
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        print_box(phase);
    printf(
        "<text x=\"15\" y=\"%d\" class=\"note\">A box lists the commands that leave the session where it is, "
        "and those that close it. Solid: after a reply of 2yz or 3yz. Dashed: after 4yz or 5yz, "
        "which</text>\n"
        "<text x=\"15\" y=\"%d\" class=\"note\">otherwise changes nothing. What a box does not list and no "
        "arrow "
        "leads away by is out of order. Any reply of 421 closes.</text>\n",
        HEIGHT - 38, HEIGHT - 20);
    puts("</svg>");
}

/* ----------------------------------------------------------------------------------------------- */

static const struct page {
    const char *name;
    void (*print)(void);
} pages[] = {
    {"events.md", events}, {"extensions.md", extensions}, {"leniencies.md", leniencies},
    {"limits.md", limits}, {"phases.svg", diagram},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof pages / sizeof pages[0]; i++)
        if (!strcmp(argv[1], pages[i].name)) {
            pages[i].print();
            return fflush(stdout) || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
        }
    fputs("usage: generate events.md|extensions.md|leniencies.md|limits.md|phases.svg\n", stderr);
    return 2;
}
