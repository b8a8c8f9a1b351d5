/* Unit tests of lib/tables/extension.c: keywords, bits, sets. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/reply.h>
#include <ehlo/server.h>

#include "tables/extension.h"

static uint32_t all(void)
{
    return (1u << EHLO__EXTENSION_COUNT) - 1;
}

static const ehlo__extension_row *row_of(uint32_t bit)
{
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++)
        if (ehlo__extension(i)->bit == bit)
            return ehlo__extension(i);
    fail_msg("no extension %lx", (unsigned long)bit);
    return NULL;
}

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
    assert_int_equal(ehlo__extensions_historic(), historic);
    assert_int_equal(ehlo__extensions_default(),
                     EHLO_EXTENSION_PIPELINING | EHLO_EXTENSION_SIZE | EHLO_EXTENSION_8BITMIME |
                         EHLO_EXTENSION_ENHANCEDSTATUSCODES | EHLO_EXTENSION_SMTPUTF8 | EHLO_EXTENSION_HELP |
                         EHLO_EXTENSION_CHUNKING);
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
        assert_int_equal(row->requires & ~all(), 0);
        assert_int_equal(row->requires & row->bit, 0);
        for (int service = EHLO_SERVICE_SMTP; service <= EHLO_SERVICE_LMTP; service++)
            if (ehlo__extensions_of(service) & row->bit)
                assert_int_equal(row->requires & ~ehlo__extensions_of(service), 0);
        if (row->bit & ehlo__extensions_default())
            assert_int_equal(row->requires & ~ehlo__extensions_default(), 0);
    }
    /* RFC 6531 section 3.1, item 8; RFC 3030 section 3; RFC 4468 section 3; RFC 2645 section 5.2.1 */
    assert_int_equal(row_of(EHLO_EXTENSION_SMTPUTF8)->requires, EHLO_EXTENSION_8BITMIME);
    assert_int_equal(row_of(EHLO_EXTENSION_BINARYMIME)->requires, EHLO_EXTENSION_CHUNKING);
    assert_int_equal(row_of(EHLO_EXTENSION_BURL)->requires, EHLO_EXTENSION_8BITMIME);
    assert_int_equal(row_of(EHLO_EXTENSION_ATRN)->requires, EHLO_EXTENSION_AUTH);
}

/* What follows the keyword. */
static void values(void **state)
{
    static const struct {
        uint32_t bit;
        int value;
    } with_one[] = {
        {EHLO_EXTENSION_SIZE, EHLO__VALUE_SIZE},
        {EHLO_EXTENSION_AUTH, EHLO__VALUE_MECHANISMS},
        {EHLO_EXTENSION_DELIVERBY, EHLO__VALUE_MIN_BY},
        {EHLO_EXTENSION_FUTURERELEASE, EHLO__VALUE_HOLD},
        {EHLO_EXTENSION_MT_PRIORITY, EHLO__VALUE_PRIORITIES},
        {EHLO_EXTENSION_NO_SOLICITING, EHLO__VALUE_CLASSES},
        {EHLO_EXTENSION_LIMITS, EHLO__VALUE_LIMITS},
        {EHLO_EXTENSION_BURL, EHLO__VALUE_SOURCES},
        {EHLO_EXTENSION_XCLIENT, EHLO__VALUE_ATTRIBUTES},
        {EHLO_EXTENSION_XFORWARD, EHLO__VALUE_ATTRIBUTES},
    };
    (void)state;
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++) {
        int value = EHLO__VALUE_NONE;
        for (size_t j = 0; j < sizeof with_one / sizeof with_one[0]; j++)
            if (with_one[j].bit == ehlo__extension(i)->bit)
                value = with_one[j].value;
        assert_int_equal(ehlo__extension(i)->value, value);
    }
}

/* Where they may be offered, and when: each in one set of each kind. */
static void services_and_times(void **state)
{
    uint32_t relay = EHLO_EXTENSION_ETRN | EHLO_EXTENSION_ATRN,
             submission = EHLO_EXTENSION_BURL | EHLO_EXTENSION_FUTURERELEASE,
             no_lmtp = EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML | EHLO_EXTENSION_TURN |
                       EHLO_EXTENSION_PRDR;
    uint32_t seen = 0;
    (void)state;
    assert_int_equal(ehlo__extensions_of(EHLO_SERVICE_SMTP), all() & ~submission);
    assert_int_equal(ehlo__extensions_of(EHLO_SERVICE_SUBMISSION), all() & ~relay);
    assert_int_equal(ehlo__extensions_of(EHLO_SERVICE_LMTP), all() & ~(submission | relay | no_lmtp));
    assert_int_equal(ehlo__extensions_when(EHLO__WHEN_OPEN), EHLO_EXTENSION_STARTTLS);
    assert_int_equal(ehlo__extensions_when(EHLO__WHEN_CLOSED), EHLO_EXTENSION_REQUIRETLS);
    assert_int_equal(ehlo__extensions_when(EHLO__WHEN_SAFE), EHLO_EXTENSION_AUTH);
    assert_int_equal(ehlo__extensions_when(EHLO__WHEN_TIMED), EHLO_EXTENSION_FUTURERELEASE);
    assert_int_equal(ehlo__extensions_when(EHLO__WHEN_KEPT), EHLO_EXTENSION_LIMITS);
    for (int when = EHLO__WHEN_ALWAYS; when <= EHLO__WHEN_KEPT; when++) {
        assert_int_equal(seen & ehlo__extensions_when(when), 0);
        seen |= ehlo__extensions_when(when);
    }
    assert_int_equal(seen, all());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_there_and_back),
        cmocka_unit_test(what_is_no_extension),
        cmocka_unit_test(sets),
        cmocka_unit_test(requirements),
        cmocka_unit_test(values),
        cmocka_unit_test(services_and_times),
    };

    return cmocka_run_group_tests_name("tables/extension", tests, NULL, NULL);
}
