/* Unit tests of lib/tables/parameter.c: keywords of a command, values of BODY. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/params.h>

#include "tables/extension.h"
#include "tables/parameter.h"

static int find(int command, const char *keyword)
{
    return ehlo__parameter_find(command, guard(keyword, strlen(keyword)), strlen(keyword));
}

static void keywords_by_command(void **state)
{
    (void)state;
    assert_int_equal(find(EHLO_MAIL, "SIZE"), EHLO_PARAMETER_SIZE);
    assert_int_equal(find(EHLO_MAIL, "size"), EHLO_PARAMETER_SIZE);
    assert_int_equal(find(EHLO_MAIL, "BODY"), EHLO_PARAMETER_BODY);
    assert_int_equal(find(EHLO_MAIL, "SmtpUtf8"), EHLO_PARAMETER_SMTPUTF8);
    assert_int_equal(find(EHLO_RCPT, "SIZE"), 0);
    assert_int_equal(find(EHLO_RCPT, "BODY"), 0);
    assert_int_equal(find(EHLO_RCPT, "SMTPUTF8"), 0);
    assert_int_equal(find(EHLO_SEND, "SIZE"), 0); /* its caller says MAIL */
    assert_int_equal(find(EHLO_MAIL, ""), 0);
    assert_int_equal(find(EHLO_MAIL, "SIZ"), 0);
    assert_int_equal(find(EHLO_MAIL, "SIZES"), 0);
    assert_int_equal(find(EHLO_MAIL, "SMTPUTF88"), 0);
    assert_int_equal(find(0, ""), 0);
}

static void rows_make_sense(void **state)
{
    static const struct {
        int id;
        uint32_t extension;
        int takes;
    } rows[] = {
        {EHLO_PARAMETER_SIZE, EHLO_EXTENSION_SIZE, EHLO__TAKES_NUMBER_20},
        {EHLO_PARAMETER_BODY, EHLO_EXTENSION_8BITMIME, EHLO__TAKES_BODY},
        {EHLO_PARAMETER_SMTPUTF8, EHLO_EXTENSION_SMTPUTF8, EHLO__TAKES_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(ehlo__parameter(rows[i].id)->command, EHLO_MAIL);
        assert_int_equal(ehlo__parameter(rows[i].id)->extension, rows[i].extension);
        assert_int_equal(ehlo__parameter(rows[i].id)->takes, rows[i].takes);
    }
}

static void bodies(void **state)
{
    (void)state;
    assert_int_equal(ehlo__body_find(guard("7BIT", 4), 4), EHLO_BODY_7BIT);
    assert_int_equal(ehlo__body_find(guard("7bit", 4), 4), EHLO_BODY_7BIT);
    assert_int_equal(ehlo__body_find(guard("8BitMime", 8), 8), EHLO_BODY_8BITMIME);
    assert_int_equal(ehlo__body_find("8BITMIME", 4), 0);
    assert_int_equal(ehlo__body_find("8BIT", 4), 0);
    assert_int_equal(ehlo__body_find("BINARYMIME", 10), 0);
    assert_int_equal(ehlo__body_find("", 0), 0);
    assert_int_equal(ehlo__body_extension(EHLO_BODY_7BIT), EHLO_EXTENSION_8BITMIME);
    assert_int_equal(ehlo__body_extension(EHLO_BODY_8BITMIME), EHLO_EXTENSION_8BITMIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_by_command),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(bodies),
    };

    return cmocka_run_group_tests_name("tables/parameter", tests, NULL, NULL);
}
