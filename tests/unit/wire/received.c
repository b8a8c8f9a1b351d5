/* Unit tests of lib/wire/received.c: RFC 5321 section 4.4, RFC 3848, RFC 6531 section 4.3, RFC 8314
 * section 4.3, RFC 5322 section 3.3. */
#include "../guard.h"

#include <ehlo/received.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static char out[4096], unfolded[4096];

static ehlo_text text(const char *octets)
{
    return (ehlo_text){octets, strlen(octets)};
}

static ehlo_text guarded(const void *octets, size_t size)
{
    return (ehlo_text){guard(octets, size), size};
}

/* The least that there is to tell. */
static ehlo_received least(void)
{
    return (ehlo_received){.hello = text("a.example"), .by = text("b.example")};
}

/* ---- what holds for each field ---------------------------------------------------------------- */

/* Lines, folds and octets; leaves in `unfolded` what is in one line. */
static void check_field(int size)
{
    size_t start = 0, length = 0;

    assert_true(size > 2 && size <= EHLO_RECEIVED_ROOM);
    assert_memory_equal(out + size - 2, "\r\n", 2);
    for (size_t at = 0; at < (size_t)size; at++) {
        assert_true((unsigned char)out[at] >= ' ' || out[at] == '\r' || out[at] == '\n');
        assert_true(out[at] != '\x7f');
        if (out[at] == '\r') {
            const char *line = out + start;
            size_t columns = at - start;
            assert_true(columns <= 998);
            if (columns > 78) /* a single word */
                assert_null(memchr(line + 1, ' ', columns - 1));
            assert_int_equal(out[at + 1], '\n');
            start = at + 2;
            if (start < (size_t)size) /* a fold, and no empty line */
                assert_true(out[start] == ' ' && out[start + 1] > ' ');
            at++;
        } else {
            assert_true(out[at] != '\n');
            unfolded[length++] = out[at];
        }
    }
    unfolded[length] = '\0';
}

/* Writes it into memory that ends with it, and into every room that is too little. */
static int write_field(const ehlo_received *received)
{
    static const char fill[EHLO_RECEIVED_ROOM];
    int size = ehlo_received_write((void *)(uintptr_t)guard(fill, sizeof fill), sizeof fill, received);
    char *place;

    if (size < 0)
        return size;
    place = (char *)(uintptr_t)guard(fill, (size_t)size);
    assert_int_equal(ehlo_received_write(place, (size_t)size, received), size);
    memcpy(out, place, (size_t)size);
    check_field(size);
    return size;
}

static void expect(const ehlo_received *received, const char *expected)
{
    assert_true(write_field(received) > 0);
    assert_string_equal(unfolded, expected);
}

/* Whether the field, in one line, holds this. */
static int holds(const ehlo_received *received, const char *part)
{
    assert_true(write_field(received) > 0);
    return strstr(unfolded, part) != NULL;
}

/* ---- clauses ---------------------------------------------------------------------------------- */

static void examples(void **state)
{
    static const char all[] = "Received: from client.example (mail.client.example [192.0.2.1]) by\r\n"
                              " mx.example.org with ESMTPSA id 4XyZ-1 for <user@example.org> tls\r\n"
                              " TLS_AES_128_GCM_SHA256; Wed, 09 Jun 2021 12:34:56 +0530\r\n";
    ehlo_received received = {.hello = text("client.example"),
                              .name = text("mail.client.example"),
                              .by = text("mx.example.org"),
                              .id = text("4XyZ-1"),
                              .recipient = text("user@example.org"),
                              .cipher = text("TLS_AES_128_GCM_SHA256"),
                              .time = 1623222296,
                              .zone = 330,
                              .address_size = 4,
                              .tls = 1,
                              .authenticated = 1,
                              .extended = 1,
                              .address = {192, 0, 2, 1}};
    (void)state;
    assert_int_equal(write_field(&received), sizeof all - 1);
    assert_memory_equal(out, all, sizeof all - 1);
    received = least();
    expect(&received, "Received: from a.example by b.example with SMTP; Thu, 01 Jan 1970 00:00:00 +0000");
    received.name = text("c.example");                 /* only with an address */
    received.cipher = text("TLS_NULL_WITH_NULL_NULL"); /* only with tls */
    expect(&received, "Received: from a.example by b.example with SMTP; Thu, 01 Jan 1970 00:00:00 +0000");
    received.address_size = 16;
    expect(&received, "Received: from a.example (c.example [IPv6:::]) by b.example with SMTP;"
                      " Thu, 01 Jan 1970 00:00:00 +0000");
    received.name = text("");
    expect(&received, "Received: from a.example ([IPv6:::]) by b.example with SMTP;"
                      " Thu, 01 Jan 1970 00:00:00 +0000");
}

static void each_with(void **state)
{
    static const char *const plain[] = {"SMTP", "SMTP", "SMTP", "SMTP"};
    static const char *const esmtp[] = {"ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA"};
    static const char *const lmtp[] = {"LMTP", "LMTPS", "LMTPA", "LMTPSA"};
    static const char *const utf8smtp[] = {"UTF8SMTP", "UTF8SMTPS", "UTF8SMTPA", "UTF8SMTPSA"};
    static const char *const utf8lmtp[] = {"UTF8LMTP", "UTF8LMTPS", "UTF8LMTPA", "UTF8LMTPSA"};
    (void)state;
    for (unsigned flags = 0; flags < 32; flags++) {
        ehlo_received received = least();
        const char *const *words = flags & 16  ? flags & 8 ? utf8lmtp : utf8smtp
                                   : flags & 8 ? lmtp
                                   : flags & 4 ? esmtp
                                               : plain;
        char expected[128];
        received.tls = flags & 1;
        received.authenticated = flags >> 1 & 1;
        received.extended = flags >> 2 & 1;
        received.lmtp = flags >> 3 & 1;
        received.smtputf8 = flags >> 4 & 1;
        snprintf(expected, sizeof expected,
                 "Received: from a.example by b.example with %s; Thu, 01 Jan 1970 00:00:00 +0000",
                 words[flags & 3]);
        expect(&received, expected);
    }
}

static void ids_and_ciphers(void **state)
{
    static const char *const ids[] = {"a", "0", "_", "-", "4XyZ-1", "!#$%&'*+-/=?^_`{|}~"};
    static const char *const no_ids[] = {"a.b", "a b", "a@b", "<a@b>", "(a)", "a;",    "a\r\n",    "a\n",
                                         "a:",  ",",   "\"",  "\\",    "[",   "a\x7f", "\xc3\xa9", " "};
    static const char *const ciphers[] = {"T", "TLS_AES_128_GCM_SHA256", "T_", "t9"};
    static const char *const no_ciphers[] = {"_T", "9T",  "0x1301", "ECDHE-RSA",
                                             "T;", "T x", "(NONE)", "T\r\n"};
    char long_one[257];
    (void)state;
    memset(long_one, 'a', sizeof long_one);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        ehlo_received received = least();
        char part[64];
        received.id = guarded(ids[i], strlen(ids[i]));
        snprintf(part, sizeof part, " with SMTP id %s; Thu", ids[i]);
        assert_true(holds(&received, part));
    }
    for (size_t i = 0; i < sizeof no_ids / sizeof no_ids[0]; i++) {
        ehlo_received received = least();
        received.smtputf8 = 1;
        received.id = guarded(no_ids[i], strlen(no_ids[i]));
        assert_int_equal(write_field(&received), EHLO_INVALID);
    }
    for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++) {
        ehlo_received received = least();
        char part[64];
        received.tls = 1;
        received.cipher = guarded(ciphers[i], strlen(ciphers[i]));
        snprintf(part, sizeof part, " with SMTP tls %s; Thu", ciphers[i]);
        assert_true(holds(&received, part));
    }
    for (size_t i = 0; i < sizeof no_ciphers / sizeof no_ciphers[0]; i++) {
        ehlo_received received = least();
        received.tls = 1;
        received.cipher = guarded(no_ciphers[i], strlen(no_ciphers[i]));
        assert_int_equal(write_field(&received), EHLO_INVALID);
    }
    for (size_t size = 255; size <= 256; size++) {
        ehlo_received received = least();
        received.id = guarded(long_one, size);
        assert_int_equal(write_field(&received) > 0, size == 255);
        received.id = text("");
        received.cipher = guarded(long_one, size);
        assert_int_equal(write_field(&received) > 0, size == 255);
    }
}

/* What is no mailbox, or cannot be written, is left out. */
static void recipients(void **state)
{
    static const char *const good[] = {"a@b.example", "\"a b\"@c", "\"a\\\"<>;(\"@[192.0.2.1]",
                                       "a@[IPv6:::1]"};
    static const char *const bad[] = {"",        "a",       "Postmaster",  "<a@b>",     "a@b>",  "a@b c",
                                      "a@b\r\n", "a\r\n@b", "\"a\r\n\"@b", "\"a\n\"@b", "a@b;",  "@b:a@c",
                                      "a@",      "a@b,c@d", "a(c)@b",      "\xff@b",    "a@\x80"};
    char path[1024], part[1100];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ehlo_received received = least();
        received.recipient = guarded(good[i], strlen(good[i]));
        snprintf(part, sizeof part, " for <%s>; Thu", good[i]);
        assert_true(holds(&received, part));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ehlo_received received = least();
        received.smtputf8 = 1;
        received.recipient = guarded(bad[i], strlen(bad[i]));
        assert_false(holds(&received, " for "));
    }
    for (uint8_t utf8 = 0; utf8 < 2; utf8++) {
        ehlo_received received = least();
        received.smtputf8 = utf8;
        received.recipient = text("\xc3\xbc@\xc3\xbc.example");
        assert_int_equal(holds(&received, " for <\xc3\xbc@\xc3\xbc.example>; Thu"), utf8);
    }
    for (size_t size = 900; size < 1010; size++) {
        ehlo_received received = least();
        memset(path, 'a', sizeof path);
        path[1] = '@';
        received.recipient = guarded(path, size);
        assert_int_equal(holds(&received, " for <a@aa"), size <= 994);
    }
}

/* ---- names ------------------------------------------------------------------------------------ */

static int is_plain(int octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= 'a' && octet <= 'z') ||
           (octet > 0 && octet < 128 && strchr("!#$%&'*+-/=?^_`{|}~.:", octet) != NULL);
}

/* Each octet at the start, within and at the end of each name. */
static void hostile_names(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++)
        for (size_t place = 0; place < 3; place++)
            for (int which = 0; which < 3; which++)
                for (uint8_t utf8 = 0; utf8 < 2; utf8++) {
                    ehlo_received received = least();
                    char name[] = "abc", expected[256];
                    name[place] = (char)octet;
                    received.smtputf8 = utf8;
                    received.address_size = 4;
                    received.name = text("n");
                    *(which == 0   ? &received.hello
                      : which == 1 ? &received.name
                                   : &received.by) = guarded(name, 3);
                    if (!is_plain(octet))
                        name[place] = '?';
                    snprintf(expected, sizeof expected,
                             "Received: from %s (%s [0.0.0.0]) by %s with %s;"
                             " Thu, 01 Jan 1970 00:00:00 +0000",
                             which == 0 ? name : "a.example", which == 1 ? name : "n",
                             which == 2 ? name : "b.example", utf8 ? "UTF8SMTP" : "SMTP");
                    expect(&received, expected);
                }
}

static void names(void **state)
{
    static const struct {
        const char *hello, *plain, *utf8;
    } all[] = {{"[192.0.2.1]", "[192.0.2.1]", "[192.0.2.1]"},
               {"[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"},
               {"[x:();\\\"]", "[x:?????]", "[x:?????]"},
               {"[", "?", "?"},
               {"]", "?", "?"},
               {"[]", "[]", "[]"},
               {"[[]]", "[??]", "[??]"},
               {"[a", "?a", "?a"},
               {"a]", "a?", "a?"},
               {"]a[", "?a?", "?a?"},
               {"my_host", "my_host", "my_host"},
               {"2001:db8::1", "2001:db8::1", "2001:db8::1"},
               {"a b", "a?b", "a?b"},
               {"a) by c (d", "a??by?c??d", "a??by?c??d"},
               {"a; Mon", "a??Mon", "a??Mon"},
               {"a\r\nBcc: x", "a??Bcc:?x", "a??Bcc:?x"},
               {"\xc3\xbc.example", "??.example", "\xc3\xbc.example"},
               {"\xe2\x82\xac\xf0\x9f\x93\xa7", "???????", "\xe2\x82\xac\xf0\x9f\x93\xa7"},
               {"\xc3", "?", "?"},
               {"a\xe2\x82", "a??", "a??"},
               {"\xc0\xaf\xed\xa0\x80", "?????", "?????"},
               {"\x80\xff", "??", "??"}};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (uint8_t utf8 = 0; utf8 < 2; utf8++) {
            ehlo_received received = least();
            char part[128];
            received.hello = guarded(all[i].hello, strlen(all[i].hello));
            received.smtputf8 = utf8;
            snprintf(part, sizeof part, "Received: from %s by ", utf8 ? all[i].utf8 : all[i].plain);
            assert_true(holds(&received, part));
        }
}

/* Cut at 255 octets, and no sequence of UTF-8 in two. */
static void long_names(void **state)
{
    static char name[70000];
    char part[300];
    ehlo_received received = least();
    (void)state;
    memset(name, 'a', sizeof name);
    snprintf(part, sizeof part, "from %.255s by", name);
    received.hello = guarded(name, 255);
    assert_true(holds(&received, part));
    received.hello = guarded(name, sizeof name);
    assert_true(holds(&received, part));
    received.hello = guarded(name, 254);
    assert_false(holds(&received, part));
    received.smtputf8 = 1;
    memcpy(name + 254, "\xc3\xbc", 2);
    received.hello = guarded(name, 300);
    memcpy(part + 5 + 254, "?", 1);
    assert_true(holds(&received, part));
}

static void addresses(void **state)
{
    static const struct {
        const char *address, *literal;
    } all[] = {{"::", "[IPv6:::]"},
               {"::1", "[IPv6:::1]"},
               {"1::", "[IPv6:1::]"},
               {"2001:db8::1", "[IPv6:2001:db8::1]"},
               {"2001:DB8:0:0:1:0:0:1", "[IPv6:2001:db8::1:0:0:1]"},
               {"2001:db8:0:1:1:1:1:1", "[IPv6:2001:db8:0:1:1:1:1:1]"}, /* no "::" for one group */
               {"1:0:0:2:0:0:0:3", "[IPv6:1:0:0:2::3]"},
               {"0:1:2:3:4:5:6:7", "[IPv6:0:1:2:3:4:5:6:7]"},
               {"1:2:3:4:5:6:7:0", "[IPv6:1:2:3:4:5:6:7:0]"},
               {"1:2:3:4:5:6:0:0", "[IPv6:1:2:3:4:5:6::]"},
               {"0:0:3:4:5:6:7:8", "[IPv6:::3:4:5:6:7:8]"},
               {"f:ab:cde:ff0f:1000:100:10:1", "[IPv6:f:ab:cde:ff0f:1000:100:10:1]"},
               {"::ffff:192.0.2.255", "[192.0.2.255]"},
               {"::fffe:192.0.2.255", "[IPv6:::fffe:c000:2ff]"},
               {"::1.2.3.4", "[IPv6:::102:304]"}};
    ehlo_received received = least();
    char part[64];
    (void)state;
    received.address_size = 16;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_int_equal(inet_pton(AF_INET6, all[i].address, received.address), 1);
        snprintf(part, sizeof part, " (%s) by ", all[i].literal);
        assert_true(holds(&received, part));
    }
    for (unsigned set = 0; set < 256; set++) { /* each set of groups that are zero; inet_ntop() agrees */
        char same[46];
        for (size_t i = 0; i < 16; i++)
            received.address[i] = set >> i / 2 & 1 ? 0 : (uint8_t)(i * 17 & 0x7f);
        if ((set & 31) == 31)
            continue; /* that may look like IPv4 in IPv6 */
        assert_non_null(inet_ntop(AF_INET6, received.address, same, sizeof same));
        snprintf(part, sizeof part, " ([IPv6:%s]) by ", same);
        assert_true(holds(&received, part));
    }
    received.address_size = 4;
    for (int octet = 0; octet < 256; octet++) {
        memset(received.address, octet, 4);
        snprintf(part, sizeof part, " ([%d.%d.%d.%d]) by ", octet, octet, octet, octet);
        assert_true(holds(&received, part));
    }
}

/* ---- dates ------------------------------------------------------------------------------------ */

static void dates(void **state)
{
    static const struct {
        int64_t time;
        int32_t zone;
        const char *date;
    } all[] = {{0, 0, "Thu, 01 Jan 1970 00:00:00 +0000"},
               {60, -1, "Thu, 01 Jan 1970 00:00:00 -0001"},
               {-86340, 1439, "Thu, 01 Jan 1970 00:00:00 +2359"},
               {68169600, 0, "Tue, 29 Feb 1972 00:00:00 +0000"},
               {951782400, 0, "Tue, 29 Feb 2000 00:00:00 +0000"},
               {951868799, 0, "Tue, 29 Feb 2000 23:59:59 +0000"},
               {951868800, 0, "Wed, 01 Mar 2000 00:00:00 +0000"},
               {951868800, -330, "Tue, 29 Feb 2000 18:30:00 -0530"},
               {1709164800, 60, "Thu, 29 Feb 2024 01:00:00 +0100"},
               {1735689599, 0, "Tue, 31 Dec 2024 23:59:59 +0000"},
               {1735689599, 840, "Wed, 01 Jan 2025 13:59:59 +1400"},
               {2147483648, 0, "Tue, 19 Jan 2038 03:14:08 +0000"},
               {4107542400, 0, "Mon, 01 Mar 2100 00:00:00 +0000"},
               {4107542399, 0, "Sun, 28 Feb 2100 23:59:59 +0000"},
               {4294967296, 0, "Sun, 07 Feb 2106 06:28:16 +0000"},
               {253402300799, 0, "Fri, 31 Dec 9999 23:59:59 +0000"},
               {253402300799 + 86340, -1439, "Fri, 31 Dec 9999 23:59:59 -2359"}};
    static const struct {
        int64_t time;
        int32_t zone;
    } none[] = {{0, 1440},         {0, -1440},        {0, INT32_MAX},    {0, INT32_MIN},
                {253402300800, 0}, {253402300799, 1}, {-2208988801, 0},  {-2208988800, -1},
                {INT64_MAX, 0},    {INT64_MIN, 0},    {INT64_MAX, 1439}, {INT64_MIN, -1439}};
    char part[64];
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        ehlo_received received = least();
        received.time = all[i].time;
        received.zone = all[i].zone;
        snprintf(part, sizeof part, " with SMTP; %s", all[i].date);
        assert_true(holds(&received, part));
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ehlo_received received = least();
        received.time = none[i].time;
        received.zone = none[i].zone;
        assert_int_equal(write_field(&received), EHLO_INVALID);
    }
}

/* Day by day through more than the 400 years after which the calendar comes again. */
static void each_day(void **state)
{
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static const char weekdays[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const int sizes[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t time = 0;
    int weekday = 3, second = 0;
    (void)state;
    for (int year = 1970; year < 2405; year++)
        for (int month = 0; month < 12; month++) {
            int leap = month == 1 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (int day = 1; day <= sizes[month] + leap; day++) {
                ehlo_received received = least();
                char expected[64];
                int size;
                received.time = time + second;
                size = ehlo_received_write(out, sizeof out, &received);
                snprintf(expected, sizeof expected, "%s, %02d %s %d %02d:%02d:%02d +0000\r\n",
                         weekdays[weekday], day, months[month], year, second / 3600, second / 60 % 60,
                         second % 60);
                assert_memory_equal(out + size - 33, expected, 33);
                time += 86400;
                weekday = (weekday + 1) % 7;
                second = (second + 7919) % 86400;
            }
        }
}

/* ---- rooms, lines, mistakes ------------------------------------------------------------------- */

/* All that there is to tell, with words of these sizes. */
static ehlo_received most(size_t size, size_t mailbox)
{
    static char octets[1024];

    memset(octets, 'a', sizeof octets);
    octets[512] = '@'; /* behind 512 - 480 octets of a mailbox */
    return (ehlo_received){.hello = {octets, size},
                           .name = {octets, size},
                           .by = {octets, size},
                           .id = {octets, size},
                           .recipient = {octets + 480 - (mailbox > 500 ? 480 : 0), mailbox},
                           .cipher = {octets, size},
                           .time = 253402300799,
                           .address_size = 16,
                           .tls = 1,
                           .authenticated = 1,
                           .extended = 1,
                           .smtputf8 = 1,
                           .address = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0xff}};
}

static void lines(void **state)
{
    ehlo_received received;
    (void)state;
    for (size_t size = 1; size <= 255; size++)
        for (size_t mailbox = 34; mailbox < 120; mailbox += 5) {
            received = most(size, mailbox);
            assert_true(write_field(&received) > 0);
            assert_true(strstr(unfolded, " for <aaa") != NULL && strstr(unfolded, " tls a") != NULL);
        }
    received = most(255, 994);
    assert_true(write_field(&received) > 2300); /* in EHLO_RECEIVED_ROOM */
    assert_non_null(strstr(unfolded, " for <aaa"));
}

static void rooms(void **state)
{
    static const size_t sizes[] = {1, 9, 30, 90};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        ehlo_received received = most(sizes[i], 40 + 20 * i);
        int size = write_field(&received);
        for (size_t room = 0; room < (size_t)size; room++) {
            memset(out, '#', sizeof out);
            assert_int_equal(ehlo_received_write(out, room, &received), EHLO_TOO_LONG);
            assert_int_equal(out[room], '#');
        }
    }
    assert_int_equal(ehlo_received_write(NULL, 0, &(ehlo_received){.hello = text("a"), .by = text("b")}),
                     EHLO_TOO_LONG);
}

static void mistakes(void **state)
{
    ehlo_received received = least();
    (void)state;
    received.hello.size = 0;
    assert_int_equal(write_field(&received), EHLO_INVALID);
    received = least();
    received.by = (ehlo_text){NULL, 0};
    assert_int_equal(write_field(&received), EHLO_INVALID);
    for (int size = 0; size < 256; size++) {
        received = least();
        received.address_size = (uint8_t)size;
        assert_int_equal(write_field(&received) > 0, size == 0 || size == 4 || size == 16);
    }
    for (size_t i = 0; i < sizeof received.reserved; i++) {
        received = least();
        received.reserved[i] = 1;
        assert_int_equal(write_field(&received), EHLO_INVALID);
    }
}

/* ---- Return-Path ------------------------------------------------------------------------------ */

static int write_path(const char *mailbox, size_t size, int utf8)
{
    int written = ehlo_return_path_write(out, sizeof out, guarded(mailbox, size), utf8);

    if (written > 0) {
        check_field(written);
        for (size_t room = 0; room < (size_t)written; room++) {
            char place[2048];
            place[room] = '#';
            assert_int_equal(ehlo_return_path_write(place, room, guarded(mailbox, size), utf8),
                             EHLO_TOO_LONG);
            assert_int_equal(place[room], '#');
        }
    }
    return written;
}

static void return_paths(void **state)
{
    static const char *const bad[] = {"a",           "<a@b>",     "a@b>",       " a@b",  "a@b ",
                                      "a@b\r\n",     "a\r\n@b",   "@",          "a@",    "@b",
                                      "\"a\r\n\"@b", "\"a\n\"@b", "Postmaster", "a@b;",  "<>",
                                      "\xff",        "\xff@b.c",  "a@b@c",      "\"a@b", "@c:a@b"};
    char path[1024], expected[1100];
    (void)state;
    assert_int_equal(write_path("", 0, 0), 17);
    assert_memory_equal(out, "Return-Path: <>\r\n", 17);
    assert_int_equal(ehlo_return_path_write(out, sizeof out, (ehlo_text){NULL, 0}, 0), 17);
    assert_int_equal(write_path("a@b.example", 11, 0), 28);
    assert_memory_equal(out, "Return-Path: <a@b.example>\r\n", 28);
    assert_int_equal(write_path("\"a b\"@c", 7, 0), 24);
    assert_int_equal(write_path("a\0@b", 4, 0), EHLO_INVALID);
    assert_int_equal(write_path("\xc3\xbc@b", 4, 0), EHLO_INVALID);
    assert_int_equal(write_path("\xc3\xbc@b", 4, 1), 21);
    assert_memory_equal(out, "Return-Path: <\xc3\xbc@b>\r\n", 21);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(write_path(bad[i], strlen(bad[i]), 1), EHLO_INVALID);
    memset(path, 'a', sizeof path);
    path[1] = '@';
    for (size_t size = 3; size < 1010; size++) {
        assert_int_equal(write_path(path, size, 0), size > 994  ? EHLO_TOO_LONG
                                                    : size > 63 ? (int)size + 19
                                                                : (int)size + 17);
        snprintf(expected, sizeof expected, "Return-Path: <%.*s>", (int)size, path);
        if (size <= 994)
            assert_string_equal(unfolded, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples),      cmocka_unit_test(each_with),    cmocka_unit_test(ids_and_ciphers),
        cmocka_unit_test(recipients),    cmocka_unit_test(names),        cmocka_unit_test(long_names),
        cmocka_unit_test(hostile_names), cmocka_unit_test(addresses),    cmocka_unit_test(dates),
        cmocka_unit_test(each_day),      cmocka_unit_test(lines),        cmocka_unit_test(rooms),
        cmocka_unit_test(mistakes),      cmocka_unit_test(return_paths),
    };
    return cmocka_run_group_tests_name("wire/received", tests, NULL, NULL);
}
