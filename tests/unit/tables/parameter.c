/* Unit tests of lib/tables/parameter.c: keywords of a command, rows, values of BODY. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/codec.h>
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

/* XCLIENT and XFORWARD share keywords, but not rows. */
static void keywords_of_attributes(void **state)
{
    (void)state;
    assert_int_equal(find(EHLO_XCLIENT, "NAME"), EHLO_PARAMETER_XCLIENT_NAME);
    assert_int_equal(find(EHLO_XFORWARD, "name"), EHLO_PARAMETER_XFORWARD_NAME);
    assert_int_equal(find(EHLO_XCLIENT, "destport"), EHLO_PARAMETER_XCLIENT_DESTPORT);
    assert_int_equal(find(EHLO_XFORWARD, "DESTPORT"), 0);
    assert_int_equal(find(EHLO_XFORWARD, "Source"), EHLO_PARAMETER_XFORWARD_SOURCE);
    assert_int_equal(find(EHLO_XCLIENT, "SOURCE"), 0);
    assert_int_equal(find(EHLO_MAIL, "NAME"), 0);
    assert_int_equal(find(EHLO_RCPT, "ORCPT"), EHLO_PARAMETER_ORCPT);
    assert_int_equal(find(EHLO_MAIL, "ORCPT"), 0);
    assert_int_equal(find(EHLO_MAIL, "mt-priority"), EHLO_PARAMETER_MT_PRIORITY);
    assert_int_equal(find(EHLO_MAIL, "MT_PRIORITY"), 0);
}

static void rows_make_sense(void **state)
{
    static const struct {
        int id, command;
        const char *keyword;
        uint32_t extension;
        int takes;
    } rows[] = {
        {EHLO_PARAMETER_SIZE, EHLO_MAIL, "SIZE", EHLO_EXTENSION_SIZE, EHLO__TAKES_NUMBER_20},
        {EHLO_PARAMETER_BODY, EHLO_MAIL, "BODY", EHLO_EXTENSION_8BITMIME, EHLO__TAKES_BODY},
        {EHLO_PARAMETER_SMTPUTF8, EHLO_MAIL, "SMTPUTF8", EHLO_EXTENSION_SMTPUTF8, EHLO__TAKES_NONE},
        {EHLO_PARAMETER_AUTH, EHLO_MAIL, "AUTH", EHLO_EXTENSION_AUTH, EHLO__TAKES_MAILBOX},
        {EHLO_PARAMETER_RET, EHLO_MAIL, "RET", EHLO_EXTENSION_DSN, EHLO__TAKES_RET},
        {EHLO_PARAMETER_ENVID, EHLO_MAIL, "ENVID", EHLO_EXTENSION_DSN, EHLO__TAKES_XTEXT},
        {EHLO_PARAMETER_BY, EHLO_MAIL, "BY", EHLO_EXTENSION_DELIVERBY, EHLO__TAKES_BY},
        {EHLO_PARAMETER_HOLDFOR, EHLO_MAIL, "HOLDFOR", EHLO_EXTENSION_FUTURERELEASE, EHLO__TAKES_SECONDS_9},
        {EHLO_PARAMETER_HOLDUNTIL, EHLO_MAIL, "HOLDUNTIL", EHLO_EXTENSION_FUTURERELEASE,
         EHLO__TAKES_DATE_UTC},
        {EHLO_PARAMETER_MT_PRIORITY, EHLO_MAIL, "MT-PRIORITY", EHLO_EXTENSION_MT_PRIORITY,
         EHLO__TAKES_PRIORITY},
        {EHLO_PARAMETER_REQUIRETLS, EHLO_MAIL, "REQUIRETLS", EHLO_EXTENSION_REQUIRETLS, EHLO__TAKES_NONE},
        {EHLO_PARAMETER_SOLICIT, EHLO_MAIL, "SOLICIT", EHLO_EXTENSION_NO_SOLICITING, EHLO__TAKES_CLASSES},
        {EHLO_PARAMETER_PRDR, EHLO_MAIL, "PRDR", EHLO_EXTENSION_PRDR, EHLO__TAKES_NONE},
        {EHLO_PARAMETER_NOTIFY, EHLO_RCPT, "NOTIFY", EHLO_EXTENSION_DSN, EHLO__TAKES_NOTIFY},
        {EHLO_PARAMETER_ORCPT, EHLO_RCPT, "ORCPT", EHLO_EXTENSION_DSN, EHLO__TAKES_TYPED_XTEXT},
        {EHLO_PARAMETER_RRVS, EHLO_RCPT, "RRVS", EHLO_EXTENSION_RRVS, EHLO__TAKES_RRVS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(ehlo__parameter_command(rows[i].id), rows[i].command);
        assert_int_equal(ehlo__parameter(rows[i].id)->command, rows[i].command);
        assert_string_equal(ehlo__parameter_keyword(rows[i].id), rows[i].keyword);
        assert_true(ehlo__parameter(rows[i].id)->extension == rows[i].extension);
        assert_int_equal(ehlo__parameter(rows[i].id)->takes, rows[i].takes);
    }
}

/* In the order in which the reply to EHLO lists them; each is found by its keyword. */
static void attributes(void **state)
{
    static const char *const xclient[] = {"NAME", "ADDR",  "PORT",     "PROTO",
                                          "HELO", "LOGIN", "DESTADDR", "DESTPORT"};
    static const char *const xforward[] = {"NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE"};
    size_t of_xclient = 0, of_xforward = 0;

    (void)state;
    assert_int_equal(EHLO__PARAMETER_COUNT, EHLO_PARAMETER_XFORWARD_SOURCE + 1);
    for (int id = 1; id < EHLO__PARAMETER_COUNT; id++) {
        int command = ehlo__parameter_command(id);
        assert_int_equal(find(command, ehlo__parameter_keyword(id)), id);
        if (command == EHLO_XCLIENT)
            assert_string_equal(ehlo__parameter_keyword(id), xclient[of_xclient++]);
        else if (command == EHLO_XFORWARD)
            assert_string_equal(ehlo__parameter_keyword(id), xforward[of_xforward++]);
        else
            continue;
        assert_int_equal(ehlo__parameter(id)->takes, EHLO__TAKES_ATTRIBUTE);
        assert_true(ehlo__parameter(id)->extension ==
                    (command == EHLO_XCLIENT ? EHLO_EXTENSION_XCLIENT : EHLO_EXTENSION_XFORWARD));
    }
    assert_int_equal(of_xclient, sizeof xclient / sizeof xclient[0]);
    assert_int_equal(of_xforward, sizeof xforward / sizeof xforward[0]);
}

static void bodies(void **state)
{
    (void)state;
    assert_int_equal(ehlo__body_find(guard("7BIT", 4), 4), EHLO_BODY_7BIT);
    assert_int_equal(ehlo__body_find(guard("7bit", 4), 4), EHLO_BODY_7BIT);
    assert_int_equal(ehlo__body_find(guard("8BitMime", 8), 8), EHLO_BODY_8BITMIME);
    assert_int_equal(ehlo__body_find("8BITMIME", 4), 0);
    assert_int_equal(ehlo__body_find("8BIT", 4), 0);
    assert_int_equal(ehlo__body_find(guard("BINARYMIME", 10), 10), EHLO_BODY_BINARYMIME);
    assert_int_equal(ehlo__body_find("BINARYMIME", 9), 0);
    assert_int_equal(ehlo__body_find("", 0), 0);
    assert_int_equal(ehlo__body_extension(EHLO_BODY_7BIT), EHLO_EXTENSION_8BITMIME);
    assert_int_equal(ehlo__body_extension(EHLO_BODY_8BITMIME), EHLO_EXTENSION_8BITMIME);
    assert_int_equal(ehlo__body_extension(EHLO_BODY_BINARYMIME), EHLO_EXTENSION_BINARYMIME);
}

/* What of the content is no fault, and what cannot carry it: RFC 6152 section 3, RFC 3030 section 3. */
static void bodies_and_content(void **state)
{
    (void)state;
    assert_int_equal(ehlo__body_passes(0), 0);
    assert_int_equal(ehlo__body_passes(EHLO_BODY_7BIT), 0);
    assert_int_equal(ehlo__body_passes(EHLO_BODY_8BITMIME), 1 << EHLO_FOUND_EIGHT_BIT);
    assert_int_equal(ehlo__body_passes(EHLO_BODY_BINARYMIME), 0xff);
    assert_int_equal(ehlo__body_excludes(0), 0);
    assert_int_equal(ehlo__body_excludes(EHLO_BODY_7BIT), 0);
    assert_int_equal(ehlo__body_excludes(EHLO_BODY_8BITMIME), 0);
    assert_int_equal(ehlo__body_excludes(EHLO_BODY_BINARYMIME), EHLO_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_by_command),
        cmocka_unit_test(keywords_of_attributes),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(attributes),
        cmocka_unit_test(bodies),
        cmocka_unit_test(bodies_and_content),
    };

    return cmocka_run_group_tests_name("tables/parameter", tests, NULL, NULL);
}
