/* Unit tests of lib/parse/line.c: where a command line ends, what it is made of. */
#include "../guard.h"

#include "parse/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void only_crlf_ends_a_line(void **state)
{
    static const struct {
        const char *data;
        size_t length;
    } cases[] = {{"", 0},
                 {"a", 0},
                 {"a\r", 0},
                 {"a\n", 0},
                 {"a\r\n", 3},
                 {"\r\n", 2},
                 {"a\rb", 0},
                 {"a\nb\r\nc", 5},
                 {"a\r\r\nb", 4},
                 {"a\n\r", 0},
                 {"\r\r\r\n", 4},
                 {"a\r\nb\r\n", 3},
                 {"\xff\x01\r\n", 4},
                 {"long enough for two words\r\n", 27}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size = strlen(cases[i].data);
        int plain;
        assert_int_equal(ehlo__line_length(guard(cases[i].data, size), size, 0, &plain), cases[i].length);
        for (size_t looked = 0; looked < size && (!cases[i].length || looked < cases[i].length); looked++)
            assert_int_equal(ehlo__line_length(guard(cases[i].data, size), size, looked, &plain),
                             cases[i].length);
    }
}

static void a_plain_line_is_known(void **state)
{
    static const struct {
        const char *data;
        int plain;
    } cases[] = {{"NOOP\r\n", 1},     {"\r\n", 1},     {"a\tb\r\n", 0},
                 {"\xc3\xa9\r\n", 0}, {"a\nb\r\n", 0}, {"a\r\r\n", 0}};
    int plain;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(ehlo__line_length(cases[i].data, strlen(cases[i].data), 0, &plain) > 0);
        assert_int_equal(plain, cases[i].plain);
    }
    assert_int_equal(ehlo__line_length("NOOP\r\n", 6, 3, &plain), 6);
    assert_int_equal(plain, 0); /* what was looked at before is not remembered */
}

static void expect(const char *data, const char *verb, const char *argument, ehlo__line_fault fault)
{
    size_t size = strlen(data);
    ehlo__line line;
    ehlo__line_parse(&line, guard(data, size), size, 0);
    assert_int_equal(line.verb.size, strlen(verb));
    assert_memory_equal(line.verb.data, verb, line.verb.size);
    assert_int_equal(line.argument.size, strlen(argument));
    assert_memory_equal(line.argument.data, argument, line.argument.size);
    assert_int_equal(line.fault, fault);
}

static void parts(void **state)
{
    (void)state;
    expect("", "", "", EHLO__LINE_CLEAN);
    expect("NOOP", "NOOP", "", EHLO__LINE_CLEAN);
    expect("NOOP \t ", "NOOP", "", EHLO__LINE_CLEAN);
    expect(" \t", "", "", EHLO__LINE_CLEAN);
    expect(" NOOP", "", "NOOP", EHLO__LINE_CLEAN);
    expect("HELO a b \t", "HELO", "a b", EHLO__LINE_CLEAN);
    expect("HELO  a", "HELO", " a", EHLO__LINE_CLEAN);
    expect("AUTH\tPLAIN", "AUTH\tPLAIN", "", EHLO__LINE_BAD_OCTET);
    expect("VRFY \xc3\xa9", "VRFY", "\xc3\xa9", EHLO__LINE_CLEAN);
    expect("VRFY \xc3", "VRFY", "\xc3", EHLO__LINE_BAD_OCTET);
    expect("VRFY \xc3 x", "VRFY", "\xc3 x", EHLO__LINE_BAD_OCTET);
    expect("VRFY \xed\xa0\x80", "VRFY", "\xed\xa0\x80", EHLO__LINE_BAD_OCTET);
    expect("a\rb", "a\rb", "", EHLO__LINE_BARE_END);
    expect("a\x01 b\nc", "a\x01", "b\nc", EHLO__LINE_BARE_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_crlf_ends_a_line),
                                       cmocka_unit_test(a_plain_line_is_known), cmocka_unit_test(parts)};
    return cmocka_run_group_tests_name("parse/line", tests, NULL, NULL);
}
