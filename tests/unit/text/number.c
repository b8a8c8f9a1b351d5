/* Tests of lib/text/number.c: P14, with the boundaries 0, 2^31, 2^32, 2^53, 2^63 and 2^64, each +-1. */
#include "../guard.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <ehlo/base.h>

#include "text/number.h"

static const struct {
    const char *text;
    int status;
    uint64_t number; /* with EHLO_INVALID: not looked at */
} verdicts[] = {
    {"0", EHLO_OK, 0},
    {"1", EHLO_OK, 1},
    {"9", EHLO_OK, 9},
    {"10", EHLO_OK, 10},
    {"00", EHLO_OK, 0},
    {"0000000000000000000000000000000000000005", EHLO_OK, 5},
    {"2147483647", EHLO_OK, 2147483647},
    {"2147483648", EHLO_OK, 2147483648},
    {"2147483649", EHLO_OK, 2147483649},
    {"4294967295", EHLO_OK, 4294967295},
    {"4294967296", EHLO_OK, 4294967296},
    {"4294967297", EHLO_OK, 4294967297},
    {"9007199254740991", EHLO_OK, 9007199254740991},
    {"9007199254740992", EHLO_OK, 9007199254740992},
    {"9007199254740993", EHLO_OK, 9007199254740993},
    {"9223372036854775807", EHLO_OK, 9223372036854775807},
    {"9223372036854775808", EHLO_OK, 9223372036854775808u},
    {"9223372036854775809", EHLO_OK, 9223372036854775809u},
    {"18446744073709551614", EHLO_OK, UINT64_MAX - 1},
    {"18446744073709551615", EHLO_OK, UINT64_MAX},
    {"00018446744073709551615", EHLO_OK, UINT64_MAX},
    {"18446744073709551616", EHLO_TOO_LONG, UINT64_MAX},
    {"18446744073709551617", EHLO_TOO_LONG, UINT64_MAX},
    {"18446744073709551620", EHLO_TOO_LONG, UINT64_MAX},
    {"99999999999999999999", EHLO_TOO_LONG, UINT64_MAX},
    {"184467440737095516150", EHLO_TOO_LONG, UINT64_MAX},
    {"340282366920938463463374607431768211456", EHLO_TOO_LONG, UINT64_MAX}, /* 2^128: wraps to 0 */
    {"340282366920938463463374607431768211457", EHLO_TOO_LONG, UINT64_MAX},
    {"", EHLO_INVALID, 0},
    {"-1", EHLO_INVALID, 0},
    {"+5", EHLO_INVALID, 0},
    {" 5", EHLO_INVALID, 0},
    {"5 ", EHLO_INVALID, 0},
    {"\t5", EHLO_INVALID, 0},
    {"0x10", EHLO_INVALID, 0},
    {"5LAST", EHLO_INVALID, 0},
    {"2048M", EHLO_INVALID, 0},
    {"1.0", EHLO_INVALID, 0},
    {"1,000", EHLO_INVALID, 0},
    {"1e3", EHLO_INVALID, 0},
    {"\xd9\xa1", EHLO_INVALID, 0},              /* a digit elsewhere in Unicode */
    {"99999999999999999999x", EHLO_INVALID, 0}, /* the octet counts for more than the overflow before it */
    {"-99999999999999999999", EHLO_INVALID, 0},
};

static void verdicts_stand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        size_t size = strlen(verdicts[i].text);
        uint64_t number = 77;
        int status = ehlo__number_parse(&number, guard(verdicts[i].text, size), size);
        assert_int_equal(status, verdicts[i].status);
        assert_true(number == (status == EHLO_INVALID ? 77 : verdicts[i].number));
    }
    assert_int_equal(ehlo__number_parse(&(uint64_t){0}, NULL, 0), EHLO_INVALID);
    assert_int_equal(ehlo__number_parse(&(uint64_t){0}, "1\0002", 3), EHLO_INVALID);
}

static void every_octet_at_every_position(void **state)
{
    (void)state;
    for (size_t at = 0; at < 5; at++) {
        for (unsigned octet = 0; octet < 256; octet++) {
            char text[] = "12345";
            uint64_t number = 0;
            int digit = octet >= '0' && octet <= '9';
            text[at] = (char)octet;
            assert_int_equal(ehlo__number_parse(&number, guard(text, 5), 5), digit ? EHLO_OK : EHLO_INVALID);
            assert_true(number == (digit ? strtoull(text, NULL, 10) : 0));
        }
    }
}

static void written_and_read_back(uint64_t number)
{
    char expected[32], *out = (char *)(uintptr_t)guard("xxxxxxxxxxxxxxxxxxxx", EHLO__NUMBER_SIZE);
    int size = snprintf(expected, sizeof expected, "%" PRIu64, number);
    uint64_t again = ~number;

    assert_int_equal(ehlo__number_write(out, number), size);
    assert_memory_equal(out, expected, (size_t)size);
    for (int i = size; i < EHLO__NUMBER_SIZE; i++)
        assert_int_equal(out[i], 'x');
    assert_int_equal(ehlo__number_parse(&again, out, (size_t)size), EHLO_OK);
    assert_true(again == number);
}

static void numbers_survive_the_round_trip(void **state)
{
    uint64_t power = 1;

    (void)state;
    for (uint64_t number = 0; number < 20000; number++)
        written_and_read_back(number);
    for (unsigned bit = 0; bit < 64; bit++)
        for (uint64_t around = 0; around < 3; around++)
            written_and_read_back(((uint64_t)1 << bit) - 1 + around);
    for (int i = 0; i < 20; i++, power *= 10)
        for (uint64_t around = 0; around < 3; around++)
            written_and_read_back(power - 1 + around);
    written_and_read_back(UINT64_MAX - 1);
    written_and_read_back(UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_stand),
        cmocka_unit_test(every_octet_at_every_position),
        cmocka_unit_test(numbers_survive_the_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
