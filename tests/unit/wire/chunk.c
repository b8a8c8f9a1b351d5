/* Unit tests of lib/wire/chunk.c: content in chunks, against ehlo_unstuff() on the same lines and against an
 * oracle that looks at one octet after the other. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/chunk.h"

enum { ROOM = 4096, FAULTS = 64 };

/* The longest string that is tried with every cut: a sanitizer makes that slow. */
#if defined(__SANITIZE_ADDRESS__)
enum { LONGEST = 6 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { LONGEST = 6 };
#else
enum { LONGEST = 7 };
#endif
#else
enum { LONGEST = 7 };
#endif

/* What came of a content: its octets, and the faults with the octets of content before each. */
typedef struct result {
    char octets[ROOM];
    size_t size;
    struct fault {
        int found;
        size_t at;
    } faults[FAULTS];
    size_t fault_count;
} result;

static void add_octets(result *out, ehlo_text text)
{
    assert_true(out->size + text.size <= ROOM);
    memcpy(out->octets + out->size, text.data, text.size);
    out->size += text.size;
}

static void add_fault(result *out, ehlo_found found)
{
    assert_true(out->fault_count < FAULTS);
    out->faults[out->fault_count++] = (struct fault){(int)found, out->size};
}

/* What a host does that passes faults: each is noted once for its octet, and is content then. */
static void take(result *out, ehlo_unstuff_state *state, ehlo_found found, ehlo_text text, int once)
{
    if (found != EHLO_FOUND_TEXT)
        add_fault(out, found);
    if (text.size)
        add_octets(out, text);
    if (found == EHLO_FOUND_LONG_LINE || found == EHLO_FOUND_EIGHT_BIT || once)
        if (found != EHLO_FOUND_TEXT)
            state->pass |= (uint8_t)(1 << found);
}

/* Some octets of a chunk; all of them must be used. */
static void take_chunk(result *out, ehlo_unstuff_state *state, const char *data, size_t size,
                       ehlo__behind behind, int once)
{
    size_t at = 0, used;
    for (size_t fuel = 0;; fuel++) {
        ehlo_text text;
        ehlo_found found = ehlo__chunk_text(state, data + at, size - at, behind, &used, &text);
        at += used;
        assert_true(fuel < 8 * size + 16); /* P13 */
        assert_true(at <= size);
        assert_int_not_equal(found, EHLO_FOUND_END);
        if (found == EHLO_FOUND_MORE) {
            assert_int_equal(text.size, 0);
            break;
        }
        if (found == EHLO_FOUND_TEXT)
            assert_true(text.size > 0);
        take(out, state, found, text, once);
    }
    assert_int_equal(at, size);
    assert_true(!state->held_cr || behind != EHLO__NOTHING);
}

static uint8_t passed; /* before the first octet */
static uint32_t limit;

static ehlo_unstuff_state fresh(void)
{
    ehlo_unstuff_state state;
    ehlo_unstuff_init(&state);
    state.pass = passed;
    state.line_limit = limit;
    return state;
}

/* The input, or the chunks, end where the bits of `cuts` say; the octets lie before an inaccessible page. */
static void by_chunks(result *out, const char *data, size_t size, unsigned cuts, ehlo__behind behind,
                      int once)
{
    ehlo_unstuff_state state = fresh();
    size_t start = 0;
    out->size = out->fault_count = 0;
    for (size_t at = 1; at < size; at++)
        if (cuts >> (at - 1) & 1) {
            take_chunk(out, &state, guard(data + start, at - start), at - start, behind, once);
            start = at;
        }
    take_chunk(out, &state, guard(data + start, size - start), size - start, EHLO__NOTHING, once);
}

/* The same lines as DATA has them: dots stuffed, and CRLF.CRLF behind. */
static void by_unstuffing(result *out, const char *data, size_t size, int once)
{
    static char wire[2 * ROOM];
    ehlo_unstuff_state state = fresh();
    size_t length = 0, at = 0, used;
    out->size = out->fault_count = 0;
    for (size_t i = 0; i < size; i++) {
        int starts = i == 0 || (i > 1 && data[i - 1] == '\n' && data[i - 2] == '\r');
        if (starts && data[i] == '.')
            wire[length++] = '.';
        wire[length++] = data[i];
    }
    memcpy(wire + length, "\r\n.\r\n", 5);
    length += 5;
    for (;;) {
        ehlo_text text;
        ehlo_found found = ehlo_unstuff(&state, wire + at, length - at, &used, &text);
        at += used;
        if (found == EHLO_FOUND_END)
            break;
        assert_int_not_equal(found, EHLO_FOUND_MORE);
        take(out, &state, found, text, once);
    }
    assert_int_equal(at, length);
}

static void same(const result *a, const result *b)
{
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->octets, b->octets, a->size);
    assert_int_equal(a->fault_count, b->fault_count);
    for (size_t i = 0; i < a->fault_count; i++) {
        assert_int_equal(a->faults[i].found, b->faults[i].found);
        assert_int_equal(a->faults[i].at, b->faults[i].at);
    }
}

/* The octets as they stand, whatever they are. */
static void holds_all(const result *out, const char *data, size_t size)
{
    assert_int_equal(out->size, size);
    assert_memory_equal(out->octets, data, size);
}

/* A CR that ends a chunk is handed out before it is known to be bare: the same fault, but behind its octet.
 * Where lines are too long is then not told to the octet. */
static void same_but_for_ends_of_chunks(const result *chunks, const result *whole, unsigned cuts)
{
    size_t at = 0, other = 0;
    for (;; at++, other++) {
        size_t octet;
        while (at < chunks->fault_count && chunks->faults[at].found == EHLO_FOUND_LONG_LINE)
            at++;
        while (other < whole->fault_count && whole->faults[other].found == EHLO_FOUND_LONG_LINE)
            other++;
        assert_int_equal(at < chunks->fault_count, other < whole->fault_count);
        if (at == chunks->fault_count)
            return;
        octet = whole->faults[other].at;
        octet += whole->faults[other].found == EHLO_FOUND_BARE_CR && (cuts >> octet & 1);
        assert_int_equal(chunks->faults[at].found, whole->faults[other].found);
        assert_int_equal(chunks->faults[at].at, octet);
    }
}

/* One content: every cut of the input gives what no cut gives; every cut into chunks the same octets and
 * faults; and DATA what chunks give, for the same lines. */
static void one(const char *data, size_t size, int once)
{
    static result whole, cut, unstuffed;
    by_chunks(&whole, data, size, 0, EHLO__MORE_OF_CHUNK, once);
    holds_all(&whole, data, size);
    for (unsigned cuts = 1; size && cuts < 1u << (size - 1); cuts++) {
        by_chunks(&cut, data, size, cuts, EHLO__MORE_OF_CHUNK, once);
        same(&cut, &whole);
        by_chunks(&cut, data, size, cuts, EHLO__NEXT_CHUNK, once);
        holds_all(&cut, data, size);
        same_but_for_ends_of_chunks(&cut, &whole, cuts);
    }
    by_unstuffing(&unstuffed, data, size, once);
    assert_true(unstuffed.size == size + 2); /* the CRLF in front of the lone dot: no chunk needs one */
    unstuffed.size -= 2;
    same(&whole, &unstuffed);
}

/* Every string over these octets up to that length, with every cut into chunks. */
static void every_short_content(void **state)
{
    static const char alphabet[] = {'\r', '\n', 'a', '\0', (char)0x80};
    (void)state;
    passed = 0;
    for (int width = 0; width < 2; width++) {
        limit = width ? 4 : 1000; /* two octets and CRLF, so that lines are too long, too */
        for (size_t size = 0; size <= (size_t)(LONGEST - width); size++) {
            unsigned count = 1;
            for (size_t i = 0; i < size; i++)
                count *= sizeof alphabet;
            for (unsigned number = 0; number < count; number++) {
                char data[LONGEST];
                unsigned rest = number;
                for (size_t i = 0; i < size; i++, rest /= sizeof alphabet)
                    data[i] = alphabet[rest % sizeof alphabet];
                one(data, size, 0);
                if (size <= 5)
                    one(data, size, 1);
            }
        }
    }
}

/* With dots, which mean nothing here, and with every set of faults that is let pass. */
static void every_set_of_passed_faults(void **state)
{
    static const char alphabet[] = {'\r', '\n', '.', (char)0x80};
    (void)state;
    limit = 4;
    for (unsigned set = 0; set < 32; set++) {
        passed = (uint8_t)(set << EHLO_FOUND_LONG_LINE);
        for (size_t size = 0; size <= 5; size++)
            for (unsigned number = 0; number < 1u << 2 * size; number++) {
                char data[5];
                for (size_t i = 0; i < size; i++)
                    data[i] = alphabet[number >> 2 * i & 3];
                one(data, size, 0);
            }
    }
}

/* What the faults are, told one octet after the other; `limit` is far away. */
static void faults_are_where_they_are(void **state)
{
    static const char alphabet[] = {'\r', '\n', 'a', '\0'};
    static result got, expected;
    (void)state;
    passed = 0;
    limit = 1000;
    for (unsigned number = 0; number < 1u << 14; number++) {
        char data[7];
        for (size_t i = 0; i < 7; i++)
            data[i] = alphabet[number >> 2 * i & 3];
        expected.size = expected.fault_count = 0;
        for (size_t i = 0; i < 7; i++) {
            int bare_cr = data[i] == '\r' && (i == 6 || data[i + 1] != '\n');
            int bare_lf = data[i] == '\n' && (i == 0 || data[i - 1] != '\r');
            if (bare_cr || bare_lf || data[i] == '\0')
                add_fault(&expected, bare_cr   ? EHLO_FOUND_BARE_CR
                                     : bare_lf ? EHLO_FOUND_BARE_LF
                                               : EHLO_FOUND_NUL);
            add_octets(&expected, (ehlo_text){data + i, 1});
        }
        by_chunks(&got, data, 7, 0x2a, EHLO__MORE_OF_CHUNK, 0);
        same(&got, &expected);
    }
}

static void a_step(ehlo_unstuff_state *state, const char *data, size_t size, ehlo__behind behind,
                   ehlo_found found, size_t used, const char *text)
{
    size_t took = 99;
    ehlo_text got;
    assert_int_equal(ehlo__chunk_text(state, guard(data, size), size, behind, &took, &got), found);
    assert_int_equal(took, used);
    assert_int_equal(got.size, strlen(text));
    if (got.size)
        assert_memory_equal(got.data, text, got.size);
}

static void a_cr_is_held(void **unused)
{
    const ehlo__behind more = EHLO__MORE_OF_CHUNK, nothing = EHLO__NOTHING;
    ehlo_unstuff_state state;
    (void)unused;
    passed = 0;
    limit = 1000;
    state = fresh();
    a_step(&state, "ab\r", 3, more, EHLO_FOUND_TEXT, 2, "ab");
    a_step(&state, "\r", 1, more, EHLO_FOUND_MORE, 1, "");
    a_step(&state, "", 0, more, EHLO_FOUND_MORE, 0, ""); /* nothing tells nothing */
    a_step(&state, "\ncd", 3, more, EHLO_FOUND_TEXT, 1, "\r\n");
    a_step(&state, "cd", 2, more, EHLO_FOUND_TEXT, 2, "cd");
    a_step(&state, "\r", 1, more, EHLO_FOUND_MORE, 1, "");
    a_step(&state, "x", 1, more, EHLO_FOUND_BARE_CR, 0, "\r"); /* the next octet is still to be looked at */
    a_step(&state, "x", 1, more, EHLO_FOUND_TEXT, 1, "x");
    a_step(&state, "\r", 1, nothing, EHLO_FOUND_BARE_CR, 1, "\r"); /* nothing follows the very end */
    a_step(&state, "", 0, nothing, EHLO_FOUND_MORE, 0, "");

    state = fresh();
    a_step(&state, "\r", 1, more, EHLO_FOUND_MORE, 1, "");
    a_step(&state, "\r\n", 2, more, EHLO_FOUND_BARE_CR, 0, "\r"); /* of two, the second one has the LF */
    a_step(&state, "\r\n", 2, more, EHLO_FOUND_TEXT, 2, "\r\n");
}

/* At the end of a chunk it is handed out; what it was is told in the next one, whose first octet decides. */
static void a_cr_at_the_end_of_a_chunk(void **unused)
{
    const ehlo__behind more = EHLO__MORE_OF_CHUNK, next = EHLO__NEXT_CHUNK, nothing = EHLO__NOTHING;
    ehlo_unstuff_state state;
    (void)unused;
    passed = 0;
    limit = 1000;
    state = fresh();
    a_step(&state, "\r", 1, next, EHLO_FOUND_TEXT, 1, "\r");
    a_step(&state, "", 0, next, EHLO_FOUND_MORE, 0, ""); /* chunks of nothing tell nothing */
    a_step(&state, "\nx", 2, more, EHLO_FOUND_TEXT, 1, "\n");
    a_step(&state, "x", 1, more, EHLO_FOUND_TEXT, 1, "x");

    state = fresh();
    a_step(&state, "\r", 1, next, EHLO_FOUND_TEXT, 1, "\r");
    a_step(&state, "x", 1, more, EHLO_FOUND_BARE_CR, 0, ""); /* its octet is out already */
    a_step(&state, "x", 1, more, EHLO_FOUND_TEXT, 1, "x");
    a_step(&state, "\n", 1, more, EHLO_FOUND_BARE_LF, 1, "\n");

    state = fresh();
    a_step(&state, "\r", 1, next, EHLO_FOUND_TEXT, 1, "\r");
    a_step(&state, "", 0, nothing, EHLO_FOUND_BARE_CR, 0, ""); /* the end came with a chunk of nothing */
    a_step(&state, "", 0, nothing, EHLO_FOUND_MORE, 0, "");

    state = fresh(); /* held within its chunk, and it was the last octet of the input, not of the chunk */
    a_step(&state, "\r", 1, more, EHLO_FOUND_MORE, 1, "");
    a_step(&state, "\r", 1, next, EHLO_FOUND_BARE_CR, 0, "\r");
    a_step(&state, "\r", 1, next, EHLO_FOUND_TEXT, 1, "\r");
    a_step(&state, "\n", 1, nothing, EHLO_FOUND_TEXT, 1, "\n");
}

static void nothing_is_nothing(void **unused)
{
    ehlo_unstuff_state state;
    size_t used;
    ehlo_text text;
    (void)unused;
    state = fresh();
    for (int behind = EHLO__MORE_OF_CHUNK; behind <= EHLO__NOTHING; behind++) {
        assert_int_equal(ehlo__chunk_text(&state, NULL, 0, (ehlo__behind)behind, &used, &text),
                         EHLO_FOUND_MORE);
        assert_int_equal(used, 0);
        assert_int_equal(text.size, 0);
    }
}

/* A line of exactly the limit, and of one octet more, cut at each place, its CRLF in two included. */
static void long_lines(void **state)
{
    static char data[1200];
    static result out;
    (void)state;
    passed = 0;
    limit = 1000;
    memset(data, 'x', sizeof data);
    for (size_t length = 998; length <= 1003; length++) {
        size_t size = length + 4; /* and another line */
        memcpy(data + length - 2, "\r\nyy\r\n", 6);
        for (size_t cut = 0; cut <= size; cut++) {
            ehlo_unstuff_state content = fresh();
            out.size = out.fault_count = 0;
            take_chunk(&out, &content, guard(data, cut), cut, EHLO__MORE_OF_CHUNK, 0);
            take_chunk(&out, &content, guard(data + cut, size - cut), size - cut, EHLO__NOTHING, 0);
            holds_all(&out, data, size);
            assert_int_equal(out.fault_count, length > 1000);
            if (length > 1000) {
                assert_int_equal(out.faults[0].found, EHLO_FOUND_LONG_LINE);
                assert_int_equal(out.faults[0].at, 998);
            }
        }
        memset(data, 'x', sizeof data);
    }
}

/* A CR that was held and is one octet too many for its line is first that, then bare. */
static void a_held_cr_of_a_long_line(void **unused)
{
    ehlo_unstuff_state state;
    (void)unused;
    passed = 0;
    limit = 4;
    state = fresh();
    a_step(&state, "ab\r", 3, EHLO__MORE_OF_CHUNK, EHLO_FOUND_TEXT, 2, "ab");
    a_step(&state, "\r", 1, EHLO__MORE_OF_CHUNK, EHLO_FOUND_MORE, 1, "");
    a_step(&state, "c", 1, EHLO__MORE_OF_CHUNK, EHLO_FOUND_LONG_LINE, 0, "");
    assert_int_equal(state.held_cr, 1);
    state.pass = 1 << EHLO_FOUND_LONG_LINE;
    a_step(&state, "c", 1, EHLO__MORE_OF_CHUNK, EHLO_FOUND_BARE_CR, 0, "\r");
    a_step(&state, "c", 1, EHLO__MORE_OF_CHUNK, EHLO_FOUND_TEXT, 1, "c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cr_is_held),
        cmocka_unit_test(a_cr_at_the_end_of_a_chunk),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(faults_are_where_they_are),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(a_held_cr_of_a_long_line),
        cmocka_unit_test(every_set_of_passed_faults),
        cmocka_unit_test(every_short_content),
    };
    return cmocka_run_group_tests_name("wire/chunk", tests, NULL, NULL);
}
