/* content.c - every content of up to 9 symbols over {CR, LF, dot, NUL, a}, cut in two at every place.
 *
 *   build/tests/exhaustive/content [SYMBOLS]
 *
 * The decoder's findings are compared with those of an oracle that was written apart from it: it looks
 * at one octet at a time, keeps the whole content, and knows nothing of spans.  All faults are looked
 * for, and once more with all let pass.  The input ends at an inaccessible page.
 */
#define _DEFAULT_SOURCE
#include <ehlo/codec.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit/guard.h"

enum { LONGEST = 12, FINDINGS = 2 * LONGEST };
static const char symbols[] = {'\r', '\n', '.', '\0', 'a'};

/* What was found: one letter a finding, in order: the octet itself where it is content, or
 * 'E' end, 'R' bare CR, 'L' bare LF, 'N' NUL (the octet follows). */
typedef struct findings {
    size_t count;
    size_t end; /* octets up to the end of the content, or 0 */
    char list[FINDINGS];
} findings;

static void add(findings *found, char what)
{
    if (found->count == FINDINGS) {
        fprintf(stderr, "content: more findings than octets\n");
        exit(1);
    }
    found->list[found->count++] = what;
}

/* The oracle: RFC 5321 section 4.5.2, octet by octet.  It stops where it cannot tell. */
static void oracle(const char *data, size_t size, int report, findings *found)
{
    size_t at = 0;
    int starts_line = 1;

    memset(found, 0, sizeof *found);
    while (at < size) {
        if (starts_line && data[at] == '.') {
            if (at + 1 == size)
                return;
            if (data[at + 1] == '\r' && at + 2 == size)
                return;
            if (data[at + 1] == '\r' && data[at + 2] == '\n') {
                add(found, 'E');
                found->end = at + 3;
                return;
            }
            at++; /* and the next octet is content, whatever it is */
        }
        starts_line = 0;
        if (data[at] == '\r') {
            if (at + 1 == size)
                return;
            if (data[at + 1] == '\n') {
                add(found, '\r');
                add(found, '\n');
                at += 2;
                starts_line = 1;
                continue;
            }
            if (report)
                add(found, 'R');
        } else if (data[at] == '\n' && report) {
            add(found, 'L');
        } else if (data[at] == '\0' && report) {
            add(found, 'N');
        }
        add(found, data[at]);
        at++;
    }
}

/* The decoder on data cut at `cut`. */
static void decoder(const char *data, size_t size, size_t cut, int report, findings *found)
{
    ehlo_unstuff_state state;
    size_t at = 0, shown = cut;

    memset(found, 0, sizeof *found);
    ehlo_unstuff_init(&state);
    state.pass = report ? 0 : 0xff;
    for (;;) {
        ehlo_text text;
        size_t used;
        ehlo_found what = ehlo_unstuff(&state, guard(data + at, shown - at), shown - at, &used, &text);

        at += used;
        if (what == EHLO_FOUND_BARE_CR)
            add(found, 'R');
        if (what == EHLO_FOUND_BARE_LF)
            add(found, 'L');
        if (what == EHLO_FOUND_NUL)
            add(found, 'N');
        for (size_t i = 0; i < text.size; i++)
            add(found, text.data[i]);
        if (what == EHLO_FOUND_END) {
            add(found, 'E');
            found->end = at;
            return;
        }
        if (what == EHLO_FOUND_MORE) {
            if (shown - at > 2) {
                fprintf(stderr, "content: %zu octets were left\n", shown - at);
                exit(1);
            }
            if (shown == size)
                return;
            shown = size;
        }
    }
}

static void show(const char *what, const char *data, size_t size)
{
    fprintf(stderr, "  %s: ", what);
    for (size_t i = 0; i < size; i++)
        fprintf(stderr, data[i] >= 32 ? "%c" : "\\x%02x", data[i]);
    fprintf(stderr, "\n");
}

static void compare(const char *data, size_t size, size_t cut, int report, const findings *expected)
{
    findings got;

    decoder(data, size, cut, report, &got);
    if (got.count == expected->count && got.end == expected->end &&
        !memcmp(got.list, expected->list, got.count))
        return;
    fprintf(stderr, "content: cut at %zu, faults %s\n", cut, report ? "reported" : "let pass");
    show("content", data, size);
    show("expected", expected->list, expected->count);
    show("found", got.list, got.count);
    exit(1);
}

int main(int argc, char **argv)
{
    int longest = argc > 1 ? atoi(argv[1]) : 9;
    uint64_t runs = 0, strings = 0;
    clock_t start = clock();

    if (argc > 2 || longest < 1 || longest > LONGEST) {
        fprintf(stderr, "content: usage: content [SYMBOLS], a number from 1 to %d\n", LONGEST);
        return 2;
    }
    for (size_t size = 0; size <= (size_t)longest; size++) {
        uint64_t count = 1;
        for (size_t i = 0; i < size; i++)
            count *= sizeof symbols;
        for (uint64_t n = 0; n < count; n++, strings++) {
            char data[LONGEST];
            uint64_t rest = n;
            for (size_t i = 0; i < size; i++, rest /= sizeof symbols)
                data[i] = symbols[rest % sizeof symbols];
            for (int report = 0; report < 2; report++) {
                findings expected;
                oracle(data, size, report, &expected);
                for (size_t cut = 0; cut <= size; cut++, runs++)
                    compare(data, size, cut, report, &expected);
            }
        }
    }
    printf("%llu contents of up to %d symbols, %llu runs, %.1f s\n", (unsigned long long)strings, longest,
           (unsigned long long)runs, (double)(clock() - start) / CLOCKS_PER_SEC);
    return 0;
}
