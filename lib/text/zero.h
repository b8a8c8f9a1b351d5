/* zero.h - memory of zeros. */
#ifndef EHLO_TEXT_ZERO_H
#define EHLO_TEXT_ZERO_H

#include <stddef.h>

/* memset() to zero.  A function of its own, so that the compiler does not know the size: where it does, it
 * writes a few hundred octets by `rep stos`, whose start alone costs more than the library's memset
 * (tests/bench/engine). */
void ehlo__zero(void *data, size_t size);

#endif
