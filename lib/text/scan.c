/* scan.c - the block scanner: eight octets at a time in a 64-bit word, on any machine.
 *
 * Everything that matters in SMTP's lines and content is a control character (CR, LF, NUL) or an octet
 * above 127, so one test finds it all and plain text is skipped without a look at its letters.
 * Other implementations of this one function may take its place; the portable one is the reference.
 */
#include "scan.h"

/* Little-endian on every machine, so that the lowest bit is the first octet; compilers make one load. */
static uint64_t load(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

/* The top bit of each octet that is below 32, or, where `high` has it, above 127.  A borrow may mark
 * octets behind the first one that is below 32: only the lowest mark is to be believed. */
static uint64_t marks(uint64_t word, uint64_t high)
{
    return ((word - 0x2020202020202020u) & ~word & 0x8080808080808080u) | (word & high);
}

const unsigned char *ehlo__scan(const unsigned char *at, const unsigned char *end, uint64_t high)
{
    while (end - at >= 8) {
        uint64_t found = marks(load(at), high);
        if (found) {
            for (; !(found & 0x80); found >>= 8)
                at++;
            return at;
        }
        at += 8;
    }
    while (at < end && *at >= 0x20 && !(*at & high & 0x80))
        at++;
    return at;
}
