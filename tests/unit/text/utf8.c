/* Tests of lib/text/utf8.c: every code point, and every string of up to three octets. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/utf8.h"

/* UTF-8 by the table of RFC 3629 section 3, for any number of up to 21 bits. */
static size_t encode(unsigned char *out, uint32_t point)
{
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0x00, 0xc0, 0xe0, 0xf0};

    for (size_t i = length; i-- > 1; point >>= 6)
        out[i] = (unsigned char)(0x80 | (point & 0x3f));
    out[0] = (unsigned char)(marks[length] | point);
    return length;
}

static int is_scalar(uint32_t point)
{
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

static void every_code_point(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x1fffff; point++) {
        unsigned char octets[5] = {0};
        size_t length = encode(octets, point), expected = is_scalar(point) && length > 1 ? length : 0;
        if (ehlo__utf8_length(octets, length) != expected ||
            ehlo__utf8_length(octets, length + 1) != expected ||
            ehlo__utf8_valid(octets, length) != is_scalar(point))
            fail_msg("U+%04X", (unsigned)point);
        for (size_t part = 1; part < length; part++)
            if (ehlo__utf8_length(octets, part) != 0 || ehlo__utf8_valid(octets, part))
                fail_msg("U+%04X, %zu octets of it", (unsigned)point, part);
    }
}

/* Decodes without a look at what is permitted, encodes again, and compares. */
static size_t length_by_encoding(const unsigned char *octets, size_t size)
{
    unsigned char again[4];
    unsigned lead = octets[0];
    size_t length = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
    uint32_t point = length == 0 ? 0 : lead & (0x7fu >> length);

    if (length == 0 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        point = point << 6 | (octets[i] & 0x3fu);
    return is_scalar(point) && encode(again, point) == length && memcmp(again, octets, length) == 0 ? length
                                                                                                    : 0;
}

static void every_string_of_up_to_three_octets(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 1 << 24; bits++) {
        const unsigned char octets[] = {(unsigned char)(bits >> 16), (unsigned char)(bits >> 8),
                                        (unsigned char)bits};
        for (size_t size = 3; size > 0; size--) {
            if (ehlo__utf8_length(octets, size) != length_by_encoding(octets, size))
                fail_msg("%06x, %zu octets of it", (unsigned)bits, size);
            if (octets[size - 1] != 0)
                break; /* the shorter ones come with zeros behind them */
        }
    }
}

static void four_octets_at_their_edges(void **state)
{
    static const unsigned char edges[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xf0, 0xff};
    enum { EDGES = sizeof edges };

    (void)state;
    for (unsigned lead = 0xe8; lead < 256; lead++)
        for (unsigned second = 0; second < 256; second++)
            for (size_t i = 0; i < EDGES * EDGES; i++) {
                const unsigned char octets[] = {(unsigned char)lead, (unsigned char)second, edges[i / EDGES],
                                                edges[i % EDGES]};
                if (ehlo__utf8_length(octets, 4) != length_by_encoding(octets, 4))
                    fail_msg("%02x%02x%02x%02x", octets[0], octets[1], octets[2], octets[3]);
            }
}

static int valid(const char *text)
{
    size_t size = strlen(text);

    return ehlo__utf8_valid(guard(text, size), size);
}

/* F14, F15 */
static void texts(void **state)
{
    (void)state;
    assert_true(valid(""));
    assert_true(ehlo__utf8_valid(NULL, 0));
    assert_true(ehlo__utf8_valid("a\0b", 3));
    assert_true(valid("plain"));
    assert_true(valid("J\xc3\xbcrgen"));
    assert_true(valid("\xe2\x82\xac\xf0\x9f\x93\xa7\xc3\xa9"));
    assert_false(valid("\xc0\xaf"));
    assert_false(valid("\xe0\x80\xaf"));
    assert_false(valid("\xed\xa0\x80"));
    assert_false(valid("\xf4\x90\x80\x80"));
    assert_false(valid("\xff"));
    assert_false(valid("\x80"));
    assert_false(valid("\xc3"));
    assert_false(valid("a\xe2\x82"));
    assert_false(valid("a\xe2\x82z"));
    assert_false(valid("a\xf0\x9f\x93"));
    assert_false(valid("\xc3\xbc\xbc"));
    assert_int_equal(ehlo__utf8_length(NULL, 0), 0);
    for (size_t size = 0; size < 4; size++) /* no look behind the end */
        assert_int_equal(ehlo__utf8_length(guard("\xf0\x9f\x93\xa7", size), size), 0);
    assert_int_equal(ehlo__utf8_length(guard("\xf0\x9f\x93\xa7", 4), 4), 4);
}

static void runs(void **state)
{
    static const unsigned char text[] = "ab\xc3\xbcx-y\xe2\x82.";
    uint8_t utf8 = 0;

    (void)state;
    assert_int_equal(ehlo__run(&utf8, text, 2, EHLO__ALPHA), 2);
    assert_int_equal(utf8, 0);
    assert_int_equal(ehlo__run(&utf8, text, 3, EHLO__ALPHA), 2); /* half a sequence */
    assert_int_equal(utf8, 0);
    assert_int_equal(ehlo__run(&utf8, text, sizeof text - 1, EHLO__ALPHA), 5);
    assert_int_equal(utf8, 1);
    assert_int_equal(ehlo__run(&utf8, text, sizeof text - 1, EHLO__LDH), 7);
    assert_int_equal(ehlo__run(&utf8, text + 5, sizeof text - 6, EHLO__ALPHA), 0);
    assert_int_equal(ehlo__run(&utf8, NULL, 0, EHLO__ALPHA), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(every_string_of_up_to_three_octets),
        cmocka_unit_test(four_octets_at_their_edges),
        cmocka_unit_test(texts),
        cmocka_unit_test(runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
