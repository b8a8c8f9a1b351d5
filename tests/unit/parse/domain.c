/* Tests of lib/parse/domain.c: verdict tables (F11, F15), and each octet at each place against the ABNF. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../abnf.h"
#include "parse/domain.h"

/* Parses the text twice, with an inaccessible page behind it and with one before it. */
static int parse(ehlo_domain *out, const char *text, size_t size)
{
    int status = ehlo_domain_parse(out, guard_front(text, size), size);

    assert_int_equal(ehlo_domain_parse(out, text = guard(text, size), size), status);
    if (status == EHLO_OK) {
        assert_ptr_equal(out->text.data, text);
        assert_int_equal(out->text.size, size);
    }
    return status;
}

static void names_that_are(void **state)
{
    /* clang-format off */
    static const char *const names[] = {
        "a", "A", "0", "a.b", "example.com", "EXAMPLE.com", "a-b", "a--b.c", "xn--bcher-kva.example", "1.2.3.4",
        "192.0.2.1", "0.0", "3com.example", "localhost", "a.b.c.d.e.f.g.h.i.j.k.l.m", "x-1.y-2",
        /* longer than DNS lets a label be: no limits here */
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example",
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ehlo_domain domain;
        assert_int_equal(parse(&domain, names[i], strlen(names[i])), EHLO_OK);
        assert_int_equal(domain.kind, EHLO_DOMAIN_NAME);
        assert_int_equal(domain.utf8, 0);
        assert_memory_equal(domain.address, (uint8_t[16]){0}, 16);
    }
}

static void names_in_utf8(void **state)
{
    /* clang-format off */
    static const char *const names[] = {
        "m\xc3\xbcller.example", "\xc3\xbc", "\xe4\xbe\x8b\xe3\x81\x88.jp", "a.\xf0\x9f\x93\xa7", "\xc3\xbc-\xc3\xbc.a",
        "\xc2\x80", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80",
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ehlo_domain domain;
        assert_int_equal(parse(&domain, names[i], strlen(names[i])), EHLO_OK);
        assert_int_equal(domain.kind, EHLO_DOMAIN_NAME);
        assert_int_equal(domain.utf8, 1);
    }
}

static void what_is_none(void **state)
{
    /* clang-format off */
    static const char *const texts[] = {
        "", ".", "..", "a.", ".a", "a..b", "a.b.", "-a", "a-", "-", "a.-b", "a-.b", "a.b-", "a_b", "_dmarc.example",
        "a b", " a", "a ", "a\t", "a,b", "a@b", "a:b", "a/b", "a\\b", "*.example", "a\r\n", "a\x7f", "a\x01",
        "<a>", "\"a\"", "a[1.2.3.4]",
        /* F14, F15 */
        "\xc3", "a\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\x80", "\xe2\x82",
        "\xc3\xbc-", "-\xc3\xbc", "\xc3\xbc.", "\xc3\xbc..a",
        /* F11 */
        "[", "]", "[]", "[[]]", "[1.2.3.4", "1.2.3.4]", "[1.2.3.4]]", "[[1.2.3.4]", "[1.2.3.4] ", "[ 1.2.3.4]",
        "[1.2.3.4].a", "[1.2.3]", "[1.2.3.]", "[1.2.3.4.]", "[1.2.3.4.5]", "[.1.2.3]", "[1..2.3]", "[999.1.1.1]",
        "[1.1.1.256]", "[256.1.1.1]", "[1.300.1.1]", "[1.1.1.1000]", "[0001.1.1.1]", "[1.1.1.0001]", "[-1.1.1.1]",
        "[+1.1.1.1]", "[0x1.1.1.1]", "[1.1.1.a]", "[example.com]", "[a]", "[1]", "[16909060]", "[\xc3\xbc]",
        "[IPv6:]", "[IPv6]", "[IPv6::]", "[IPv6:1]", "[IPv6:1:2:3:4:5:6:7]", "[IPv6:1:2:3:4:5:6:7:8:9]",
        "[IPv6:1:2:3:4:5:6:7:8:]", "[IPv6::1:2:3:4:5:6:7:8]", "[IPv6:1:2:3:4:5:6:7:]", "[IPv6::1:2:3:4:5:6:7]",
        "[IPv6:1:2:3:4:5:6:7::]", "[IPv6:::1:2:3:4:5:6:7]", "[IPv6:1:2:3::4:5:6:7]", /* a gap of one group */
        "[IPv6:1:2:3:4::5:6:7:8]", "[IPv6:1:2:3:4:5:6:7:8::]", "[IPv6:::1:2:3:4:5:6:7:8]",
        "[IPv6:1::2::3]", "[IPv6:::1::]", "[IPv6::::]", "[IPv6:1:::2]", "[IPv6:::::1]", "[IPv6:12345::]",
        "[IPv6:::12345]", "[IPv6:::00001]", "[IPv6:::g]", "[IPv6:g::]", "[IPv6:1:2:3:4:5:6:7:g]", "[IPv6:fe80::1%eth0]",
        "[IPv6: ::1]", "[IPv6:::1 ]", "[IPv6:::1", "[IPv6 :::1]", "[IPv6:1.2.3.4]", "[IPv6:1:2:3:4:5:1.2.3.4]",
        "[IPv6:1:2:3:4:5:6:7:1.2.3.4]", "[IPv6:1:2:3:4:5:6:1.2.3]", "[IPv6:1:2:3:4:5:6:1.2.3.4:7]",
        "[IPv6:1:2:3:4:5:6:1.2.3.256]", "[IPv6:::1.2.3.4:5]", "[IPv6:::1.2.3.4::]", "[IPv6:::a.2.3.4]",
        "[IPv6:::1.2.3]", "[IPv6:::1.2.3.4.5]", "[IPv6:::1234.2.3.4]", "[IPv6:1:2:3:4:5::1.2.3.4]",
        "[IPv6:::1:2:3:4:5:1.2.3.4]", "[IPv6:1:2:3::4:5:1.2.3.4]", "[IPv6:::1:.2.3.4]", "[IPv6:2001:db8::1]x",
        "[IPv6:foo]", "[ipv6:foo]", "[IPv6:2001-db8--1]", "[::1]", "[2001:db8::1", "[:1]", "[:]", "[::]",
        "[tag:]", "[tag]", "[tag:a", "[tag:a]b", "[tag:a[b]", "[tag:a]]", "[tag:a\\b]", "[tag:a b]", "[tag:\x7f]",
        "[tag:\xc3\xbc]", "[t\xc3\xbcg:a]", "[tag-:a]", "[-:a]", "[ta_g:a]", "[ta.g:a]", "[t g:a]", "[:a]",
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ehlo_domain domain;
        if (parse(&domain, texts[i], strlen(texts[i])) != EHLO_INVALID)
            fail_msg("accepted: %s", texts[i]);
    }
    assert_int_equal(ehlo_domain_parse(&(ehlo_domain){0}, NULL, 0), EHLO_INVALID);
    assert_int_equal(ehlo_domain_parse(&(ehlo_domain){0}, "a\0b", 3), EHLO_INVALID);
    assert_int_equal(ehlo_domain_parse(&(ehlo_domain){0}, "a\0", 2), EHLO_INVALID);
}

static const struct {
    const char *text;
    int kind;
    uint8_t address[16];
} literals[] = {
    {"[192.0.2.1]", EHLO_DOMAIN_IPV4, {192, 0, 2, 1}},
    {"[0.0.0.0]", EHLO_DOMAIN_IPV4, {0}},
    {"[255.255.255.255]", EHLO_DOMAIN_IPV4, {255, 255, 255, 255}},
    {"[001.02.3.099]", EHLO_DOMAIN_IPV4, {1, 2, 3, 99}}, /* decimal, never octal */
    {"[000.010.255.249]", EHLO_DOMAIN_IPV4, {0, 10, 255, 249}},
    {"[IPv6:::]", EHLO_DOMAIN_IPV6, {0}},
    {"[IPv6:::1]", EHLO_DOMAIN_IPV6, {[15] = 1}},
    {"[IPv6:1::]", EHLO_DOMAIN_IPV6, {0, 1}},
    {"[ipv6:::1]", EHLO_DOMAIN_IPV6, {[15] = 1}},
    {"[IPV6:::1]", EHLO_DOMAIN_IPV6, {[15] = 1}},
    {"[IPv6:2001:db8::1]", EHLO_DOMAIN_IPV6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
    {"[IPv6:2001:DB8::Ab]", EHLO_DOMAIN_IPV6, {0x20, 0x01, 0x0d, 0xb8, [15] = 0xab}},
    {"[IPv6:1:2:3:4:5:6:7:8]", EHLO_DOMAIN_IPV6, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}},
    {"[IPv6:0123:4567:89ab:cdef:0123:4567:89AB:CDEF]",
     EHLO_DOMAIN_IPV6,
     {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}},
    {"[IPv6:1:2:3:4:5:6::]", EHLO_DOMAIN_IPV6, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6}},
    {"[IPv6:::1:2:3:4:5:6]", EHLO_DOMAIN_IPV6, {0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6}},
    {"[IPv6:1:2:3::4:5:6]", EHLO_DOMAIN_IPV6, {0, 1, 0, 2, 0, 3, 0, 0, 0, 0, 0, 4, 0, 5, 0, 6}},
    {"[IPv6:1:2:3:4:5:6:192.0.2.1]", EHLO_DOMAIN_IPV6, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 192, 0, 2, 1}},
    {"[IPv6:::192.0.2.1]", EHLO_DOMAIN_IPV6, {[12] = 192, 0, 2, 1}},
    {"[IPv6:::ffff:1.2.3.4]", EHLO_DOMAIN_IPV6, {[10] = 0xff, 0xff, 1, 2, 3, 4}},
    {"[IPv6:64:ff9b::192.0.2.33]", EHLO_DOMAIN_IPV6, {0x00, 0x64, 0xff, 0x9b, [12] = 192, 0, 2, 33}},
    {"[IPv6:1:2:3:4::1.2.3.4]", EHLO_DOMAIN_IPV6, {0, 1, 0, 2, 0, 3, 0, 4, 0, 0, 0, 0, 1, 2, 3, 4}},
    {"[IPv6:::1:2:3:4:1.2.3.4]", EHLO_DOMAIN_IPV6, {0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 1, 2, 3, 4}},
    {"[IPv6:1::2:3:4:001.02.3.4]", EHLO_DOMAIN_IPV6, {0, 1, 0, 0, 0, 0, 0, 2, 0, 3, 0, 4, 1, 2, 3, 4}},
    {"[x:y]", EHLO_DOMAIN_GENERAL, {0}},
    {"[1:abc]", EHLO_DOMAIN_GENERAL, {0}},
    {"[192:0.2.1]", EHLO_DOMAIN_GENERAL, {0}},
    {"[-x:y]", EHLO_DOMAIN_GENERAL, {0}}, /* Ldh-str may start with a hyphen */
    {"[IPv4:1.2.3.4]", EHLO_DOMAIN_GENERAL, {0}},
    {"[IPv6a:1.2.3.4]", EHLO_DOMAIN_GENERAL, {0}},
    {"[IPv:1]", EHLO_DOMAIN_GENERAL, {0}},
    {"[X-tag:a:b!\"#$%&'()*+,-./;<=>?@^_`{|}~]", EHLO_DOMAIN_GENERAL, {0}},
};

static void literals_that_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        ehlo_domain domain;
        memset(&domain, 0xaa, sizeof domain);
        if (parse(&domain, literals[i].text, strlen(literals[i].text)) != EHLO_OK)
            fail_msg("refused: %s", literals[i].text);
        assert_int_equal(domain.kind, literals[i].kind);
        assert_int_equal(domain.utf8, 0);
        assert_memory_equal(domain.address, literals[i].address, 16);
    }
}

static void long_ones(void **state)
{
    static char text[1 << 16];
    ehlo_domain domain;

    (void)state;
    memset(text, 'a', sizeof text);
    assert_int_equal(parse(&domain, text, sizeof text), EHLO_OK);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = '.';
    assert_int_equal(parse(&domain, text, sizeof text - 1), EHLO_OK);
    assert_int_equal(parse(&domain, text, sizeof text), EHLO_INVALID);
    memset(text, '-', sizeof text);
    assert_int_equal(parse(&domain, text, sizeof text), EHLO_INVALID);
    memset(text, ':', sizeof text);
    memcpy(text, "[IPv6:", 6);
    assert_int_equal(parse(&domain, text, sizeof text), EHLO_INVALID);
    memset(text, '[', sizeof text);
    assert_int_equal(parse(&domain, text, sizeof text), EHLO_INVALID);
    memset(text, '1', sizeof text);
    text[0] = '[';
    assert_int_equal(parse(&domain, text, sizeof text), EHLO_INVALID);
    memcpy(text, "[a:", 3);
    text[sizeof text - 1] = ']';
    assert_int_equal(parse(&domain, text, sizeof text), EHLO_OK);
}

static void compare(const char *text, size_t size)
{
    ehlo_domain domain;
    int expected = abnf_matches(abnf_domain_or_literal, text, size) ? EHLO_OK : EHLO_INVALID;

    if (parse(&domain, text, size) != expected)
        fail_msg("%s though the ABNF says otherwise: %.*s", expected ? "accepted" : "refused", (int)size,
                 text);
}

static void each_octet_at_each_place(void **state)
{
    /* clang-format off */
    static const char *const samples[] = {
        "a", "ab.c-d.1e", "b\xc3\xbcz.\xe2\x82\xac", "[192.0.25.255]", "[IPv6:2001:db8::1]", "[IPv6:1:2::192.0.2.1]",
        "[IPv6:1:2:3:4:5:6:7:8]", "[IPv6:1:2:3:4:5:6:1.2.3.4]", "[IPv6:::]", "[x-y:z:z]", "a-b", "\xf0\x9f\x93\xa7.a",
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        abnf_each_octet(samples[i], strlen(samples[i]), compare);
}

/* Every number of up to four digits as each Snum. */
static void each_snum(void **state)
{
    static const int ends[] = {1, 10, 100, 1000, 10000};

    (void)state;
    for (int digits = 1; digits <= 4; digits++)
        for (int number = 0; number < ends[digits]; number++)
            for (int place = 0; place < 4; place++) {
                char text[40];
                ehlo_domain domain;
                int size = snprintf(text, sizeof text, "[%.*s%0*d%s]", place * 2, "7.7.7.7", digits, number,
                                    &".7.7.7"[place * 2]);
                int status = parse(&domain, text, (size_t)size);
                assert_int_equal(status, digits < 4 && number < 256 ? EHLO_OK : EHLO_INVALID);
                for (int i = 0; i < 4 && status == EHLO_OK; i++)
                    assert_int_equal(domain.address[i], i == place ? number : 7);
            }
}

/* As a part of something longer. */
static void scans_stop_where_the_grammar_does(void **state)
{
    ehlo_domain domain;
    uint8_t utf8 = 0;
    const unsigned char *text = (const unsigned char *)"a.example>rest";

    (void)state;
    assert_int_equal(ehlo__domain_scan(&domain, text, 14), 9);
    assert_int_equal(domain.text.size, 9);
    assert_int_equal(ehlo__name_scan(&utf8, text, 14), 9);
    assert_int_equal(ehlo__name_scan(&utf8, text, 2), 0);
    assert_int_equal(ehlo__name_scan(&utf8, text, 3), 3);
    assert_int_equal(ehlo__name_scan(&utf8, text, 0), 0);
    assert_int_equal(ehlo__domain_scan(&domain, text, 0), 0);
    text = (const unsigned char *)"[1.2.3.4]>";
    assert_int_equal(ehlo__domain_scan(&domain, text, 10), 9);
    assert_int_equal(ehlo__name_scan(&utf8, text, 10), 0);
    assert_int_equal(utf8, 0);
    assert_int_equal(ehlo__name_scan(&utf8, (const unsigned char *)"a\xc3\xbc,", 4), 3);
    assert_int_equal(utf8, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_are), cmocka_unit_test(names_in_utf8),
        cmocka_unit_test(what_is_none),   cmocka_unit_test(literals_that_are),
        cmocka_unit_test(long_ones),      cmocka_unit_test(each_octet_at_each_place),
        cmocka_unit_test(each_snum),      cmocka_unit_test(scans_stop_where_the_grammar_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
