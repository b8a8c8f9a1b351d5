/* Unit tests of lib/tables/leniency.c: words and sets. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/server.h>

#include "tables/leniency.h"

static const struct {
    uint32_t leniency;
    const char *word;
} leniencies[] = {
    {EHLO_LENIENT_SPACE_AFTER_COLON, "space-after-colon"},
    {EHLO_LENIENT_MISSING_BRACKETS, "missing-brackets"},
    {EHLO_LENIENT_HELLO_UNDERSCORE, "hello-underscore"},
    {EHLO_LENIENT_HELLO_BARE_ADDRESS, "hello-bare-address"},
    {EHLO_LENIENT_HELLO_TEXT, "hello-text"},
    {EHLO_LENIENT_EARLY_TALKER, "early-talker"},
    {EHLO_LENIENT_AUTH_WITHOUT_TLS, "auth-without-tls"},
};

static void words_there_and_back(void **state)
{
    uint32_t all = 0;
    (void)state;
    for (size_t i = 0; i < sizeof leniencies / sizeof leniencies[0]; i++) {
        const char *word = leniencies[i].word;
        assert_string_equal(ehlo_leniency_word(leniencies[i].leniency), word);
        assert_int_equal(ehlo_leniency_named(guard(word, strlen(word)), strlen(word)),
                         leniencies[i].leniency);
        assert_int_equal(ehlo_leniency_named(word, strlen(word) - 1), 0);
        all |= leniencies[i].leniency;
    }
    assert_int_equal(ehlo_leniency_named("Hello-Text", 10), EHLO_LENIENT_HELLO_TEXT);
    assert_int_equal(ehlo__leniencies_all(), all);
}

static void what_is_no_leniency(void **state)
{
    (void)state;
    assert_null(ehlo_leniency_word(0));
    assert_null(ehlo_leniency_word(EHLO_LENIENT_HELLO_TEXT | EHLO_LENIENT_EARLY_TALKER));
    assert_null(ehlo_leniency_word(EHLO_LENIENT_AUTH_WITHOUT_TLS << 1));
    assert_null(ehlo_leniency_word(UINT32_MAX));
    assert_int_equal(ehlo_leniency_named("", 0), 0);
    assert_int_equal(ehlo_leniency_named("interop", 7), 0);
}

static void what_real_mail_needs(void **state)
{
    (void)state;
    assert_int_equal(ehlo__leniencies_interop(),
                     EHLO_LENIENT_SPACE_AFTER_COLON | EHLO_LENIENT_MISSING_BRACKETS |
                         EHLO_LENIENT_HELLO_UNDERSCORE | EHLO_LENIENT_HELLO_BARE_ADDRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_there_and_back),
        cmocka_unit_test(what_is_no_leniency),
        cmocka_unit_test(what_real_mail_needs),
    };

    return cmocka_run_group_tests_name("tables/leniency", tests, NULL, NULL);
}
