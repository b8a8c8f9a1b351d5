/* ascii.c - the table of octet classes, and words in any letter case: RFC 5321 sections 2.4, 4.1.2
 * and 4.1.3, RFC 5322 section 3.2.3 (atext).
 *
 * The table is spelled as rules, which the compiler turns into 256 octets; no locale is asked.  Case is
 * folded for ASCII letters alone: nothing outside of ASCII ever equals a letter.
 */
#include "ascii.h"

#define IN(o, low, high) ((o) >= (low) && (o) <= (high))
#define IS_ALPHA(o)      (IN(o, 'A', 'Z') || IN(o, 'a', 'z'))
#define IS_DIGIT(o)      IN(o, '0', '9')
#define IS_HEX(o)        (IS_DIGIT(o) || IN(o, 'A', 'F') || IN(o, 'a', 'f'))
#define IS_ATEXT(o)                                                                                          \
    (IS_ALPHA(o) || IS_DIGIT(o) || (o) == '!' || IN(o, '#', '\'') || (o) == '*' || (o) == '+' ||             \
     (o) == '-' || (o) == '/' || (o) == '=' || (o) == '?' || IN(o, '^', '`') || IN(o, '{', '~'))
#define IS_QTEXT(o)    (IN(o, 32, 126) && (o) != '"' && (o) != '\\')
#define IS_DCONTENT(o) (IN(o, 33, 126) && !IN(o, '[', ']'))
#define IS_VALUE(o)    (IN(o, 33, 126) && (o) != '=')

#define CLASSES(o)                                                                                           \
    (unsigned char)((IS_ALPHA(o) ? EHLO__ALPHA : 0) | (IS_DIGIT(o) ? EHLO__DIGIT : 0) |                      \
                    (IS_HEX(o) ? EHLO__HEX : 0) | ((o) == '-' ? EHLO__HYPHEN : 0) |                          \
                    (IS_ATEXT(o) ? EHLO__ATEXT : 0) | (IS_QTEXT(o) ? EHLO__QTEXT : 0) |                      \
                    (IS_DCONTENT(o) ? EHLO__DCONTENT : 0) | (IS_VALUE(o) ? EHLO__VALUE : 0))

#define FOUR(o)    CLASSES(o), CLASSES((o) + 1), CLASSES((o) + 2), CLASSES((o) + 3)
#define SIXTEEN(o) FOUR(o), FOUR((o) + 4), FOUR((o) + 8), FOUR((o) + 12)

const unsigned char ehlo__classes[256] = {
    SIXTEEN(0),  SIXTEEN(16), SIXTEEN(32), SIXTEEN(48),
    SIXTEEN(64), SIXTEEN(80), SIXTEEN(96), SIXTEEN(112), /* above 127: none */
};

int ehlo__same_word(const void *a, size_t a_size, const void *b, size_t b_size)
{
    const unsigned char *one = a, *other = b;

    if (a_size != b_size)
        return 0;
    for (size_t i = 0; i < a_size; i++) {
        int difference = one[i] ^ other[i];
        if (difference != 0 && (difference != ('a' ^ 'A') || !ehlo__is(one[i], EHLO__ALPHA)))
            return 0;
    }
    return 1;
}

size_t ehlo__text_size(const char *text)
{
    size_t size = 0;

    while (text[size] != '\0')
        size++;
    return size;
}
