/* scan.h - the block scanner: how far plain text goes. */
#ifndef EHLO_TEXT_SCAN_H
#define EHLO_TEXT_SCAN_H

#include <stddef.h>
#include <stdint.h>

/* What ehlo__scan() stops at besides control characters. */
#define EHLO__SCAN_EIGHT_BIT 0x8080808080808080u /* octets above 127 */
#define EHLO__SCAN_CONTROLS  0u                  /* nothing else */

/* The first octet from `at` on, before `end`, that is below 32, or above 127 where `high` is
 * EHLO__SCAN_EIGHT_BIT; `end` where there is none. */
const unsigned char *ehlo__scan(const unsigned char *at, const unsigned char *end, uint64_t high);

#endif
