/* Unit tests of lib/tables/extension.c: keywords, bits, sets. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/params.h>
#include <ehlo/reply.h>

#include "tables/extension.h"

static void keywords_there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++) {
        const char *keyword = ehlo__extension_keyword(i);
        size_t size = strlen(keyword);
        char lower[40];
        assert_true(size < sizeof lower); /* the room that the reply to EHLO has for it */
        for (size_t j = 0; j < size; j++)
            lower[j] = (char)(keyword[j] >= 'A' && keyword[j] <= 'Z' ? keyword[j] + 32 : keyword[j]);
        assert_int_equal(ehlo__extension(i)->bit, 1u << i);
        assert_string_equal(ehlo_extension_keyword(1u << i), keyword);
        assert_int_equal(ehlo_extension_named(guard(keyword, size), size), 1u << i);
        assert_int_equal(ehlo_extension_named(lower, size), 1u << i);
        assert_int_equal(ehlo_extension_named(keyword, size - 1), 0);
    }
    assert_string_equal(ehlo_extension_keyword(EHLO_EXTENSION_8BITMIME), "8BITMIME");
    assert_string_equal(ehlo_extension_keyword(EHLO_EXTENSION_ENHANCEDSTATUSCODES), "ENHANCEDSTATUSCODES");
}

static void what_is_no_extension(void **state)
{
    (void)state;
    assert_null(ehlo_extension_keyword(0));
    assert_null(ehlo_extension_keyword(EHLO_EXTENSION_SIZE | EHLO_EXTENSION_HELP));
    assert_null(ehlo_extension_keyword(1u << EHLO__EXTENSION_COUNT));
    assert_null(ehlo_extension_keyword(UINT32_MAX));
    assert_int_equal(ehlo_extension_named("", 0), 0);
    assert_int_equal(ehlo_extension_named(NULL, 0), 0);
    assert_int_equal(ehlo_extension_named("SIZES", 5), 0);
    assert_int_equal(ehlo_extension_named("SIZE 1", 6), 0);
}

static void sets(void **state)
{
    uint32_t historic = EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML | EHLO_EXTENSION_TURN;
    (void)state;
    assert_int_equal(ehlo__extensions_all(), (1u << EHLO__EXTENSION_COUNT) - 1);
    assert_int_equal(ehlo__extensions_historic(), historic);
    assert_int_equal(ehlo__extensions_default(), ehlo__extensions_all() & ~(historic | EHLO_EXTENSION_EXPN));
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++) {
        const ehlo__extension_row *row = ehlo__extension(i);
        assert_int_equal(row->standing == EHLO_PROFILE_HISTORIC, (row->bit & historic) != 0);
        assert_int_equal(row->offered, (row->bit & ehlo__extensions_default()) != 0);
    }
}

/* A set that holds one holds what it requires; nobody requires itself. */
static void requirements(void **state)
{
    (void)state;
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++) {
        const ehlo__extension_row *row = ehlo__extension(i);
        assert_int_equal(row->requires & ~ehlo__extensions_all(), 0);
        assert_int_equal(row->requires & row->bit, 0);
        if (row->bit & ehlo__extensions_default())
            assert_int_equal(row->requires & ~ehlo__extensions_default(), 0);
        if (row->bit == EHLO_EXTENSION_SMTPUTF8) /* RFC 6531 section 3.1, item 8 */
            assert_int_equal(row->requires, EHLO_EXTENSION_8BITMIME);
        assert_int_equal(row->value,
                         row->bit == EHLO_EXTENSION_SIZE ? EHLO__VALUE_MAX_SIZE : EHLO__VALUE_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_there_and_back),
        cmocka_unit_test(what_is_no_extension),
        cmocka_unit_test(sets),
        cmocka_unit_test(requirements),
    };

    return cmocka_run_group_tests_name("tables/extension", tests, NULL, NULL);
}
