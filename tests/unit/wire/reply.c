/* Unit tests of lib/wire/reply.c: RFC 5321 section 4.2, RFC 2034 section 4. */
#include "../guard.h"

#include <ehlo/reply.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/reply.h"

static char out[8192];

static void expect(int code, const char *enhanced, const char *text, const char *expected)
{
    int written = ehlo_reply_write(out, sizeof out, code, enhanced, text);
    assert_int_equal(written, strlen(expected));
    assert_memory_equal(out, expected, strlen(expected));
}

static void lines(void **state)
{
    (void)state;
    expect(250, NULL, NULL, "250 \r\n");
    expect(250, NULL, "", "250 \r\n");
    expect(250, "2.0.0", NULL, "250 2.0.0\r\n");
    expect(250, NULL, "OK", "250 OK\r\n");
    expect(550, "5.1.1", "No", "550 5.1.1 No\r\n");
    expect(250, "2.0.0", "a\nb\nc", "250-2.0.0 a\r\n250-2.0.0 b\r\n250 2.0.0 c\r\n");
    expect(250, NULL, "a\r\nb\r\n", "250-a\r\n250 b\r\n");
    expect(250, NULL, "a\n\nb", "250-a\r\n250-\r\n250 b\r\n");
    expect(250, NULL, "\n", "250 \r\n");
    expect(200, NULL, "x", "200 x\r\n");
    expect(599, NULL, "x", "599 x\r\n");
}

static void odd_octets(void **state)
{
    char text[2] = {0, 0};
    (void)state;
    for (int octet = 1; octet < 256; octet++) {
        char expected[] = "250 ?\r\n";
        text[0] = (char)octet;
        if (octet == '\n')
            continue;
        if (octet >= 32 && octet < 127)
            expected[4] = (char)octet;
        expect(250, NULL, text, expected);
    }
}

static void mistakes(void **state)
{
    static const char *const wrong[] = {"",         "2",      "2.",      "2.0",    "2.0.",
                                        "2.0.0 ",   " 2.0.0", "2.0.0.0", "2.00.0", "2.0.01",
                                        "2.1000.0", "4.0.0",  "5.0.0",   "2,0,0",  "2.0.x"};
    (void)state;
    assert_int_equal(ehlo_reply_write(out, sizeof out, 199, NULL, NULL), EHLO_UNKNOWN_REPLY);
    assert_int_equal(ehlo_reply_write(out, sizeof out, 600, NULL, NULL), EHLO_UNKNOWN_REPLY);
    assert_int_equal(ehlo_reply_write(out, sizeof out, -250, NULL, NULL), EHLO_UNKNOWN_REPLY);
    assert_int_equal(ehlo_reply_write(out, sizeof out, 354, "3.0.0", NULL), EHLO_INVALID);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(ehlo_reply_write(out, sizeof out, 250, wrong[i], NULL), EHLO_INVALID);
    expect(250, "2.999.999", "x", "250 2.999.999 x\r\n");
}

/* An enhanced code ends where its text ends, whatever stands behind. */
static void codes_cut_short(void **state)
{
    static const char code[] = "2.999.99";
    (void)state;
    for (size_t size = 0; size < sizeof code; size++) {
        assert_int_equal(ehlo__enhanced_fits((ehlo_text){code, size}, 250), size > 6);
        assert_int_equal(ehlo__enhanced_fits((ehlo_text){guard(code, size), size}, 250), size > 6);
    }
}

static void room(void **state)
{
    static const char reply[] = "250-2.0.0 a\r\n250 2.0.0 b\r\n";
    (void)state;
    for (size_t size = 0; size < sizeof reply - 1; size++) {
        memset(out, '#', sizeof out);
        assert_int_equal(ehlo_reply_write(out, size, 250, "2.0.0", "a\nb"), EHLO_TOO_LONG);
        assert_int_equal(out[size], '#');
    }
    assert_int_equal(ehlo_reply_write(out, sizeof reply - 1, 250, "2.0.0", "a\nb"), sizeof reply - 1);
}

static void long_lines_are_cut(void **state)
{
    static char text[2000];
    (void)state;
    for (size_t size = 490; size < 1100; size++) {
        size_t line = 0, total = 0;
        int written;
        memset(text, 'x', size);
        text[size] = '\0';
        written = ehlo_reply_write(out, sizeof out, 250, "2.0.0", text);
        assert_true(written > 0);
        for (int i = 0; i < written; i++) {
            line++;
            total += out[i] == 'x';
            if (out[i] == '\n') {
                assert_true(line <= 512);
                line = 0;
            }
        }
        assert_int_equal(line, 0);
        assert_int_equal(total, size);
    }
}

static void odd_octets_are_cut_as_others(void **state)
{
    static char text[801];
    (void)state;
    memset(text, 0x80, 800);
    assert_int_equal(ehlo_reply_write(out, sizeof out, 250, NULL, text), 800 + 2 * 6);
    memset(text, 'a', 506);
    strcpy(text + 506, "\r\nb");
    assert_int_equal(ehlo_reply_write(out, sizeof out, 250, NULL, text), 506 + 6 + 7);
}

/* A CR at the very place where a line is cut ends nothing unless its LF follows. */
static void a_bare_cr_where_a_line_is_cut(void **state)
{
    static char text[510];
    int written;
    (void)state;
    memset(text, 'a', 506);
    strcpy(text + 506, "\rb");
    written = ehlo_reply_write(out, sizeof out, 250, NULL, text);
    assert_int_equal(written, 506 + 6 + 8);
    assert_memory_equal(out + 506 + 6, "250 ?b\r\n", 8);
}

static size_t write_utf8(const char *text, size_t size)
{
    ehlo__reply reply = {.code = 250, .utf8 = 1, .text = {text, size}};
    return ehlo__reply_write((unsigned char *)out, sizeof out, &reply);
}

/* Wherever a line is cut, the sequences stay whole. */
static void no_sequence_is_cut_in_two(void **state)
{
    static const char *const letters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x93\xa7"};
    static char text[1200], again[1200];
    (void)state;
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        for (size_t before = 0; before < 4; before++) {
            size_t length = strlen(letters[i]), size = before, total = 0, written;
            memset(text, 'x', before);
            for (; size + length <= sizeof text; size += length)
                memcpy(text + size, letters[i], length);
            written = write_utf8(text, size);
            for (size_t at = 0; at < written; at++) { /* what stands behind each line's code */
                size_t start = at += 4;
                while (out[at] != '\r')
                    at++;
                memcpy(again + total, out + start, at - start);
                total += at++ - start;
                assert_true(at + 1 - (start - 4) <= EHLO__REPLY_LINE);
                assert_true(((unsigned char)out[start] & 0xc0) != 0x80); /* never within a sequence */
            }
            assert_int_equal(total, size);
            assert_memory_equal(again, text, size);
        }
}

/* What looks like the rest of a sequence for ever is cut all the same, and none of it is lost. */
static void ill_formed_utf8_is_cut_too(void **state)
{
    static char text[1500];
    size_t written, questions = 0, line = 0, lines = 0;
    (void)state;
    memset(text, 0x80, sizeof text);
    written = write_utf8(text, sizeof text);
    assert_true(written > 0);
    for (size_t i = 0; i < written; i++) {
        questions += out[i] == '?';
        assert_true(++line <= EHLO__REPLY_LINE);
        if (out[i] == '\n') {
            lines++;
            line = 0;
        }
    }
    assert_int_equal(questions, sizeof text);
    assert_int_equal(lines, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines), cmocka_unit_test(odd_octets),         cmocka_unit_test(mistakes),
        cmocka_unit_test(room),  cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(codes_cut_short),
        cmocka_unit_test(odd_octets_are_cut_as_others),
        cmocka_unit_test(a_bare_cr_where_a_line_is_cut),
        cmocka_unit_test(no_sequence_is_cut_in_two),
        cmocka_unit_test(ill_formed_utf8_is_cut_too),
    };
    return cmocka_run_group_tests_name("wire/reply", tests, NULL, NULL);
}
