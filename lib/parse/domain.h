/* domain.h - domains and address literals inside of something longer. */
#ifndef EHLO_PARSE_DOMAIN_H
#define EHLO_PARSE_DOMAIN_H

#include <ehlo/path.h>

/* Each reads as far as its grammar goes and returns the octets taken, or 0 where there is no such thing
 * at `data`; what follows is the caller's to judge.
 *
 * ehlo__domain_scan: a domain or an address literal; `*out` is unspecified where there is none
 * ehlo__name_scan:   a domain alone; `*utf8` becomes 1 where it holds octets above 127
 * ehlo__ipv4_scan:   an address without brackets: 4 octets, in network order
 * ehlo__ipv6_scan:   likewise 16 octets, without a tag
 *
 * Addresses are read as RFC 5321 section 4.1.3 has them; or, with `posix`, as inet_pton() does: the numbers
 * of IPv4 have no zeros in front, and a "::" may stand for one group alone.
 */
size_t ehlo__domain_scan(ehlo_domain *out, const unsigned char *data, size_t size);
size_t ehlo__name_scan(uint8_t *utf8, const unsigned char *data, size_t size);
size_t ehlo__ipv4_scan(uint8_t *address, const unsigned char *data, size_t size, int posix);
size_t ehlo__ipv6_scan(uint8_t *address, const unsigned char *data, size_t size, int posix);

#endif
