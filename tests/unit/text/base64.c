/* Unit tests of lib/text/base64.c: RFC 4648 sections 3 and 4. */
#include "../guard.h"

#include <ehlo/codec.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/base64.h"

static char out[256];

static void vectors(void **state)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}}; /* RFC 4648 section 10 */
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t plain = strlen(pairs[i][0]), coded = strlen(pairs[i][1]);
        assert_int_equal(ehlo_base64_encode(out, coded, guard(pairs[i][0], plain), plain), coded);
        assert_memory_equal(out, pairs[i][1], coded);
        assert_int_equal(ehlo_base64_decode(out, plain, guard(pairs[i][1], coded), coded), plain);
        assert_int_equal(ehlo__base64_valid(guard(pairs[i][1], coded), coded), 1);
        assert_memory_equal(out, pairs[i][0], plain);
    }
}

static void what_is_not_canonical(void **state)
{
    static const char *const wrong[] = {
        "Z",        "Zg",    "Zg=",   "Zm8",  "====", "=Zg=",    "Z===",     "Zh==", "Zm9=", "Zm9vZg",
        "Zg==Zg==", "Zm 9v", "Zm9\n", "Zm9-", "Zm9_", "Zm9\xff", "Zm9v\r\n", "Z=g=", "!!!!"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(
            ehlo_base64_decode(out, sizeof out, guard(wrong[i], strlen(wrong[i])), strlen(wrong[i])),
            EHLO_INVALID);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(ehlo__base64_valid(guard(wrong[i], strlen(wrong[i])), strlen(wrong[i])), 0);
    assert_int_equal(ehlo__base64_valid(NULL, 0), 1);
}

/* Every group of four, over all octets in each place but the first: what is taken is what is made. */
static void every_tail(void **state)
{
    unsigned char group[4] = {'Z', 0, 0, 0};
    size_t taken = 0;
    (void)state;
    for (unsigned word = 0; word < 1u << 24; word += word % 256 < 128 ? 1 : 128) { /* the last octet to 127 */
        int size;
        char again[4];
        group[1] = (unsigned char)(word >> 16);
        group[2] = (unsigned char)(word >> 8);
        group[3] = (unsigned char)word;
        size = ehlo_base64_decode(out, 3, group, 4);
        assert_int_equal(ehlo__base64_valid(group, 4), size >= 0);
        if (size < 0)
            continue;
        taken++;
        assert_int_equal(ehlo_base64_encode(again, 4, out, (size_t)size), 4);
        assert_memory_equal(again, group, 4);
    }
    assert_int_equal(taken, 64 * 64 * 64 + 64 * 16 + 4);
}

static void room(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 64; size++) {
        char plain[64], coded[88];
        size_t needed = (size + 2) / 3 * 4;
        memset(plain, 'x', sizeof plain);
        if (needed)
            assert_int_equal(ehlo_base64_encode(coded, needed - 1, plain, size), EHLO_TOO_LONG);
        assert_int_equal(ehlo_base64_encode(coded, needed, plain, size), needed);
        if (size)
            assert_int_equal(ehlo_base64_decode(plain, size - 1, coded, needed), EHLO_TOO_LONG);
        assert_int_equal(ehlo_base64_decode(coded, size, coded, needed), size); /* over its own input */
        assert_memory_equal(coded, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", size);
    }
}

/* Padding is for the last group alone, and whatever is behind it makes it all wrong. */
static void valid_is_what_can_be_decoded(void **state)
{
    static const char *const groups[] = {"Zg==", "Zm8=", "Zm9v", "!!!!", "Zh=="};
    (void)state;
    for (size_t number = 0; number < 5 * 5 * 5; number++) {
        char text[12];
        memcpy(text, groups[number % 5], 4);
        memcpy(text + 4, groups[number / 5 % 5], 4);
        memcpy(text + 8, groups[number / 25], 4);
        for (size_t size = 0; size <= sizeof text; size++)
            assert_int_equal(ehlo__base64_valid(guard(text, size), size),
                             ehlo_base64_decode(out, sizeof out, text, size) >= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(what_is_not_canonical),
                                       cmocka_unit_test(every_tail), cmocka_unit_test(room),
                                       cmocka_unit_test(valid_is_what_can_be_decoded)};
    return cmocka_run_group_tests_name("text/base64", tests, NULL, NULL);
}
