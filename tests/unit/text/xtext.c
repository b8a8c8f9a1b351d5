/* Unit tests of lib/text/xtext.c: RFC 3461 section 4. */
#include "../guard.h"

#include <ehlo/codec.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char out[1024];

static void every_octet_comes_back(void **state)
{
    char all[256], coded[768];
    int size;
    (void)state;
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    size = ehlo_xtext_encode(coded, sizeof coded, all, sizeof all);
    assert_int_equal(size, 92 + 3 * 164);
    for (int i = 0; i < size; i++)
        assert_true(coded[i] >= 33 && coded[i] <= 126 && coded[i] != '=');
    assert_int_equal(ehlo_xtext_encode(out, (size_t)size - 1, all, sizeof all), EHLO_TOO_LONG);
    assert_int_equal(ehlo_xtext_decode(out, 256, coded, (size_t)size), 256);
    assert_memory_equal(out, all, 256);
    assert_int_equal(ehlo_xtext_decode(out, 255, coded, (size_t)size), EHLO_TOO_LONG);
}

static void verdicts(void **state)
{
    static const char *const wrong[] = {"+",     "+4",       "+4g", "+0d",  "a=b", "a b",
                                        "a\x7f", "\xc3\xa9", "a+2", "++2B", "+G0"};
    static const char *const right[][2] = {
        {"", ""}, {"a+2Bb", "a+b"}, {"+00", ""}, {"a!~", "a!~"}, {"+41", "A"}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(
            ehlo_xtext_decode(out, sizeof out, guard(wrong[i], strlen(wrong[i])), strlen(wrong[i])),
            EHLO_INVALID);
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        int size =
            ehlo_xtext_decode(out, sizeof out, guard(right[i][0], strlen(right[i][0])), strlen(right[i][0]));
        assert_true(size >= 0);
        out[size] = '\0';
        assert_string_equal(out, right[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_octet_comes_back), cmocka_unit_test(verdicts)};
    return cmocka_run_group_tests_name("text/xtext", tests, NULL, NULL);
}
