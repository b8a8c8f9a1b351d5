/* number.h - decimal numbers: the only reader and the only writer of them. */
#ifndef EHLO_TEXT_NUMBER_H
#define EHLO_TEXT_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { EHLO__NUMBER_SIZE = 20 }; /* the digits of UINT64_MAX */

/* Reads `size` digits, leading zeros included, and nothing else: no sign, no blank.  EHLO_OK;
 * EHLO_INVALID for no digits or an octet that is none, `*out` as it was; EHLO_TOO_LONG for a number
 * above UINT64_MAX, `*out` then being UINT64_MAX, so that it is over any limit. */
int ehlo__number_parse(uint64_t *out, const void *digits, size_t size);

/* Writes the number without leading zeros; returns the digits written, 1 to EHLO__NUMBER_SIZE. */
size_t ehlo__number_write(char *out, uint64_t number);

#endif
