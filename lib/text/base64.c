/* base64.c - base64, strictly: RFC 4648 sections 3 and 4, RFC 4954 section 4.
 *
 * There is exactly one encoding of any octets, and nothing else is taken: what is lax here has let two
 * parties read two secrets in one text.
 */
#include <limits.h>

#include <ehlo/codec.h>

#include "base64.h"

enum { NONE = 64 }; /* no digit has this value */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static unsigned value_of(unsigned char digit)
{
    return digit >= 'A' && digit <= 'Z'   ? digit - (unsigned)'A'
           : digit >= 'a' && digit <= 'z' ? digit - (unsigned)'a' + 26
           : digit >= '0' && digit <= '9' ? digit - (unsigned)'0' + 52
           : digit == '+'                 ? 62
           : digit == '/'                 ? 63
                                          : NONE;
}

int ehlo_base64_encode(void *out, size_t room, const void *data, size_t size)
{
    const unsigned char *from = data;
    char *to = out;
    size_t groups = size / 3 + (size % 3 != 0);

    if (groups > (room < INT_MAX ? room : INT_MAX) / 4)
        return EHLO_TOO_LONG;
    for (; size > 0; from += 3, to += 4) {
        unsigned second = size > 1 ? from[1] : 0, third = size > 2 ? from[2] : 0;
        unsigned word = (unsigned)from[0] << 16 | second << 8 | third;
        to[0] = digits[word >> 18];
        to[1] = digits[word >> 12 & 63];
        to[2] = digits[word >> 6 & 63];
        to[3] = digits[word & 63];
        if (size < 3) {
            to[3] = '=';
            if (size < 2)
                to[2] = '=';
            break;
        }
        size -= 3;
    }
    return (int)(groups * 4);
}

/* One group of four that makes `octets` octets: 1 where it is canonical. */
static int group_decode(unsigned char *out, const unsigned char *from, size_t octets)
{
    unsigned word = 0, unused = octets == 3 ? 0 : octets == 2 ? 0xff : 0xffff;

    for (size_t i = 0; i < 4; i++) {
        unsigned value = i <= octets ? value_of(from[i]) : 0;
        if (value == NONE || (i > octets && from[i] != '='))
            return 0;
        word = word << 6 | value;
    }
    if (word & unused)
        return 0;
    for (size_t i = 0; i < octets; i++)
        out[i] = (unsigned char)(word >> (16 - 8 * i));
    return 1;
}

/* The octets that a group of four makes, by its padding alone. */
static size_t octets_of(const unsigned char *group, int is_last)
{
    return is_last && group[3] == '=' ? (group[2] == '=' ? 1 : 2) : 3;
}

int ehlo__base64_valid(const void *data, size_t size)
{
    const unsigned char *from = data;
    unsigned char group[3];

    if (size % 4 != 0)
        return 0;
    for (size_t at = 0; at < size; at += 4)
        if (!group_decode(group, from + at, octets_of(from + at, at + 4 == size)))
            return 0;
    return 1;
}

int ehlo_base64_decode(void *out, size_t room, const void *data, size_t size)
{
    const unsigned char *from = data;
    unsigned char *to = out;
    size_t written = 0;

    if (size % 4 != 0)
        return EHLO_INVALID;
    for (size_t at = 0; at < size; at += 4) {
        size_t octets = octets_of(from + at, at + 4 == size);
        unsigned char group[3];
        if (!group_decode(group, from + at, octets))
            return EHLO_INVALID;
        if (octets > room - written || written > INT_MAX - octets)
            return EHLO_TOO_LONG;
        for (size_t i = 0; i < octets; i++)
            to[written++] = group[i];
    }
    return (int)written;
}
