/* Unit tests of lib/parse/proxy.c: the PROXY protocol, document sections 2.1 and 2.2. */
#include "../guard.h"

#include <ehlo/proxy.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "parse/domain.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

static ehlo_proxy proxy;
static uint64_t state_of_random = 88172645463325252u;

static size_t random_below(size_t limit)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (size_t)(state_of_random >> 11) % limit;
}

/* With an inaccessible page before it and behind it. */
static int parse(const void *data, size_t size)
{
    int status = ehlo_proxy_parse(&proxy, guard_front(data, size), size);

    memset(&proxy, 0xaa, sizeof proxy);
    assert_int_equal(ehlo_proxy_parse(&proxy, guard(data, size), size), status);
    return status;
}

/* ---- a second opinion ------------------------------------------------------------------------- */

/* CRC32c the other way round: highest bit first, each octet and the sum turned about. */
static uint32_t turned(uint32_t number, int bits)
{
    uint32_t other = 0;

    for (int i = 0; i < bits; i++)
        other |= (number >> i & 1) << (bits - 1 - i);
    return other;
}

static uint32_t checksum_of(const unsigned char *data, size_t size)
{
    uint32_t sum = 0xffffffff;

    for (size_t i = 0; i < size; i++) {
        sum ^= turned(data[i], 8) << 24;
        for (int bit = 0; bit < 8; bit++)
            sum = sum & 0x80000000 ? sum << 1 ^ 0x1edc6f41 : sum << 1;
    }
    return ~turned(sum, 32);
}

static int port_of(const char *word)
{
    char again[16];
    long port = strtol(word, NULL, 10);

    snprintf(again, sizeof again, "%ld", port);
    return strcmp(again, word) == 0 && port >= 0 && port <= 65535 ? (int)port : -1;
}

/* What becomes of a line of version 1 that is complete, or never will be one. */
static int judge_line(const unsigned char *data, size_t size)
{
    char line[108], words[6][108] = {{0}}, again[700];
    const unsigned char *cr = memchr(data, '\r', size), *lf = memchr(data, '\n', size);
    size_t end = cr != NULL ? (size_t)(cr - data) : 0;
    unsigned char addresses[2][16] = {{0}};
    int four;

    if (cr == NULL || lf != cr + 1 || end + 2 > 107)
        return EHLO_INVALID;
    memcpy(line, data, end);
    line[end] = '\0';
    if (memcmp(data, "PROXY UNKNOWN", 13) == 0 && (end == 13 || data[13] == ' '))
        return (int)end + 2;
    sscanf(line, "%107s %107s %107s %107s %107s %107s", words[0], words[1], words[2], words[3], words[4],
           words[5]);
    snprintf(again, sizeof again, "%s %s %s %s %s %s", words[0], words[1], words[2], words[3], words[4],
             words[5]);
    four = strcmp(words[1], "TCP4") == 0;
    if (strlen(line) != end || strcmp(line, again) != 0 || strcmp(words[0], "PROXY") != 0 ||
        (!four && strcmp(words[1], "TCP6") != 0) ||
        inet_pton(four ? AF_INET : AF_INET6, words[2], addresses[0]) != 1 ||
        inet_pton(four ? AF_INET : AF_INET6, words[3], addresses[1]) != 1 || port_of(words[4]) < 0 ||
        port_of(words[5]) < 0)
        return EHLO_INVALID;
    assert_memory_equal(proxy.source, addresses[0], 16);
    assert_memory_equal(proxy.destination, addresses[1], 16);
    assert_int_equal(proxy.source_port, port_of(words[4]));
    assert_int_equal(proxy.destination_port, port_of(words[5]));
    assert_int_equal(proxy.family, four ? EHLO_PROXY_IPV4 : EHLO_PROXY_IPV6);
    return (int)end + 2;
}

static int tlvs_are_well(const unsigned char *header, size_t all, size_t at, int checksums)
{
    size_t value = at + 3, end = value + (all - at < 3 ? 0 : (size_t)header[at + 1] << 8 | header[at + 2]);
    unsigned char copy[4096];

    if (at == all)
        return 1;
    if (all - at < 3 || end > all)
        return 0;
    if (header[at] == EHLO_PROXY_TLV_CRC32C) {
        uint32_t sum;
        if (end - value != 4 || checksums > 0)
            return 0;
        memcpy(copy, header, all);
        memset(copy + value, 0, 4);
        sum = checksum_of(copy, all);
        if (sum != ((uint32_t)header[value] << 24 | (uint32_t)header[value + 1] << 16 |
                    (uint32_t)header[value + 2] << 8 | header[value + 3]))
            return 0;
        checksums++;
    }
    return tlvs_are_well(header, all, end, checksums);
}

/* What becomes of a block of version 2, of which the first 16 octets are there. */
static int judge_block(const unsigned char *data, size_t size)
{
    size_t all = 16 + ((size_t)data[14] << 8 | data[15]), head;

    if (memcmp(data, SIGNATURE, 12) != 0)
        return EHLO_INVALID;
    if (data[12] == 0x20)
        return size < all ? 0 : (int)all;
    switch (data[13]) {
    case 0x11:
    case 0x12: head = 16 + 12; break;
    case 0x21:
    case 0x22: head = 16 + 36; break;
    case 0x31:
    case 0x32: head = 16 + 216; break;
    case 0x00:
    case 0x01:
    case 0x02:
    case 0x10:
    case 0x20:
    case 0x30: return data[12] != 0x21 ? EHLO_INVALID : size < all ? 0 : (int)all;
    default: return EHLO_INVALID;
    }
    if (data[12] != 0x21 || all < head)
        return EHLO_INVALID;
    return size < all ? 0 : tlvs_are_well(data, all, head, 0) ? (int)all : EHLO_INVALID;
}

static void compare(const unsigned char *data, size_t size)
{
    int status = parse(data, size);
    int expected = data[0] == 'P' ? judge_line(data, size) : judge_block(data, size);

    if (status != expected)
        fail_msg("%d, not %d: %.*s", status, expected, (int)size, (const char *)data);
}

/* ---- headers that are there ------------------------------------------------------------------- */

typedef struct header {
    unsigned char octets[1024];
    size_t size;
} header;

/* The fixed octets and `rest`, the length being right. */
static header block(int command, int kind, const void *rest, size_t size)
{
    header made = {.octets = SIGNATURE, .size = 16 + size};

    made.octets[12] = (unsigned char)command;
    made.octets[13] = (unsigned char)kind;
    made.octets[14] = (unsigned char)(size >> 8);
    made.octets[15] = (unsigned char)size;
    if (size > 0)
        memcpy(made.octets + 16, rest, size);
    return made;
}

/* Puts the checksum into the four octets at `at`. */
static void seal(header *made, size_t at)
{
    uint32_t sum;

    memset(made->octets + at, 0, 4);
    sum = checksum_of(made->octets, made->size);
    for (size_t i = 0; i < 4; i++)
        made->octets[at + i] = (unsigned char)(sum >> (24 - 8 * i));
}

static header line(const char *text)
{
    header made = {.size = strlen(text)};

    memcpy(made.octets, text, made.size);
    return made;
}

#define ADDRESSES_4 "\300\0\2\1\306\063\144\2\0\31\2\113"
#define ADDRESSES_6 "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\2\xff\xff\0\0"

enum { SAMPLES = 17 };

static header sample(int number)
{
    static const char tlvs[] = ADDRESSES_4 "\x04\0\x02xx\x03\0\x04\0\0\0\0\x02\0\x01"
                                           "a\xea\0\0";
    char paths[216] = "/run/client";
    header made;

    memcpy(paths + 108, "/run/server", 11);
    switch (number) {
    case 0: return line("PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n");
    case 1: return line("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n");
    case 2: return line("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n");
    case 3: return line("PROXY TCP6 2001:db8::1 fe80:0:0:0:0:0:0:2 1 587\r\n");
    case 4:
        return line(
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
            "65535 65535\r\n");
    case 5: return line("PROXY TCP6 :: ::FfFf:192.0.2.1 9 10\r\n");
    case 6: return line("PROXY TCP6 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 9 10\r\n"); /* a gap of one group */
    case 7: return line("PROXY UNKNOWN\r\n");
    case 8: return line("PROXY UNKNOWN anything, \xff or nothing\r\n");
    case 9: return block(0x21, 0x11, ADDRESSES_4, 12);
    case 10: return block(0x21, 0x22, ADDRESSES_6, 36);
    case 11: return block(0x21, 0x31, paths, 216);
    case 12: return block(0x20, 0x00, "", 0);
    case 13: return block(0x20, 0xff, "abcde", 5);
    case 14: return block(0x21, 0x00, "abcdefg", 7);
    case 15: return block(0x21, 0x11, ADDRESSES_4 "\x04\0\0", 15);
    default:
        made = block(0x21, 0x12, tlvs, sizeof tlvs - 1);
        seal(&made, 16 + 12 + 5 + 3);
        return made;
    }
}

static void what_a_header_tells(void **state)
{
    static const uint8_t address_4[16] = {192, 0, 2, 1}, other_4[16] = {198, 51, 100, 2};
    static const uint8_t address_6[16] = {0x20, 1, 0xd, 0xb8, [15] = 1}, other_6[16] = {0xfe, 0x80, [15] = 2};
    static const int numbers[] = {0, 9, 3, 10}, from[] = {56324, 25, 1, 65535}, to[] = {25, 587, 587, 0};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        header made = sample(numbers[i]);
        assert_int_equal(parse(made.octets, made.size), made.size);
        assert_int_equal(proxy.version, 1 + i % 2);
        assert_int_equal(proxy.family, i < 2 ? EHLO_PROXY_IPV4 : EHLO_PROXY_IPV6);
        assert_int_equal(proxy.transport, i < 3 ? EHLO_PROXY_STREAM : EHLO_PROXY_DATAGRAM);
        assert_memory_equal(proxy.source, i < 2 ? address_4 : address_6, 16);
        assert_memory_equal(proxy.destination, i < 2 ? other_4 : other_6, 16);
        assert_int_equal(proxy.source_port, from[i]);
        assert_int_equal(proxy.destination_port, to[i]);
        assert_int_equal(proxy.local, 0);
        assert_int_equal(proxy.tlvs.size, 0);
        assert_int_equal(proxy.source_path.size + proxy.destination_path.size, 0);
    }
}

/* The connection's own addresses are right: nothing else is told. */
static void what_tells_none(void **state)
{
    static const int kinds[] = {0x00, 0x01, 0x02, 0x10, 0x20, 0x30};
    static const ehlo_proxy nothing;
    (void)state;
    for (int i = 7; i <= 14; i++) {
        header made = sample(i);
        if (i >= 9 && i <= 11)
            continue;
        assert_int_equal(parse(made.octets, made.size), made.size);
        assert_int_equal(proxy.version, i < 9 ? 1 : 2);
        assert_int_equal(proxy.local, i == 12 || i == 13);
        proxy.version = proxy.local = 0;
        assert_memory_equal(&proxy, &nothing, sizeof proxy);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        header made = block(0x21, kinds[i], "abcdef", i % 2 * 6);
        assert_int_equal(parse(made.octets, made.size), made.size);
        proxy.version = 0;
        assert_memory_equal(&proxy, &nothing, sizeof proxy);
    }
}

static void paths(void **state)
{
    char both[216];
    (void)state;
    for (size_t size = 0; size <= 108; size++) {
        header made;
        memset(both, 'b', sizeof both);
        memset(both, 'a', size);
        if (size < 108)
            both[size] = '\0';
        both[108] = '\0';
        made = block(0x21, 0x31, both, 216);
        assert_int_equal(parse(made.octets, made.size), 16 + 216);
        assert_int_equal(proxy.family, EHLO_PROXY_UNIX);
        assert_int_equal(proxy.source_path.size, size);
        assert_memory_equal(proxy.source_path.data, both, size);
        assert_int_equal(proxy.destination_path.size, 0); /* an abstract one */
        assert_int_equal(proxy.source_port + proxy.destination_port, 0);
    }
}

/* ---- where a header ends, where it fails ------------------------------------------------------ */

static void each_prefix_needs_more(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        header made = sample(i);
        for (size_t size = 0; size < made.size; size++)
            assert_int_equal(parse(made.octets, size), 0);
        for (size_t more = 0; more < 300; more += 7)
            assert_int_equal(parse(made.octets, made.size + more), made.size);
    }
    assert_int_equal(ehlo_proxy_parse(&proxy, NULL, 0), 0);
}

static void each_octet_at_each_place(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        header made = sample(i);
        compare(made.octets, made.size);
        for (size_t at = 1; at < made.size; at++)
            for (int octet = 0; octet < 256; octet++) {
                header other = made;
                other.octets[at] = (unsigned char)octet;
                compare(other.octets, other.size);
            }
    }
}

/* What something else starts with is told from a header at the first octet that no header has there. */
static void other_protocols(void **state)
{
    static const struct {
        const char *text;
        size_t needed;
    } others[] = {{"EHLO a.example\r\n", 1},
                  {"\x16\x03\x01\x02", 1},
                  {"GET / HTTP/1.1\r\n", 1},
                  {"proxy TCP4 ", 1},
                  {"PR0XY ", 3},
                  {"PROXYTCP4", 6},
                  {"PROXY  TCP4 ", 7},
                  {"PROXY\tTCP4 ", 6},
                  {"PROXY TCP5", 10},
                  {"PROXY tcp4", 7},
                  {"PROXY TCP\r\n", 10},
                  {"PROXY UDP4 ", 8},
                  {"PROXY TCP4\r\n", 11},
                  {"PROXY TCP4\t", 11},
                  {"PROXY UNKNOWNS\r\n", 14},
                  {"PROXY UNKNOWN\n", 14},
                  {"PROXY UNKNOWN\rx", 15},
                  {"PROXY UNKNOWN a\n", 16},
                  {"PROXY\r\n", 6},
                  {"\r\nEHLO", 3},
                  {"\r\n\r\n\r\n", 5},
                  {"PROXY UNKNOWN\r\r\n", 15}};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        for (size_t size = 0; size <= strlen(others[i].text); size++)
            assert_int_equal(parse(others[i].text, size), size < others[i].needed ? 0 : EHLO_INVALID);
    for (int octet = 0; octet < 256; octet++)
        assert_int_equal(parse(&(unsigned char){(unsigned char)octet}, 1),
                         octet == 'P' || octet == '\r' ? 0 : EHLO_INVALID);
}

static void lines_that_are_none(void **state)
{
    /* clang-format off */
    static const char *const lines[] = {
        "TCP4 ", "TCP4  192.0.2.1 192.0.2.2 1 2", "TCP4 192.0.2.1  192.0.2.2 1 2",
        "TCP4 192.0.2.1 192.0.2.2  1 2", "TCP4 192.0.2.1 192.0.2.2 1  2", "TCP4 192.0.2.1 192.0.2.2 1 2 ",
        "TCP4 192.0.2.1 192.0.2.2 1 2 3", "TCP4 192.0.2.1 192.0.2.2 1", "TCP4 192.0.2.1 192.0.2.2 1 ",
        "TCP4 192.0.2.1 192.0.2.2", "TCP4 192.0.2.1", "TCP4 192.0.2.1 192.0.2.2 65536 2",
        "TCP4 192.0.2.1 192.0.2.2 1 65536", "TCP4 192.0.2.1 192.0.2.2 100000 2",
        "TCP4 192.0.2.1 192.0.2.2 01 2", "TCP4 192.0.2.1 192.0.2.2 1 00", "TCP4 192.0.2.1 192.0.2.2 +1 2",
        "TCP4 192.0.2.1 192.0.2.2 -1 2", "TCP4 192.0.2.1 192.0.2.2 0x1 2", "TCP4 192.0.2.1 192.0.2.2 1 2x",
        "TCP4 192.0.2.1 192.0.2.2 99999999999999999999999 2", "TCP4 192.0.2.01 192.0.2.2 1 2",
        "TCP4 192.0.02.1 192.0.2.2 1 2", "TCP4 192.0.2.1 00.0.2.2 1 2", "TCP4 192.0.2.1 192.0.2.256 1 2",
        "TCP4 192.0.2 192.0.2.2 1 2", "TCP4 192.0.2.1.1 192.0.2.2 1 2", "TCP4 ::1 ::2 1 2",
        "TCP4 [192.0.2.1] 192.0.2.2 1 2", "TCP6 192.0.2.1 192.0.2.2 1 2", "TCP6 ::1 192.0.2.2 1 2",
        "TCP6 192.0.2.1 ::1 1 2", "TCP6 [::1] ::2 1 2", "TCP6 ::1 ::2::3 1 2",
        "TCP6 1:2:3:4:5:6:7:8:: ::2 1 2", "TCP6 ::1:2:3:4:5:6:7:8 ::2 1 2", "TCP6 1:2:3:4:5:6:7 ::2 1 2",
        "TCP6 1:2:3:4:5:6:7:8:9 ::2 1 2", "TCP6 ::12345 ::2 1 2", "TCP6 ::g ::2 1 2", "TCP6 : ::2 1 2",
        "TCP6 ::: ::2 1 2", "TCP6 fe80::1%eth0 ::2 1 2", "TCP6 ::01.2.3.4 ::2 1 2", "TCP6 ::1.2.3 ::2 1 2",
        "TCP6 1:2:3:4:5:6::1.2.3.4 ::2 1 2",
    };
    /* clang-format on */
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        int size = snprintf(text, sizeof text, "PROXY %s\r\n", lines[i]);
        if (parse(text, (size_t)size) != EHLO_INVALID)
            fail_msg("accepted: %s", lines[i]);
        assert_int_equal(parse(text, (size_t)size - 1), 0); /* the addresses wait for the line's end */
    }
}

/* 107 octets are the most that a line may have. */
static void bounds_of_a_line(void **state)
{
    char text[256];
    (void)state;
    for (size_t size = 16; size < 200; size++) {
        memset(text, 'x', sizeof text);
        memcpy(text, "PROXY UNKNOWN ", 14);
        assert_int_equal(parse(text, size), size < 106 ? 0 : EHLO_INVALID);
        text[size - 1] = '\r';
        assert_int_equal(parse(text, size), size < 107 ? 0 : EHLO_INVALID);
        text[size - 2] = '\r';
        text[size - 1] = '\n';
        assert_int_equal(parse(text, size), size <= 107 ? (int)size : EHLO_INVALID);
    }
    memset(text, '1', sizeof text);
    memcpy(text, "PROXY TCP6 ", 11);
    assert_int_equal(parse(text, 105), 0);
    assert_int_equal(parse(text, 106), EHLO_INVALID);
}

static void each_version_command_and_kind(void **state)
{
    char rest[216] = {0};
    (void)state;
    for (int command = 0; command < 256; command++)
        for (int kind = 0; kind < 256; kind++) {
            header made = block(command, kind, rest, 216);
            compare(made.octets, 16);
            if (parse(made.octets, 16) == EHLO_INVALID) /* told as soon as the octet is there */
                assert_int_equal(parse(made.octets, command >> 1 == 0x10 ? 14 : 13), EHLO_INVALID);
            else
                assert_int_equal(parse(made.octets, made.size), made.size);
        }
}

/* Where the length is too short for the family, nothing more is waited for. */
static void lengths(void **state)
{
    static const size_t least[] = {0, 12, 36, 216};
    static unsigned char large[16 + 65535];
    header made;
    (void)state;
    for (int family = 0; family < 4; family++)
        for (size_t size = 0; size < 300; size++) {
            char rest[300] = {0};
            made = block(0x21, family << 4 | 1, rest, size);
            if (size > least[family]) /* one TLV of the rest, if that holds one */
                made.octets[16 + least[family]] = 4;
            if (size >= least[family] + 3) {
                made.octets[16 + least[family] + 1] = (unsigned char)((size - least[family] - 3) >> 8);
                made.octets[16 + least[family] + 2] = (unsigned char)(size - least[family] - 3);
            }
            compare(made.octets, made.size);
            assert_int_equal(parse(made.octets, 15), 0);
            assert_int_equal(parse(made.octets, 16), size < least[family] ? EHLO_INVALID
                                                     : size == 0          ? 16
                                                                          : 0);
        }
    made = block(0x21, 0x11, "", 0);
    memcpy(large, made.octets, 14);
    memset(large + 14, 0xff, 2);
    large[28] = EHLO_PROXY_TLV_NOOP;
    large[29] = (65535 - 15) >> 8;
    large[30] = (65535 - 15) & 255;
    assert_int_equal(parse(large, sizeof large - 1), 0);
    assert_int_equal(parse(large, sizeof large), 65551);
    memset(large + 28, 0, 3); /* many empty ones, and none of 3 octets at the end if 3 does not divide */
    assert_int_equal(parse(large, sizeof large), (65535 - 12) % 3 == 0 ? 65551 : EHLO_INVALID);
}

/* ---- TLVs ------------------------------------------------------------------------------------- */

static void tlvs(void **state)
{
    header made = sample(SAMPLES - 1);
    ehlo_proxy_tlv tlv;
    ehlo_text rest, before;
    static const int types[] = {EHLO_PROXY_TLV_NOOP, EHLO_PROXY_TLV_CRC32C, EHLO_PROXY_TLV_AUTHORITY, 0xea};
    static const size_t sizes[] = {2, 4, 1, 0};
    (void)state;
    assert_int_equal(parse(made.octets, made.size), made.size);
    rest = proxy.tlvs;
    assert_int_equal(rest.size, made.size - 28);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(ehlo_proxy_tlv_next(&tlv, &rest), 1);
        assert_int_equal(tlv.type, types[i]);
        assert_int_equal(tlv.value.size, sizes[i]);
        if (i == 2)
            assert_memory_equal(tlv.value.data, "a", 1);
    }
    assert_int_equal(rest.size, 0);
    assert_int_equal(ehlo_proxy_tlv_next(&tlv, &rest), 0);
    rest = (ehlo_text){NULL, 0};
    assert_int_equal(ehlo_proxy_tlv_next(&tlv, &rest), 0);
    for (size_t size = 1; size < 3 + 258; size++) { /* one of 258 octets, cut */
        static const char head[3 + 258] = "\x21\1\2";
        before = rest = (ehlo_text){guard(head, size), size};
        assert_int_equal(ehlo_proxy_tlv_next(&tlv, &rest), EHLO_INVALID);
        assert_memory_equal(&rest, &before, sizeof rest);
    }
}

/* A header whose TLVs are these. */
static int with_tlvs(const char *tlvs_octets, size_t size)
{
    char rest[256] = ADDRESSES_4;
    header made;

    memcpy(rest + 12, tlvs_octets, size);
    made = block(0x21, 0x11, rest, 12 + size);
    return parse(made.octets, made.size);
}

static void malformed_tlvs(void **state)
{
    (void)state;
    assert_int_equal(with_tlvs("\4", 1), EHLO_INVALID);
    assert_int_equal(with_tlvs("\4\0", 2), EHLO_INVALID);
    assert_int_equal(with_tlvs("\4\0\0", 3), 31);
    assert_int_equal(with_tlvs("\4\0\1", 3), EHLO_INVALID);
    assert_int_equal(with_tlvs("\4\0\1x", 4), 32);
    assert_int_equal(with_tlvs("\4\0\1xy", 5), EHLO_INVALID);
    assert_int_equal(with_tlvs("\4\1\1x", 4), EHLO_INVALID);
    assert_int_equal(with_tlvs("\3\0\0", 3), EHLO_INVALID);
    assert_int_equal(with_tlvs("\3\0\3\0\0\0", 6), EHLO_INVALID);
    assert_int_equal(with_tlvs("\3\0\5\0\0\0\0\0", 8), EHLO_INVALID);
}

static void checksums(void **state)
{
    static const char tlvs_octets[] = ADDRESSES_4 "\3\0\4\0\0\0\0\4\0\0\3\0\4\0\0\0\0";
    header local;
    (void)state;
    assert_int_equal(checksum_of((const unsigned char *)"123456789", 9), 0xe3069283); /* as ever */
    for (size_t bit = 0; bit < 32; bit++) {
        header made = block(0x21, 0x11, tlvs_octets, 12 + 7 + 3);
        seal(&made, 31);
        assert_int_equal(parse(made.octets, made.size), made.size);
        made.octets[31 + bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_int_equal(parse(made.octets, made.size), EHLO_INVALID);
    }
    for (int both = 0; both < 2; both++) { /* a second one is refused, whatever it says */
        header made = block(0x21, 0x11, tlvs_octets, sizeof tlvs_octets - 1);
        seal(&made, 31);
        if (both)
            seal(&made, 41);
        assert_int_equal(parse(made.octets, made.size), EHLO_INVALID);
    }
    local = block(0x20, 0x11, tlvs_octets, 19);
    assert_int_equal(parse(local.octets, local.size), local.size); /* unseen */
}

/* ---- addresses, as inet_pton() reads them ----------------------------------------------------- */

static void compare_addresses(const char *text, size_t size)
{
    unsigned char here[16] = {0}, there[16] = {0};
    char terminated[64];
    const unsigned char *octets = (const unsigned char *)guard(text, size);

    memcpy(terminated, text, size);
    terminated[size] = '\0';
    if ((size > 0 && ehlo__ipv6_scan(here, octets, size, 1) == size) !=
        (inet_pton(AF_INET6, terminated, there) == 1))
        fail_msg("IPv6: %s", terminated);
    if (inet_pton(AF_INET6, terminated, there) == 1)
        assert_memory_equal(here, there, 16);
    if ((size > 0 && ehlo__ipv4_scan(here, octets, size, 1) == size) !=
        (inet_pton(AF_INET, terminated, there) == 1))
        fail_msg("IPv4: %s", terminated);
    if (inet_pton(AF_INET, terminated, there) == 1)
        assert_memory_equal(here, there, 4);
}

static void addresses(void **state)
{
    static const char *const seeds[] = {
        "192.0.2.1",       "::",          "1:2:3:4:5:6:7:8", "2001:db8::1",
        "::ffff:10.0.0.1", "1:2:3:4:5::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4",
        "255.255.255.255", "1::8",        "1:2:3::5:6:7:8",  "abcd:EF01::10.20.30.40"};
    static const char octets[] = "0123456789abcdefABCDEF::::....g ";
    char text[40];
    (void)state;
    for (int i = 0; i < 300000; i++) {
        size_t size, at;
        strcpy(text, seeds[random_below(sizeof seeds / sizeof seeds[0])]);
        size = strlen(text);
        for (size_t changes = random_below(5); changes > 0; changes--) {
            at = random_below(size + 1);
            switch (random_below(3)) {
            case 0: /* another octet */
                if (at < size)
                    text[at] = octets[random_below(sizeof octets - 1)];
                break;
            case 1: /* one is gone */
                if (at < size) {
                    memmove(text + at, text + at + 1, size - at);
                    size--;
                }
                break;
            default: /* one more */
                memmove(text + at + 1, text + at, size - at);
                text[at] = octets[random_below(sizeof octets - 1)];
                size++;
            }
        }
        compare_addresses(text, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_header_tells),
        cmocka_unit_test(what_tells_none),
        cmocka_unit_test(paths),
        cmocka_unit_test(each_prefix_needs_more),
        cmocka_unit_test(each_octet_at_each_place),
        cmocka_unit_test(other_protocols),
        cmocka_unit_test(lines_that_are_none),
        cmocka_unit_test(bounds_of_a_line),
        cmocka_unit_test(each_version_command_and_kind),
        cmocka_unit_test(lengths),
        cmocka_unit_test(tlvs),
        cmocka_unit_test(malformed_tlvs),
        cmocka_unit_test(checksums),
        cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests_name("parse/proxy", tests, NULL, NULL);
}
