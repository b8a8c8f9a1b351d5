/* ascii.h - which octets each grammar allows, by one table; words in any letter case. */
#ifndef EHLO_TEXT_ASCII_H
#define EHLO_TEXT_ASCII_H

#include <stddef.h>

#if defined(__GNUC__)
#define EHLO__HIDDEN __attribute__((visibility("hidden"))) /* data: reached without a relocation */
#else
#define EHLO__HIDDEN
#endif

/* Classes of octets, each a bit.  No octet above 127 is in any of them. */
enum {
    EHLO__ALPHA = 1 << 0,    /* RFC 5234 appendix B.1 */
    EHLO__DIGIT = 1 << 1,    /* likewise */
    EHLO__HEX = 1 << 2,      /* HEXDIG in either letter case */
    EHLO__HYPHEN = 1 << 3,   /* "-" alone */
    EHLO__ATEXT = 1 << 4,    /* RFC 5322 section 3.2.3 */
    EHLO__QTEXT = 1 << 5,    /* qtextSMTP, RFC 5321 section 4.1.2: 32 to 126 without `"` and "\" */
    EHLO__DCONTENT = 1 << 6, /* RFC 5321 section 4.1.3: 33 to 126 without "[", "\" and "]" */
    EHLO__VALUE = 1 << 7,    /* esmtp-value, RFC 5321 section 4.1.2: 33 to 126 without "=" */

    /* Sets of them: ehlo__is() takes any. */
    EHLO__LET_DIG = EHLO__ALPHA | EHLO__DIGIT,
    EHLO__LDH = EHLO__LET_DIG | EHLO__HYPHEN,   /* also the octets of an esmtp-keyword */
    EHLO__PRINTABLE = EHLO__QTEXT | EHLO__VALUE /* 32 to 126: what a backslash may quote */
};

extern EHLO__HIDDEN const unsigned char ehlo__classes[256];

/* Whether the octet is in one of the classes. */
static inline int ehlo__is(unsigned char octet, int classes)
{
    return (ehlo__classes[octet] & classes) != 0;
}

/* 1: the two are equal but for the case of ASCII letters (RFC 5321 section 2.4). */
int ehlo__same_word(const void *a, size_t a_size, const void *b, size_t b_size);

/* The octets of a NUL-terminated text, without the NUL. */
size_t ehlo__text_size(const char *text);

#endif
