/* unstuff.c - fuzzes the content decoder: against an oracle that takes one octet at a time, whole and cut.
 *
 * The first 4 octets of an input are the plan: which faults are passed on from the start, whether a fault
 * is passed on once it was reported, the line limit, and a seed for the cuts.
 */
#include <ehlo/codec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { PLAN = 4, ENOUGH = 600, CR = '\r', LF = '\n' };

/* What came of it: content, and between its octets the faults. */
struct tape {
    unsigned char octets[16384];
    size_t size;
    size_t used; /* of the input */
    int ended;
};

static unsigned char plan[PLAN];

static void broken(const char *law)
{
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

static void note(struct tape *tape, const void *data, size_t size, int is_fault)
{
    static const char mark = 1; /* parts faults from content, where it is the only such octet */

    if (size > sizeof tape->octets - tape->size - 1)
        broken("content is never longer than the input");
    if (is_fault)
        tape->octets[tape->size++] = (unsigned char)mark;
    if (size)
        memcpy(tape->octets + tape->size, data, size);
    tape->size += size;
}

static void note_fault(struct tape *tape, ehlo_found fault)
{
    char text[32];

    note(tape, text, (size_t)snprintf(text, sizeof text, "[fault %d]", (int)fault), 1);
}

static uint32_t line_limit(void)
{
    return plan[2] ? 2 + plan[2] : 1000;
}

static unsigned pass_after(unsigned pass, ehlo_found fault)
{
    int once = plan[1] & 1, is_unused = fault == EHLO_FOUND_LONG_LINE || fault == EHLO_FOUND_EIGHT_BIT;

    return once || is_unused ? pass | 1u << fault : pass;
}

/* ---- the oracle ------------------------------------------------------------------------------- */

static ehlo_found fault_of(unsigned char octet)
{
    return octet == CR   ? EHLO_FOUND_BARE_CR
           : octet == LF ? EHLO_FOUND_BARE_LF
           : octet == 0  ? EHLO_FOUND_NUL
           : octet > 127 ? EHLO_FOUND_EIGHT_BIT
                         : EHLO_FOUND_MORE;
}

static void oracle(struct tape *tape, const unsigned char *data, size_t size)
{
    unsigned pass = plan[0];
    size_t i = 0, column = 0;
    int at_start = 1;

    while (i < size) {
        if (at_start && data[i] == '.') {
            if (i + 1 == size || (data[i + 1] == CR && i + 2 == size))
                break;
            if (data[i + 1] == CR && data[i + 2] == LF) {
                tape->ended = 1;
                i += 3;
                break;
            }
            i++;
        }
        at_start = 0;
        if (data[i] == CR && i + 1 == size)
            break;
        if (data[i] == CR && data[i + 1] == LF) {
            note(tape, data + i, 2, 0);
            i += 2;
            column = 0;
            at_start = 1;
            continue;
        }
        if (!(pass >> EHLO_FOUND_LONG_LINE & 1) && column + 2 >= line_limit()) {
            note_fault(tape, EHLO_FOUND_LONG_LINE);
            pass = pass_after(pass, EHLO_FOUND_LONG_LINE);
        }
        if (fault_of(data[i]) != EHLO_FOUND_MORE && !(pass >> fault_of(data[i]) & 1)) {
            note_fault(tape, fault_of(data[i]));
            pass = pass_after(pass, fault_of(data[i]));
        }
        note(tape, data + i, 1, 0);
        i++;
        column++;
    }
    tape->used = i;
}

/* ---- the decoder ------------------------------------------------------------------------------ */

static size_t next_chunk(int way, uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return way == 0 ? SIZE_MAX : way == 1 ? 1 : (*random >> 24) % 9;
}

static void decode(struct tape *tape, const unsigned char *data, size_t size, int way)
{
    ehlo_unstuff_state state;
    uint32_t random = plan[3];
    size_t shown = 0;

    ehlo_unstuff_init(&state);
    state.pass = plan[0];
    state.line_limit = line_limit();
    while (!tape->ended) {
        size_t have = shown - tape->used, used = SIZE_MAX;
        unsigned char *window = malloc(have ? have : 1); /* a sanitizer sees its end */
        ehlo_text text;
        ehlo_found found;
        if (!window)
            broken("out of memory");
        memcpy(window, data + tape->used, have);
        found = ehlo_unstuff(&state, window, have, &used, &text);
        if (used > have || text.size > used)
            broken("no more is used than there is, and no more comes out");
        if (text.size && ((const unsigned char *)text.data < window ||
                          (const unsigned char *)text.data + text.size > window + have))
            broken("the content is a view into what was shown");
        if (found == EHLO_FOUND_TEXT ? text.size == 0 : text.size > 1)
            broken("text is never empty, and a fault has at most its octet");
        if (found > EHLO_FOUND_END) {
            note_fault(tape, found);
            state.pass = (uint8_t)pass_after(state.pass, found);
        }
        note(tape, text.data, text.size, 0);
        tape->used += used;
        tape->ended = found == EHLO_FOUND_END;
        free(window);
        if (found == EHLO_FOUND_MORE) {
            size_t left = size - shown, more = next_chunk(way, &random);
            if (have - used > 2)
                broken("at most 2 octets are left unused");
            if (left == 0)
                break;
            shown += more < left ? more : left;
        }
    }
}

static void compare(const struct tape *expected, const struct tape *got)
{
    if (expected->size == got->size && memcmp(expected->octets, got->octets, got->size) == 0 &&
        expected->used == got->used && expected->ended == got->ended)
        return;
    fprintf(stderr, "expected (%zu used, %s):\n", expected->used, expected->ended ? "ended" : "not ended");
    fwrite(expected->octets, 1, expected->size, stderr);
    fprintf(stderr, "\ngot (%zu used, %s):\n", got->used, got->ended ? "ended" : "not ended");
    fwrite(got->octets, 1, got->size, stderr);
    fprintf(stderr, "\n");
    broken("the decoder and the oracle agree");
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static struct tape expected, got;

    if (size < PLAN)
        return 0;
    size = size < ENOUGH ? size : ENOUGH;
    memcpy(plan, data, PLAN);
    expected.size = expected.used = 0;
    expected.ended = 0;
    oracle(&expected, data + PLAN, size - PLAN);
    for (int way = 0; way < 4; way++) {
        got.size = got.used = 0;
        got.ended = 0;
        decode(&got, data + PLAN, size - PLAN, way);
        compare(&expected, &got);
        plan[3]++;
    }
    return 0;
}
