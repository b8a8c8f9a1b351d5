/* zero.c - memory of zeros. */
#include "zero.h"

#include <string.h>

void ehlo__zero(void *data, size_t size)
{
    memset(data, 0, size);
}
