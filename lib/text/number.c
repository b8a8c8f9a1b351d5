/* number.c - decimal numbers, checked: RFC 5321 section 4.1.3 (Snum), RFC 1870 section 6 (SIZE).
 *
 * Everything that the peer sends as a number is read here, so that overflow is looked for in one place.
 */
#include <ehlo/base.h>

#include "ascii.h"
#include "number.h"

int ehlo__number_parse(uint64_t *out, const void *digits, size_t size)
{
    const unsigned char *octets = digits;
    uint64_t number = 0;
    int status = size > 0 ? EHLO_OK : EHLO_INVALID;

    for (size_t i = 0; i < size; i++) {
        unsigned digit = octets[i] - (unsigned)'0';
        if (digit > 9)
            return EHLO_INVALID;
        if (number > (UINT64_MAX - digit) / 10)
            status = EHLO_TOO_LONG; /* read on: an octet that is no digit counts for more */
        number = number * 10 + digit;
    }
    if (status != EHLO_INVALID)
        *out = status == EHLO_OK ? number : UINT64_MAX;
    return status;
}

size_t ehlo__number_write(char *out, uint64_t number)
{
    size_t size = 1;

    for (uint64_t rest = number / 10; rest > 0; rest /= 10)
        size++;
    for (size_t i = size; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    return size;
}
