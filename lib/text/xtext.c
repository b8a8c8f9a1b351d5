/* xtext.c - any octets within the value of a parameter: RFC 3461 section 4. */
#include <limits.h>

#include <ehlo/codec.h>

#include "ascii.h"

static const char digits[] = "0123456789ABCDEF";

/* xchar: 33 to 126 but "+" and "=". */
static int is_plain(unsigned char octet)
{
    return ehlo__is(octet, EHLO__VALUE) && octet != '+';
}

enum { NONE = 16 }; /* no digit has this value */

/* The value of a hexadecimal digit, capital alone. */
static unsigned value_of(unsigned char digit)
{
    return ehlo__is(digit, EHLO__DIGIT)   ? digit - (unsigned)'0'
           : digit >= 'A' && digit <= 'F' ? digit - (unsigned)'A' + 10
                                          : NONE;
}

int ehlo_xtext_encode(void *out, size_t room, const void *data, size_t size)
{
    const unsigned char *from = data;
    char *to = out;
    size_t written = 0;

    room = room < INT_MAX ? room : INT_MAX;
    for (size_t at = 0; at < size; at++) {
        size_t octets = is_plain(from[at]) ? 1 : 3;
        if (octets > room - written)
            return EHLO_TOO_LONG;
        if (octets == 1) {
            to[written++] = (char)from[at];
        } else {
            to[written++] = '+';
            to[written++] = digits[from[at] >> 4];
            to[written++] = digits[from[at] & 15];
        }
    }
    return (int)written;
}

int ehlo_xtext_decode(void *out, size_t room, const void *data, size_t size)
{
    const unsigned char *from = data;
    unsigned char *to = out;
    size_t written = 0;

    room = room < INT_MAX ? room : INT_MAX;
    for (size_t at = 0; at < size; at++) {
        unsigned octet = from[at];
        if (octet == '+') {
            unsigned high = size - at > 2 ? value_of(from[at + 1]) : NONE;
            unsigned low = high != NONE ? value_of(from[at + 2]) : NONE;
            if (low == NONE)
                return EHLO_INVALID;
            octet = high << 4 | low;
            at += 2;
        } else if (!is_plain(from[at])) {
            return EHLO_INVALID;
        }
        if (written == room)
            return EHLO_TOO_LONG;
        to[written++] = (unsigned char)octet;
    }
    return (int)written;
}
