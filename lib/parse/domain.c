/* domain.c - domains and address literals: RFC 5321 sections 2.3.5, 4.1.2 (Domain) and 4.1.3.
 *
 * Strictly the ABNF: no underscore, no empty label, no hyphen at either end of one, no dot at the end;
 * in IPv6 a "::" stands for at least two groups.  A label may hold UTF-8 wherever it may hold a letter
 * (RFC 6531 section 3.3); whether that makes a U-label is for IDNA's tables to say, which are not here.
 */
#include <string.h>

#include "domain.h"

#include "../text/ascii.h"
#include "../text/number.h"
#include "../text/utf8.h"

/* Octets of an IPv6 address, and of one of its groups. */
enum { ADDRESS = 16, GROUP = 2 };

size_t ehlo__name_scan(uint8_t *utf8, const unsigned char *data, size_t size)
{
    for (size_t at = 0;; at++) {
        size_t start = at;
        at += ehlo__run(utf8, data + at, size - at, EHLO__LDH);
        if (at == start || data[start] == '-' || data[at - 1] == '-')
            return 0;
        if (at == size || data[at] != '.')
            return at;
    }
}

/* Snum 3("." Snum), where zeros in front are within the grammar, and decimal. */
size_t ehlo__ipv4_scan(uint8_t *address, const unsigned char *data, size_t size, int posix)
{
    size_t at = 0;

    for (size_t i = 0; i < 4; i++) {
        uint64_t number = 0;
        size_t start;
        if (i > 0 && (at == size || data[at++] != '.'))
            return 0;
        for (start = at; at < size && at - start < 3 && ehlo__is(data[at], EHLO__DIGIT);)
            at++;
        if (ehlo__number_parse(&number, data + start, at - start) != EHLO_OK || number > 255 ||
            (posix && at - start > 1 && data[start] == '0'))
            return 0;
        address[i] = (uint8_t)number;
    }
    return at;
}

/* IPv6-hex: octets taken, 0 to 4. */
static size_t group_scan(uint8_t *group, const unsigned char *data, size_t size)
{
    unsigned value = 0;
    size_t at = 0;

    for (; at < size && at < 4 && ehlo__is(data[at], EHLO__HEX); at++) {
        unsigned digit = data[at] & 0x0fu; /* 1 for "A" and "a", and so on */
        value = value << 4 | (ehlo__is(data[at], EHLO__ALPHA) ? digit + 9 : digit);
    }
    group[0] = (uint8_t)(value >> 8);
    group[1] = (uint8_t)value;
    return at;
}

/* Opens the gap for which a "::" stands, `gap` octets into the `filled` ones. */
static void widen(uint8_t *address, size_t gap, size_t filled)
{
    memmove(address + ADDRESS - (filled - gap), address + gap, filled - gap);
    memset(address + gap, 0, ADDRESS - filled);
}

/* IPv6-addr, all four forms. */
size_t ehlo__ipv6_scan(uint8_t *address, const unsigned char *data, size_t size, int posix)
{
    enum { NO_GAP = ADDRESS + 1, TAIL = 4 };
    size_t at = 0, filled = 0, gap = NO_GAP, narrowest = posix ? GROUP : 2 * GROUP, taken;

    for (;;) {
        int pair = gap == NO_GAP && size - at >= 2 && data[at] == ':' && data[at + 1] == ':';
        if (pair) {
            gap = filled;
            at += 2;
        } else if (filled > 0) {
            if (at == size || data[at] != ':')
                break;
            at++;
        }
        taken = filled < ADDRESS ? group_scan(address + filled, data + at, size - at) : 0;
        if (taken == 0 && pair)
            break;
        if (taken == 0)
            return 0;
        if (size - at > taken && data[at + taken] == '.') { /* no group: the IPv4 address that ends it */
            taken = 0;
            if (filled <= ADDRESS - TAIL)
                taken = ehlo__ipv4_scan(address + filled, data + at, size - at, posix);
            if (taken == 0)
                return 0;
            at += taken;
            filled += TAIL;
            break;
        }
        at += taken;
        filled += GROUP;
    }
    if (gap == NO_GAP)
        return filled == ADDRESS ? at : 0;
    if (ADDRESS - filled < narrowest)
        return 0;
    widen(address, gap, filled);
    return at;
}

/* address-literal, "[" seen: octets taken, or 0.  What stands before a colon is a tag; the tag IPv6 is
 * followed by nothing but an IPv6-addr, though General-address-literal would let anything follow. */
static size_t literal_scan(ehlo_domain *out, const unsigned char *data, size_t size)
{
    size_t at = 1, start;

    while (at < size && ehlo__is(data[at], EHLO__LDH))
        at++;
    if (at == size || data[at] != ':') {
        out->kind = EHLO_DOMAIN_IPV4;
        start = 1;
        at = start + ehlo__ipv4_scan(out->address, data + start, size - start, 0);
    } else if (ehlo__same_word(data + 1, at - 1, "IPv6", 4)) {
        out->kind = EHLO_DOMAIN_IPV6;
        start = at + 1;
        at = start + ehlo__ipv6_scan(out->address, data + start, size - start, 0);
    } else {
        if (at == 1 || data[at - 1] == '-') /* Ldh-str: a hyphen may come first, but not last */
            return 0;
        out->kind = EHLO_DOMAIN_GENERAL;
        for (start = ++at; at < size && ehlo__is(data[at], EHLO__DCONTENT);)
            at++;
    }
    return at > start && at < size && data[at] == ']' ? at + 1 : 0;
}

size_t ehlo__domain_scan(ehlo_domain *out, const unsigned char *data, size_t size)
{
    size_t taken;

    if (size == 0)
        return 0;
    *out = (ehlo_domain){0};
    out->kind = EHLO_DOMAIN_NAME;
    taken = data[0] == '[' ? literal_scan(out, data, size) : ehlo__name_scan(&out->utf8, data, size);
    out->text = (ehlo_text){(const char *)data, taken};
    return taken;
}

int ehlo_domain_parse(ehlo_domain *out, const void *data, size_t size)
{
    return size > 0 && ehlo__domain_scan(out, data, size) == size ? EHLO_OK : EHLO_INVALID;
}
