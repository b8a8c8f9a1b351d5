/* utf8.h - UTF-8 as RFC 3629 section 4 has it, and runs of text that may hold it. */
#ifndef EHLO_TEXT_UTF8_H
#define EHLO_TEXT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "ascii.h"

/* The octets (2 to 4) of the well-formed UTF-8 sequence at `data`; 0 where it is ill-formed, goes on
 * behind `size`, or is ASCII. */
size_t ehlo__utf8_length(const void *data, size_t size);

/* 1: all of it is well-formed UTF-8, ASCII included.  So is nothing at all. */
int ehlo__utf8_valid(const void *data, size_t size);

/* How many octets from `data` on are of the classes (of ascii.h) or of well-formed UTF-8 above 127;
 * `*utf8` becomes 1 where there are some of these.  Inline, for its loop is where the parsers spend
 * their time. */
static inline size_t ehlo__run(uint8_t *utf8, const unsigned char *data, size_t size, int classes)
{
    for (size_t at = 0, length;; at += length) {
        while (at < size && ehlo__is(data[at], classes))
            at++;
        if (at == size || data[at] < 0x80 || (length = ehlo__utf8_length(data + at, size - at)) == 0)
            return at;
        *utf8 = 1;
    }
}

#endif
