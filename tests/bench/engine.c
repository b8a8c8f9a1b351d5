/* engine.c - how fast the engine is, beside what touching the octets costs at all.
 *
 *   build/tests/bench/engine [PASSES]
 *
 * Two tables, each row minimum, median and maximum over PASSES passes (15 when not given), the passes
 * of all rows taken in turn, so that a slow spell of the machine meets every row alike.  Quote medians,
 * and of two rows their ratio within one run.
 *
 * Commands: a session of EHLO, MAIL (SIZE, BODY), five RCPT and DATA, fed as one buffer or 16 octets at
 * a time; every command is decided by a real callback.  Content: 64 MB through a whole session, handed
 * out to a real callback that looks at no octet.
 */
#define _POSIX_C_SOURCE 200809L
#include <ehlo/ehlo.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char session_text[] = "EHLO client.example.com\r\n"
                                   "MAIL FROM:<alice@example.com> SIZE=12345 BODY=8BITMIME\r\n"
                                   "RCPT TO:<bob@example.org>\r\n"
                                   "RCPT TO:<carol@example.org>\r\n"
                                   "RCPT TO:<dave@example.org>\r\n"
                                   "RCPT TO:<erin@example.org>\r\n"
                                   "RCPT TO:<frank@example.org>\r\n"
                                   "DATA\r\n";
enum { COMMANDS = 8, SESSIONS = 20000, PIECE = 16384, LINE = 78 };
static const size_t content_size = (size_t)64 << 20;

static uint64_t written, decided, handed_out;

static int count_write(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    (void)ctx, (void)server, (void)data;
    written += size;
    return EHLO_DEFAULT;
}

static int count_decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    (void)ctx, (void)server;
    decided += request->argument.size + 1;
    return EHLO_DEFAULT;
}

static int count_content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    (void)ctx, (void)server;
    handed_out += piece->size;
    return EHLO_DEFAULT;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time); /* other load on the machine counts less */
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "engine: %s\n", what);
    exit(1);
}

static ehlo_server_config config;
static ehlo_server_memory memory;
static char *content, *copy;

static ehlo_server *fresh(void)
{
    ehlo_server *server = (ehlo_server *)&memory;
    if (ehlo_server_init(server, &config, NULL) != EHLO_OK || ehlo_server_start(server) != EHLO_OK)
        fail("the session does not start");
    return server;
}

/* Feeds all of it, at most `step` octets more each time, as a host that keeps its buffer does. */
static void feed(ehlo_server *server, const char *data, size_t size, size_t step)
{
    size_t used = 0, shown = 0;
    while (used < size) {
        size_t took;
        shown = size - shown > step ? shown + step : size;
        took = ehlo_server_feed(server, data + used, shown - used);
        used += took;
        if (shown == size && !took && ehlo_server_wants(server) != EHLO_WANTS_FEED)
            fail("octets are left over");
    }
}

/* ---- the rows: each does its work once and returns how much that was ---------------------------- */

static double commands(size_t step)
{
    for (int i = 0; i < SESSIONS; i++) {
        ehlo_server *server = fresh();
        feed(server, session_text, sizeof session_text - 1, step);
        if (ehlo_server_wants(server) != EHLO_WANTS_INPUT)
            fail("the session came to an end");
    }
    return (double)(SESSIONS * COMMANDS);
}

static double commands_whole(void)
{
    return commands(sizeof session_text);
}

static double commands_dripped(void)
{
    return commands(16);
}

static void fill(size_t line, char first)
{
    memset(content, 'A', content_size);
    for (size_t at = 0; at + line <= content_size; at += line) {
        content[at] = first;
        memcpy(content + at + line - 2, "\r\n", 2);
    }
}

static double decode(size_t line)
{
    ehlo_server *server = fresh();
    size_t size = content_size - content_size % line;

    feed(server, session_text, sizeof session_text - 1, sizeof session_text);
    handed_out = 0;
    feed(server, content, size, PIECE);
    feed(server, ".\r\n", 3, 3);
    if (handed_out == 0 || ehlo_server_wants(server) != EHLO_WANTS_INPUT)
        fail("the content was not taken");
    return (double)size;
}

static double decode_76(void)
{
    return decode(LINE);
}

static double decode_1000(void)
{
    return decode(1000);
}

static double decode_short(void)
{
    return decode(3);
}

static double memchr_lines(void)
{
    const char *at = content, *end = content + content_size;
    uint64_t lines = 0;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL)
        at++, lines++;
    handed_out += lines;
    return (double)content_size;
}

static double memory_copy(void)
{
    memcpy(copy, content, content_size);
    handed_out += (unsigned char)copy[written % content_size];
    return (double)content_size;
}

/* ---- measuring ---------------------------------------------------------------------------------- */

typedef struct row {
    const char *name;
    double (*run)(void);
    size_t line; /* of the content, or 0 */
    char first;  /* octet of its lines */
} row;

static const row command_rows[] = {
    {"a command, pipelined session in one buffer", commands_whole, 0, 0},
    {"a command, the same 16 octets at a time", commands_dripped, 0, 0},
};
static const row content_rows[] = {
    {"76-column text", decode_76, LINE, 'A'},
    {"  memchr('\\n') a line, 76-column text", memchr_lines, LINE, 'A'},
    {"dense dots: every line starts with one", decode_76, LINE, '.'},
    {"  memchr('\\n') a line, dense dots", memchr_lines, LINE, '.'},
    {"1,000-octet lines", decode_1000, 1000, 'A'},
    {"  memchr('\\n') a line, 1,000-octet lines", memchr_lines, 1000, 'A'},
    {"lines of one character", decode_short, 3, 'A'},
    {"  memchr('\\n') a line, lines of one character", memchr_lines, 3, 'A'},
    {"  memcpy, 76-column text", memory_copy, LINE, 'A'},
    {"  memcpy, dense dots", memory_copy, LINE, '.'},
    {"  memcpy, 1,000-octet lines", memory_copy, 1000, 'A'},
};
enum { MAX_ROWS = 16, MAX_PASSES = 1000 };
static double results[MAX_ROWS][MAX_PASSES];

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static void measure(const row *rows, size_t count, int passes)
{
    for (int pass = -1; pass < passes; pass++) /* the first warms up */
        for (size_t i = 0; i < count; i++) {
            double start, work;
            if (rows[i].line)
                fill(rows[i].line, rows[i].first);
            start = now();
            work = rows[i].run();
            if (pass >= 0)
                results[i][pass] = rows[i].line ? work / (now() - start) : (now() - start) / work;
        }
    for (size_t i = 0; i < count; i++)
        qsort(results[i], (size_t)passes, sizeof results[i][0], by_size);
    for (size_t i = 0; i < count; i++)
        printf("| %-46s | %6.2f | %6.2f | %6.2f |\n", rows[i].name, results[i][0], results[i][passes / 2],
               results[i][passes - 1]);
}

int main(int argc, char **argv)
{
    int passes = argc > 1 ? atoi(argv[1]) : 15;

    if (argc > 2 || passes < 1 || passes > MAX_PASSES) {
        fprintf(stderr, "engine: usage: engine [PASSES], a number from 1 to %d\n", MAX_PASSES);
        return 2;
    }
    content = malloc(content_size);
    copy = malloc(content_size);
    if (!content || !copy)
        fail("no memory");
    memset(copy, 0, content_size);
    ehlo_server_config_init(&config);
    config.hostname = "mx.example.org";
    config.max_size = 0;
    config.callbacks.write = count_write;
    config.callbacks.decide = count_decide;
    config.callbacks.content = count_content;

    printf(
        "| ns                                             |    min | median |    max |\n|---|---|---|---|\n");
    measure(command_rows, sizeof command_rows / sizeof command_rows[0], passes);
    printf("\n| GB/s, content of 64 MB in pieces of 16 KB      |    min | median |    max "
           "|\n|---|---|---|---|\n");
    measure(content_rows, sizeof content_rows / sizeof content_rows[0], passes);
    printf("\n%llu octets written, %llu counted\n", (unsigned long long)written,
           (unsigned long long)(decided + handed_out));
    return 0;
}
