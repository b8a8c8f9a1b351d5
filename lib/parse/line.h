/* line.h - one command line: where it ends, what it is made of. */
#ifndef EHLO_PARSE_LINE_H
#define EHLO_PARSE_LINE_H

#include <ehlo/base.h>

/* What is wrong with a line as such, whatever it says. */
typedef enum ehlo__line_fault {
    EHLO__LINE_CLEAN = 0,
    EHLO__LINE_BAD_OCTET, /* a control character or ill-formed UTF-8 */
    EHLO__LINE_BARE_END   /* a CR or LF of its own */
} ehlo__line_fault;

typedef struct ehlo__line {
    ehlo_text verb;     /* up to the first space; only a space ends it */
    ehlo_text argument; /* behind that one space, without the spaces and tabs at the end of the line */
    ehlo__line_fault fault;
} ehlo__line;

/* The octets of the first line at `data`, its CRLF included; 0 where `size` octets do not hold one.
 * Only CRLF ends a line (RFC 5321 section 2.3.8).  The first `looked` octets are known to hold none.
 * `*plain` becomes 1 where the line is known to hold nothing but octets from 32 to 127, else 0;
 * it is set only with a line. */
size_t ehlo__line_length(const void *data, size_t size, size_t looked, int *plain);

/* Its octets without the spaces and tabs at its end (section 4.1.1). */
size_t ehlo__line_trim(const void *data, size_t size);

/* Takes a line of `size` octets, without its CRLF, apart; its octets are looked at unless it is plain. */
void ehlo__line_parse(ehlo__line *out, const void *data, size_t size, int plain);

#endif
