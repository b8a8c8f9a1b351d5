/* Tests of lib/text/base.c: the version and the texts of statuses. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ehlo/base.h>

static void version_is_that_of_the_headers(void **state)
{
    char expected[40];

    (void)state;
    snprintf(expected, sizeof expected, "%d.%d.%d", EHLO_VERSION_MAJOR, EHLO_VERSION_MINOR,
             EHLO_VERSION_PATCH);
    assert_string_equal(ehlo_version(), expected);
}

static void each_status_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int status = EHLO_UNKNOWN_REPLY; status <= EHLO_OK; status++) {
        assert_true(strlen(ehlo_status_text(status)) > 3);
        assert_string_not_equal(ehlo_status_text(status), "unknown status");
        for (int other = EHLO_UNKNOWN_REPLY; other < status; other++)
            assert_string_not_equal(ehlo_status_text(status), ehlo_status_text(other));
    }
}

static void other_numbers_are_unknown(void **state)
{
    const int others[] = {1,     2,        250,    INT_MAX, EHLO_UNKNOWN_REPLY - 1, EHLO_UNKNOWN_REPLY - 2,
                          -1000, -INT_MAX, INT_MIN};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_string_equal(ehlo_status_text(others[i]), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_is_that_of_the_headers),
        cmocka_unit_test(each_status_has_a_text_of_its_own),
        cmocka_unit_test(other_numbers_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
