/* bdat.c - every string of up to 6 symbols over {0, 1, 9, +, -, SP, L, CR, LF} behind "BDAT " and behind
 * "BDAT", with CRLF and further octets behind it: RFC 3030 section 2, law P9.
 *
 *   build/tests/exhaustive/bdat [SYMBOLS]
 *
 * An "L" stands for the word LAST, and once more for itself.  The oracle was written apart from the engine: a
 * size that can be read takes exactly that many octets, whatever else is wrong with the line, and then there
 * is one reply; one that cannot be read gets 501 and ends the session.  Tried in a transaction and out of
 * one, whole and octet by octet.
 */
#include "../unit/guard.h"

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <ehlo/ehlo.h>

enum { LONGEST = 6, ROOM = 256 };

static const char symbols[] = {'0', '1', '9', '+', '-', ' ', 'L', '\r', '\n'};
static const char behind[] = "NOOP\r\nNOOP\r\nNOOP\r\n";

/* What came of it: the first digits of the replies, or whole codes in a row; the content; how it stands. */
typedef struct outcome {
    char replies[ROOM], content[ROOM];
    size_t reply_size, content_size, used;
    int is_over, asked, delivered;
} outcome;

static outcome got;

static void wrong(const char *what, const char *data, size_t size)
{
    fprintf(stderr, "bdat: %s: ", what);
    for (size_t i = 0; i < size; i++)
        fprintf(stderr, data[i] >= 32 ? "%c" : "\\x%02x", (unsigned char)data[i]);
    fprintf(stderr, "\n  replies: %.*s\n", (int)got.reply_size, got.replies);
    exit(1);
}

static void add(char *to, size_t *size, const char *data, size_t count)
{
    if (*size + count > ROOM)
        abort();
    memcpy(to + *size, data, count);
    *size += count;
}

/* ---- the oracle ---------------------------------------------------------------------------------- */

static void say(outcome *out, const char *code)
{
    add(out->replies, &out->reply_size, code, 3);
}

/* `line` is what follows "BDAT", without CRLF and the spaces before it.  Returns 0 where the session ends. */
static int oracle_of_bdat(outcome *out, const char *line, size_t size, int in_order, const char *data,
                          size_t left, size_t *taken)
{
    size_t at = 0, number = 0, digits = 0;
    int is_last = 0, is_bad = 0, has_bare_end = 0;

    at += size > 0; /* the space */
    for (; at < size && line[at] >= '0' && line[at] <= '9'; at++, digits++)
        number = number * 10 + (size_t)(line[at] - '0');
    if (!digits || (at < size && line[at] != ' ')) {
        say(out, "501");
        return 0;
    }
    if (at < size) {
        is_last = size - at == 5 && !memcmp(line + at, " LAST", 5);
        is_bad = !is_last;
    }
    for (size_t i = 0; i < size; i++)
        has_bare_end |= line[i] == '\r' || line[i] == '\n';
    *taken = number < left ? number : left;
    if (in_order && !is_bad && !has_bare_end)
        add(out->content, &out->content_size, data, *taken);
    if (number > left)
        return 1; /* and waits for the rest */
    say(out, has_bare_end ? "500" : !in_order ? "503" : is_bad ? "501" : "250");
    if (in_order && !is_bad && !has_bare_end) {
        out->asked += !is_last;
        out->delivered += is_last;
    }
    return 1;
}

static void oracle(outcome *out, const char *data, size_t size, int in_order)
{
    size_t at = 0;

    memset(out, 0, sizeof *out);
    while (at < size) {
        size_t length = 0, end, taken = 0;
        while (at + length + 1 < size && (data[at + length] != '\r' || data[at + length + 1] != '\n'))
            length++;
        if (at + length + 1 >= size)
            break;
        end = length;
        while (end && data[at + end - 1] == ' ')
            end--;
        if (end >= 4 && !memcmp(data + at, "BDAT", 4) && (end == 4 || data[at + 4] == ' ')) {
            if (!oracle_of_bdat(out, data + at + 4, end - 4, in_order, data + at + length + 2,
                                size - at - length - 2, &taken)) {
                out->is_over = 1;
                return;
            }
        } else {
            say(out, end == 4 && !memcmp(data + at, "NOOP", 4) ? "250" : "500");
        }
        at += length + 2 + taken;
    }
    out->used = at;
}

/* ---- the engine ---------------------------------------------------------------------------------- */

static int write_out(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    const char *text = data;

    (void)ctx;
    (void)server;
    for (size_t at = 0; at < size; at++)
        if (at + 3 < size && (at == 0 || text[at - 1] == '\n') && text[at + 3] == ' ')
            add(got.replies, &got.reply_size, text + at, 3);
    return EHLO_DEFAULT;
}

static int decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    (void)ctx;
    (void)server;
    got.asked += request->command == EHLO_BDAT;
    got.delivered += request->command == EHLO_DATA_RECEIVED;
    return EHLO_DEFAULT;
}

static int content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    (void)ctx;
    (void)server;
    add(got.content, &got.content_size, piece->data, piece->size);
    return EHLO_DEFAULT;
}

/* A session that is ready for content, or only ready. */
static void prepare(ehlo_server_memory *memory, const ehlo_server_config *config, int in_order)
{
    static const char hello[] = "EHLO a\r\n", envelope[] = "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n";
    ehlo_server *server = (ehlo_server *)memory;

    if (ehlo_server_init(server, config, NULL) != EHLO_OK || ehlo_server_start(server) != EHLO_OK ||
        ehlo_server_feed(server, hello, sizeof hello - 1) != sizeof hello - 1 ||
        (in_order && ehlo_server_feed(server, envelope, sizeof envelope - 1) != sizeof envelope - 1))
        abort();
}

static void try(const ehlo_server_memory *start, const char *data, size_t size, int is_whole,
                const outcome *expected)
{
    ehlo_server_memory memory = *start;
    ehlo_server *server = (ehlo_server *)&memory;
    size_t used = 0, shown = is_whole ? size : 1;

    memset(&got, 0, sizeof got);
    for (; shown <= size && ehlo_server_wants(server) != EHLO_WANTS_CLOSE; shown++)
        used += ehlo_server_feed(server, data + used, shown - used);
    got.is_over = ehlo_server_wants(server) == EHLO_WANTS_CLOSE;
    if (got.reply_size != expected->reply_size || memcmp(got.replies, expected->replies, got.reply_size) != 0)
        wrong(is_whole ? "other replies" : "other replies, octet by octet", data, size);
    if (got.is_over != expected->is_over)
        wrong("over, or not over", data, size);
    if (got.content_size > expected->content_size || got.content_size + 1 < expected->content_size ||
        memcmp(got.content, expected->content, got.content_size) != 0 ||
        (got.content_size != expected->content_size && expected->content[got.content_size] != '\r'))
        wrong("other content", data, size); /* but a CR may be kept back until it is known what follows */
    if (got.asked != expected->asked || got.delivered != expected->delivered)
        wrong("asked something else", data, size);
    if (!got.is_over && used != expected->used)
        wrong("used other octets", data, size);
}

/* ---- every string -------------------------------------------------------------------------------- */

static uint64_t runs;

static void try_string(const ehlo_server_memory starts[2], const char *before, const char *string,
                       size_t length, const char *last)
{
    char data[ROOM];
    size_t size = strlen(before);
    const char *input;

    memcpy(data, before, size);
    for (size_t i = 0; i < length; i++) {
        size_t count = string[i] == 'L' ? strlen(last) : 1;
        memcpy(data + size, string[i] == 'L' ? last : string + i, count);
        size += count;
    }
    memcpy(data + size, "\r\n", 2);
    memcpy(data + size + 2, behind, sizeof behind - 1);
    size += 2 + sizeof behind - 1;
    input = guard(data, size);
    for (int in_order = 0; in_order < 2; in_order++) {
        outcome expected;
        oracle(&expected, data, size, in_order);
        for (int is_whole = 0; is_whole < 2; is_whole++, runs++)
            try(&starts[in_order], input, size, is_whole, &expected);
    }
}

int main(int argc, char **argv)
{
    int longest = argc > 1 ? atoi(argv[1]) : LONGEST;
    ehlo_server_config config;
    ehlo_server_memory starts[2];
    uint64_t strings = 0;
    clock_t begun = clock();

    if (argc > 2 || longest < 1 || longest > LONGEST) {
        fprintf(stderr, "bdat: usage: bdat [SYMBOLS], a number from 1 to %d\n", LONGEST);
        return 2;
    }
    ehlo_server_config_init(&config);
    config.hostname = "mx.example";
    config.bare_cr = config.bare_lf = EHLO_PASS; /* what content may hold is another matter: content.c */
    config.callbacks = (ehlo_server_callbacks){.write = write_out, .decide = decide, .content = content};
    for (int in_order = 0; in_order < 2; in_order++)
        prepare(&starts[in_order], &config, in_order);

    for (size_t length = 0; length <= (size_t)longest; length++) {
        uint64_t count = 1;
        for (size_t i = 0; i < length; i++)
            count *= sizeof symbols;
        for (uint64_t n = 0; n < count; n++, strings++) {
            char string[LONGEST];
            uint64_t rest = n;
            for (size_t i = 0; i < length; i++, rest /= sizeof symbols)
                string[i] = symbols[rest % sizeof symbols];
            try_string(starts, "BDAT ", string, length, "LAST");
            try_string(starts, "BDAT", string, length, "LAST");
            if (memchr(string, 'L', length)) {
                try_string(starts, "BDAT ", string, length, "L");
                try_string(starts, "BDAT", string, length, "L");
            }
        }
    }
    printf("%llu strings of up to %d symbols, %llu runs, %.1f s\n", (unsigned long long)strings, longest,
           (unsigned long long)runs, (double)(clock() - begun) / CLOCKS_PER_SEC);
    return 0;
}
