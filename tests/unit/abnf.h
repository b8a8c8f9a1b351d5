/* abnf.h - the grammar of paths and parameters a second time, for tests to compare with: RFC 5321
 * sections 4.1.2 and 4.1.3, RFC 6531 section 3.3, RFC 3629 section 4, RFC 5322 section 3.2.3.
 *
 * Written as differently from the library as can be: each rule of the ABNF is a function from the set of
 * places where it may start to the set of all places where it may then end, so there is no lookahead, no
 * longest match, no table, and a rule here reads as its rule there.  A set is an integer with a bit for
 * each place in the text, which is why texts have at most ABNF_LONGEST octets.
 */
#ifndef EHLO_TESTS_ABNF_H
#define EHLO_TESTS_ABNF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { ABNF_LONGEST = 63 };

typedef struct abnf_text {
    const unsigned char *octets;
    size_t size;
} abnf_text;

typedef uint64_t abnf_set;

typedef abnf_set abnf_rule(const abnf_text *text, abnf_set from);

/* 1: the rule can match the whole of the text. */
static inline int abnf_matches(abnf_rule *rule, const void *data, size_t size)
{
    abnf_text text = {data, size};

    return (int)(rule(&text, 1) >> size & 1);
}

/* ---- what ABNF is made of --------------------------------------------------------------------- */

/* The lowest place of a set that is not empty. */
static inline size_t abnf_first(abnf_set set)
{
    return (size_t)__builtin_ctzll(set);
}

/* %d`low`-`high` */
static inline abnf_set abnf_range(const abnf_text *text, abnf_set from, unsigned low, unsigned high)
{
    abnf_set to = 0;

    for (; from != 0; from &= from - 1) {
        size_t at = abnf_first(from);
        if (at < text->size && text->octets[at] >= low && text->octets[at] <= high)
            to |= (abnf_set)2 << at;
    }
    return to;
}

static inline abnf_set abnf_octet(const abnf_text *text, abnf_set from, char octet)
{
    return abnf_range(text, from, (unsigned char)octet, (unsigned char)octet);
}

/* "word", in any letter case */
static inline abnf_set abnf_word(const abnf_text *text, abnf_set from, const char *word)
{
    for (; *word != '\0'; word++) {
        int letter = (*word >= 'A' && *word <= 'Z') || (*word >= 'a' && *word <= 'z');
        from = abnf_octet(text, from, *word) | (letter ? abnf_octet(text, from, (char)(*word ^ 32)) : 0);
    }
    return from;
}

/* `least`*`most`rule; a `most` of ABNF_LONGEST is no bound. */
static inline abnf_set abnf_times(const abnf_text *text, abnf_set from, unsigned least, unsigned most,
                                  abnf_rule *rule)
{
    abnf_set to = least == 0 ? from : 0;

    for (unsigned i = 1; i <= most && from != 0; i++) {
        from = rule(text, from);
        if (i >= least)
            to |= from;
    }
    return to;
}

/* ---- octets ----------------------------------------------------------------------------------- */

static inline abnf_set abnf_alpha(const abnf_text *text, abnf_set from)
{
    return abnf_range(text, from, 0x41, 0x5a) | abnf_range(text, from, 0x61, 0x7a);
}

static inline abnf_set abnf_digit(const abnf_text *text, abnf_set from)
{
    return abnf_range(text, from, 0x30, 0x39);
}

static inline abnf_set abnf_hexdig(const abnf_text *text, abnf_set from)
{
    return abnf_digit(text, from) | abnf_range(text, from, 'A', 'F') | abnf_range(text, from, 'a', 'f');
}

static inline abnf_set abnf_utf8_tail(const abnf_text *text, abnf_set from)
{
    return abnf_range(text, from, 0x80, 0xbf);
}

/* UTF8-2 / UTF8-3 / UTF8-4 of RFC 3629 */
static inline abnf_set abnf_utf8_non_ascii(const abnf_text *text, abnf_set from)
{
    abnf_set one_more = abnf_range(text, from, 0xc2, 0xdf), two_more, three_more;

    two_more = abnf_range(text, from, 0xe1, 0xec) | abnf_range(text, from, 0xee, 0xef);
    three_more = abnf_range(text, from, 0xf1, 0xf3);
    one_more |= abnf_range(text, abnf_range(text, from, 0xe0, 0xe0), 0xa0, 0xbf);
    one_more |= abnf_range(text, abnf_range(text, from, 0xed, 0xed), 0x80, 0x9f);
    two_more |= abnf_range(text, abnf_range(text, from, 0xf0, 0xf0), 0x90, 0xbf);
    two_more |= abnf_range(text, abnf_range(text, from, 0xf4, 0xf4), 0x80, 0x8f);
    two_more |= abnf_utf8_tail(text, three_more);
    one_more |= abnf_utf8_tail(text, two_more);
    return abnf_utf8_tail(text, one_more);
}

/* ---- local-part ------------------------------------------------------------------------------- */

static inline abnf_set abnf_atext(const abnf_text *text, abnf_set from)
{
    abnf_set to = abnf_alpha(text, from) | abnf_digit(text, from) | abnf_utf8_non_ascii(text, from);

    for (const char *graphic = "!#$%&'*+-/=?^_`{|}~"; *graphic != '\0'; graphic++)
        to |= abnf_octet(text, from, *graphic);
    return to;
}

static inline abnf_set abnf_atom(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, from, 1, ABNF_LONGEST, abnf_atext);
}

static inline abnf_set abnf_dot_atom(const abnf_text *text, abnf_set from)
{
    return abnf_atom(text, abnf_octet(text, from, '.'));
}

static inline abnf_set abnf_dot_string(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, abnf_atom(text, from), 0, ABNF_LONGEST, abnf_dot_atom);
}

static inline abnf_set abnf_qcontent(const abnf_text *text, abnf_set from)
{
    abnf_set qtext = abnf_range(text, from, 32, 33) | abnf_range(text, from, 35, 91) |
                     abnf_range(text, from, 93, 126) | abnf_utf8_non_ascii(text, from);

    return qtext | abnf_range(text, abnf_range(text, from, 92, 92), 32, 126);
}

static inline abnf_set abnf_quoted_string(const abnf_text *text, abnf_set from)
{
    abnf_set content = abnf_times(text, abnf_octet(text, from, '"'), 0, ABNF_LONGEST, abnf_qcontent);

    return abnf_octet(text, content, '"');
}

static inline abnf_set abnf_local_part(const abnf_text *text, abnf_set from)
{
    return abnf_dot_string(text, from) | abnf_quoted_string(text, from);
}

/* ---- domain ----------------------------------------------------------------------------------- */

static inline abnf_set abnf_let_dig(const abnf_text *text, abnf_set from)
{
    return abnf_alpha(text, from) | abnf_digit(text, from);
}

static inline abnf_set abnf_let_dig_hyphen(const abnf_text *text, abnf_set from)
{
    return abnf_let_dig(text, from) | abnf_octet(text, from, '-');
}

static inline abnf_set abnf_ldh_str(const abnf_text *text, abnf_set from)
{
    return abnf_let_dig(text, abnf_times(text, from, 0, ABNF_LONGEST, abnf_let_dig_hyphen));
}

/* A letter or digit of a U-label (RFC 5890 section 2.3.2.1), as far as octets tell. */
static inline abnf_set abnf_u_let_dig(const abnf_text *text, abnf_set from)
{
    return abnf_let_dig(text, from) | abnf_utf8_non_ascii(text, from);
}

static inline abnf_set abnf_u_let_dig_hyphen(const abnf_text *text, abnf_set from)
{
    return abnf_u_let_dig(text, from) | abnf_octet(text, from, '-');
}

static inline abnf_set abnf_sub_domain(const abnf_text *text, abnf_set from)
{
    abnf_set first = abnf_let_dig(text, from), u_first = abnf_u_let_dig(text, from);
    abnf_set u_rest = abnf_times(text, u_first, 0, ABNF_LONGEST, abnf_u_let_dig_hyphen);

    return first | abnf_ldh_str(text, first) | u_first | abnf_u_let_dig(text, u_rest);
}

static inline abnf_set abnf_dot_sub_domain(const abnf_text *text, abnf_set from)
{
    return abnf_sub_domain(text, abnf_octet(text, from, '.'));
}

static inline abnf_set abnf_domain(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, abnf_sub_domain(text, from), 0, ABNF_LONGEST, abnf_dot_sub_domain);
}

/* ---- address literals -------------------------------------------------------------------------- */

/* 1*3DIGIT, up to 255: by its values, digit for digit. */
static inline abnf_set abnf_snum(const abnf_text *text, abnf_set from)
{
    abnf_set zero_one = abnf_range(text, from, '0', '1'), two = abnf_range(text, from, '2', '2');
    abnf_set one_digit = abnf_digit(text, from), two_digits = abnf_digit(text, one_digit);

    return one_digit | two_digits | abnf_digit(text, abnf_digit(text, zero_one)) |
           abnf_digit(text, abnf_range(text, two, '0', '4')) |
           abnf_range(text, abnf_range(text, two, '5', '5'), '0', '5');
}

static inline abnf_set abnf_dot_snum(const abnf_text *text, abnf_set from)
{
    return abnf_snum(text, abnf_octet(text, from, '.'));
}

static inline abnf_set abnf_ipv4(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, abnf_snum(text, from), 3, 3, abnf_dot_snum);
}

static inline abnf_set abnf_ipv6_hex(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, from, 1, 4, abnf_hexdig);
}

static inline abnf_set abnf_colon_hex(const abnf_text *text, abnf_set from)
{
    return abnf_ipv6_hex(text, abnf_octet(text, from, ':'));
}

/* `count` groups parted by colons; for 0, nothing. */
static inline abnf_set abnf_groups(const abnf_text *text, abnf_set from, unsigned count)
{
    return count == 0 ? from
                      : abnf_times(text, abnf_ipv6_hex(text, from), count - 1, count - 1, abnf_colon_hex);
}

static inline abnf_set abnf_ipv6_addr(const abnf_text *text, abnf_set from)
{
    abnf_set to = abnf_groups(text, from, 8); /* IPv6-full */

    for (unsigned before = 0; before <= 6; before++) { /* IPv6-comp */
        abnf_set gap = abnf_word(text, abnf_groups(text, from, before), "::");
        for (unsigned after = 0; before + after <= 6; after++)
            to |= abnf_groups(text, gap, after);
    }
    to |= abnf_ipv4(text, abnf_octet(text, abnf_groups(text, from, 6), ':')); /* IPv6v4-full */
    for (unsigned before = 0; before <= 4; before++) {                        /* IPv6v4-comp */
        abnf_set gap = abnf_word(text, abnf_groups(text, from, before), "::");
        to |= abnf_ipv4(text, gap);
        for (unsigned after = 1; before + after <= 4; after++)
            to |= abnf_ipv4(text, abnf_octet(text, abnf_groups(text, gap, after), ':'));
    }
    return to;
}

static inline abnf_set abnf_dcontent(const abnf_text *text, abnf_set from)
{
    return abnf_range(text, from, 33, 90) | abnf_range(text, from, 94, 126);
}

/* The tag IPv6 has a syntax of its own and so cannot be one of these. */
static inline abnf_set abnf_general(const abnf_text *text, abnf_set from)
{
    abnf_set to = 0;

    for (; from != 0; from &= from - 1) {
        abnf_set start = from & -from, tag = abnf_ldh_str(text, start) & ~abnf_word(text, start, "IPv6");
        to |= abnf_times(text, abnf_octet(text, tag, ':'), 1, ABNF_LONGEST, abnf_dcontent);
    }
    return to;
}

static inline abnf_set abnf_address_literal(const abnf_text *text, abnf_set from)
{
    abnf_set open = abnf_octet(text, from, '[');

    return abnf_octet(text,
                      abnf_ipv4(text, open) | abnf_ipv6_addr(text, abnf_word(text, open, "IPv6:")) |
                          abnf_general(text, open),
                      ']');
}

static inline abnf_set abnf_domain_or_literal(const abnf_text *text, abnf_set from)
{
    return abnf_domain(text, from) | abnf_address_literal(text, from);
}

/* ---- mailbox and path -------------------------------------------------------------------------- */

static inline abnf_set abnf_mailbox(const abnf_text *text, abnf_set from)
{
    return abnf_domain_or_literal(text, abnf_octet(text, abnf_local_part(text, from), '@'));
}

static inline abnf_set abnf_at_domain(const abnf_text *text, abnf_set from)
{
    return abnf_domain(text, abnf_octet(text, from, '@'));
}

static inline abnf_set abnf_comma_at_domain(const abnf_text *text, abnf_set from)
{
    return abnf_at_domain(text, abnf_octet(text, from, ','));
}

static inline abnf_set abnf_a_d_l(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, abnf_at_domain(text, from), 0, ABNF_LONGEST, abnf_comma_at_domain);
}

/* Path / "<>" / "<Postmaster>" */
static inline abnf_set abnf_path(const abnf_text *text, abnf_set from)
{
    abnf_set open = abnf_octet(text, from, '<');
    abnf_set start = open | abnf_octet(text, abnf_a_d_l(text, open), ':');

    return abnf_octet(text, abnf_mailbox(text, start) | open | abnf_word(text, open, "Postmaster"), '>');
}

/* ---- parameters -------------------------------------------------------------------------------- */

static inline abnf_set abnf_esmtp_value(const abnf_text *text, abnf_set from)
{
    return abnf_range(text, from, 33, 60) | abnf_range(text, from, 62, 126) | abnf_utf8_non_ascii(text, from);
}

static inline abnf_set abnf_esmtp_param(const abnf_text *text, abnf_set from)
{
    abnf_set keyword = abnf_times(text, abnf_let_dig(text, from), 0, ABNF_LONGEST, abnf_let_dig_hyphen);

    return keyword | abnf_times(text, abnf_octet(text, keyword, '='), 1, ABNF_LONGEST, abnf_esmtp_value);
}

static inline abnf_set abnf_sp_esmtp_param(const abnf_text *text, abnf_set from)
{
    return abnf_esmtp_param(text, abnf_octet(text, from, ' '));
}

static inline abnf_set abnf_parameters(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, abnf_esmtp_param(text, from), 0, ABNF_LONGEST, abnf_sp_esmtp_param);
}

/* ---- trying ------------------------------------------------------------------------------------ */

/* Calls `check` with the sample itself, with each of its beginnings, and with each octet from 0 to 255 in
 * the place of each of its octets and put in at each place. */
static inline void abnf_each_octet(const char *sample, size_t size, void (*check)(const char *, size_t))
{
    char changed[ABNF_LONGEST];

    for (size_t part = 0; part <= size; part++)
        check(sample, part);
    for (size_t at = 0; at <= size; at++) {
        for (unsigned octet = 0; octet < 256; octet++) {
            memcpy(changed, sample, size);
            if (at < size) {
                changed[at] = (char)octet;
                check(changed, size);
            }
            memmove(changed + at + 1, sample + at, size - at);
            changed[at] = (char)octet;
            check(changed, size + 1);
        }
    }
}

#endif
