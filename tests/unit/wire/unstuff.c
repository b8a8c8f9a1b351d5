/* Unit tests of lib/wire/unstuff.c; tests/exhaustive/content.c tries every short content. */
#include "../guard.h"

#include <ehlo/codec.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/unstuff.h"

static void one(ehlo_unstuff_state *state, const char *data, size_t size, ehlo_found found, size_t used,
                const char *text)
{
    size_t took = 99;
    ehlo_text got;
    assert_int_equal(ehlo_unstuff(state, guard(data, size), size, &took, &got), found);
    assert_int_equal(took, used);
    assert_int_equal(got.size, strlen(text));
    if (got.size)
        assert_memory_equal(got.data, text, got.size);
}

static void ends(void **unused)
{
    ehlo_unstuff_state state;
    (void)unused;
    ehlo_unstuff_init(&state);
    one(&state, ".\r\nQUIT", 7, EHLO_FOUND_END, 3, "");
    ehlo_unstuff_init(&state);
    one(&state, "a\r\n.\r\n", 6, EHLO_FOUND_TEXT, 3, "a\r\n");
    one(&state, ".\r\n", 3, EHLO_FOUND_END, 3, "");
}

static void what_cannot_be_told_is_left(void **unused)
{
    static const char *const left[] = {"", ".", ".\r", "\r"};
    ehlo_unstuff_state state;
    size_t used;
    ehlo_text text;
    (void)unused;
    ehlo_unstuff_init(&state);
    assert_int_equal(ehlo_unstuff(&state, NULL, 0, &used, &text), EHLO_FOUND_MORE);
    for (size_t i = 0; i < 4; i++) {
        ehlo_unstuff_init(&state);
        one(&state, left[i], strlen(left[i]), EHLO_FOUND_MORE, 0, "");
    }
    ehlo_unstuff_init(&state);
    one(&state, "abc\r", 4, EHLO_FOUND_TEXT, 3, "abc");
    one(&state, "\r", 1, EHLO_FOUND_MORE, 0, "");
    one(&state, "\r\n", 2, EHLO_FOUND_TEXT, 2, "\r\n");
    one(&state, ".\r", 2, EHLO_FOUND_MORE, 0, "");
}

static void faults_stand_where_they_are(void **unused)
{
    ehlo_unstuff_state state;
    (void)unused;
    ehlo_unstuff_init(&state);
    one(&state, "ab\ncd", 5, EHLO_FOUND_TEXT, 2, "ab");
    one(&state, "\ncd", 3, EHLO_FOUND_BARE_LF, 1, "\n");
    one(&state, ".\r\n", 3, EHLO_FOUND_TEXT, 3, ".\r\n"); /* an LF of its own starts no line */
    one(&state, "\rx", 2, EHLO_FOUND_BARE_CR, 1, "\r");
    one(&state, "\xff", 1, EHLO_FOUND_EIGHT_BIT, 0, "");
    one(&state, "\xff", 1, EHLO_FOUND_EIGHT_BIT, 0, "");
    state.pass = 1 << EHLO_FOUND_EIGHT_BIT | 1 << EHLO_FOUND_BARE_CR;
    one(&state, "\xff\ry\r\n", 5, EHLO_FOUND_TEXT, 5, "\xff\ry\r\n");
    one(&state, ".\rz", 3, EHLO_FOUND_TEXT, 3, "\rz"); /* a stuffed dot before a CR that is let pass */
    state.pass = 0;
    one(&state, "\r\n", 2, EHLO_FOUND_TEXT, 2, "\r\n");
    one(&state, ".\rz", 3, EHLO_FOUND_BARE_CR, 2, "\r");
}

static void a_nul_is_a_fault(void **unused)
{
    ehlo_unstuff_state state;
    size_t used;
    ehlo_text text;
    (void)unused;
    ehlo_unstuff_init(&state);
    assert_int_equal(ehlo_unstuff(&state, "\0", 1, &used, &text), EHLO_FOUND_NUL);
    assert_int_equal(used, 1);
    assert_int_equal(text.size, 1);
}

static void long_lines(void **unused)
{
    ehlo_unstuff_state state;
    (void)unused;
    ehlo_unstuff_init(&state);
    state.line_limit = 6; /* 4 octets and CRLF */
    one(&state, "abcd\r\n", 6, EHLO_FOUND_TEXT, 6, "abcd\r\n");
    one(&state, "..cde", 5, EHLO_FOUND_TEXT, 5, ".cde"); /* the stuffed dot does not count */
    one(&state, "\r\n", 2, EHLO_FOUND_TEXT, 2, "\r\n");
    one(&state, "abcde", 5, EHLO_FOUND_TEXT, 4, "abcd");
    one(&state, "e\r\n", 3, EHLO_FOUND_LONG_LINE, 0, "");
    state.pass = 1 << EHLO_FOUND_LONG_LINE;
    one(&state, "efghijk\r\n", 9, EHLO_FOUND_TEXT, 9, "efghijk\r\n");
    state.pass = 0;
    one(&state, "abcd\n", 5, EHLO_FOUND_TEXT, 4, "abcd");
    one(&state, "\n", 1, EHLO_FOUND_LONG_LINE, 0, ""); /* first too long, then bare */
}

/* The column of a line of more than 4 GiB stays at its end, and does not start anew. */
static void lines_of_any_length_stay_long(void **unused)
{
    ehlo_unstuff_state state;
    (void)unused;
    ehlo_unstuff_init(&state);
    state.inside = 1;
    state.column = UINT32_MAX - 3;
    state.pass = 1 << EHLO_FOUND_LONG_LINE;
    one(&state, "abcdefgh", 8, EHLO_FOUND_TEXT, 8, "abcdefgh");
    state.pass = 0;
    one(&state, "i", 1, EHLO_FOUND_LONG_LINE, 0, "");
    state.pass = 1 << EHLO_FOUND_LONG_LINE;
    one(&state, "i\r\n", 3, EHLO_FOUND_TEXT, 3, "i\r\n");
    state.pass = 0;
    one(&state, "short\r\n", 7, EHLO_FOUND_TEXT, 7, "short\r\n"); /* the next line counts from its start */
}

static void scan(ehlo_unstuff_state *state, ehlo__framing framing, const char *data, ehlo_found found,
                 size_t used, const char *text)
{
    size_t took = 99;
    ehlo_text got;
    assert_int_equal(ehlo__content_scan(state, framing, guard(data, strlen(data)), strlen(data), &took, &got),
                     found);
    assert_int_equal(took, used);
    assert_int_equal(got.size, strlen(text));
    if (got.size)
        assert_memory_equal(got.data, text, got.size);
}

/* In chunks a dot is a dot, and nothing is an end; a CR at the end of the octets is bare where nothing
 * follows. */
static void other_framings(void **unused)
{
    ehlo_unstuff_state state;
    (void)unused;
    ehlo_unstuff_init(&state);
    scan(&state, EHLO__PLAIN, ".\r\n..\r\n.\r\nx", EHLO_FOUND_TEXT, 11, ".\r\n..\r\n.\r\nx");
    scan(&state, EHLO__PLAIN, ".", EHLO_FOUND_TEXT, 1, ".");
    scan(&state, EHLO__PLAIN, "a\r", EHLO_FOUND_TEXT, 1, "a");
    scan(&state, EHLO__PLAIN, "\r", EHLO_FOUND_MORE, 0, "");
    scan(&state, EHLO__FINAL, "\r", EHLO_FOUND_BARE_CR, 1, "\r");
    scan(&state, EHLO__FINAL, "b\r\n", EHLO_FOUND_TEXT, 3, "b\r\n");
    scan(&state, EHLO__FINAL, "\n", EHLO_FOUND_BARE_LF, 1, "\n");
    state.pass = 1 << EHLO_FOUND_BARE_CR;
    scan(&state, EHLO__FINAL, ".\r\n.\r", EHLO_FOUND_TEXT, 5, ".\r\n.\r");
    ehlo_unstuff_init(&state);
    state.line_limit = 4;
    scan(&state, EHLO__PLAIN, "..\r\n", EHLO_FOUND_TEXT, 4, "..\r\n"); /* each of the dots counts */
    scan(&state, EHLO__PLAIN, "...\r\n", EHLO_FOUND_TEXT, 2, "..");
    scan(&state, EHLO__PLAIN, ".\r\n", EHLO_FOUND_LONG_LINE, 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends),
        cmocka_unit_test(what_cannot_be_told_is_left),
        cmocka_unit_test(faults_stand_where_they_are),
        cmocka_unit_test(a_nul_is_a_fault),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(lines_of_any_length_stay_long),
        cmocka_unit_test(other_framings),
    };
    return cmocka_run_group_tests_name("wire/unstuff", tests, NULL, NULL);
}
