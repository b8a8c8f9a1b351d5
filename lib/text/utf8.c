/* utf8.c - well-formed UTF-8: RFC 3629 section 4.
 *
 * Refused are overlong forms, surrogates, and what lies above U+10FFFF; the second octet alone decides
 * about all three, by its lead octet.
 */
#include "utf8.h"

size_t ehlo__utf8_length(const void *data, size_t size)
{
    const unsigned char *octets = data;
    unsigned char lead = size > 0 ? octets[0] : 0, low = 0x80, high = 0xbf;
    size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;

    if (length == 0 || length > size)
        return 0;
    switch (lead) {
    case 0xe0: low = 0xa0; break;  /* below U+0800: overlong */
    case 0xed: high = 0x9f; break; /* U+D800 to U+DFFF: surrogates */
    case 0xf0: low = 0x90; break;  /* below U+10000: overlong */
    case 0xf4: high = 0x8f; break; /* above U+10FFFF */
    default: break;
    }
    if (octets[1] < low || octets[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((octets[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

int ehlo__utf8_valid(const void *data, size_t size)
{
    const unsigned char *octets = data;

    for (size_t at = 0, length; at < size; at += length) {
        length = octets[at] < 0x80 ? 1 : ehlo__utf8_length(octets + at, size - at);
        if (length == 0)
            return 0;
    }
    return 1;
}
