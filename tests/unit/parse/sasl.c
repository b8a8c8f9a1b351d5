/* Unit tests of lib/parse/sasl.c: RFC 4616 section 2. */
#include "../guard.h"

#include <ehlo/codec.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int parse(ehlo_plain_message *parts, const char *message, size_t size)
{
    return ehlo_sasl_plain(parts, guard(message, size), size);
}

static void good_ones(void **state)
{
    ehlo_plain_message parts;
    (void)state;
    assert_int_equal(parse(&parts, "\0tim\0tanstaaftanstaaf", 21), EHLO_OK); /* RFC 4616 section 4 */
    assert_int_equal(parts.authorization_identity.size, 0);
    assert_int_equal(parts.authentication_identity.size, 3);
    assert_memory_equal(parts.authentication_identity.data, "tim", 3);
    assert_int_equal(parts.password.size, 16);
    assert_int_equal(parse(&parts, "victim\0attacker\0pw", 18), EHLO_OK); /* three fields, never fewer */
    assert_int_equal(parts.authorization_identity.size, 6);
    assert_int_equal(parts.authentication_identity.size, 8);
    assert_int_equal(parts.password.size, 2);
    assert_int_equal(parse(&parts, "\0\xc3\xa9\0\xc3\xa9", 6), EHLO_OK);
}

static void bad_ones(void **state)
{
    static const struct {
        const char *message;
        size_t size;
    } wrong[] = {{"", 0},
                 {"\0", 1},
                 {"\0\0", 2},
                 {"a\0b", 3},
                 {"\0a\0", 3},
                 {"\0\0b", 3},
                 {"a\0\0c", 4},
                 {"a\0b\0c\0d", 7},
                 {"\0a\0b\0", 5},
                 {"abc", 3},
                 {"\0a\0\xff", 4},
                 {"\0\xc3\0b", 4},
                 {"\xed\xa0\x80\0a\0b", 7}};
    ehlo_plain_message parts;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(parse(&parts, wrong[i].message, wrong[i].size), EHLO_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(good_ones), cmocka_unit_test(bad_ones)};
    return cmocka_run_group_tests_name("parse/sasl", tests, NULL, NULL);
}
