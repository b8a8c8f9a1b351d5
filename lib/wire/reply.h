/* reply.h - writing a reply's lines. */
#ifndef EHLO_WIRE_REPLY_H
#define EHLO_WIRE_REPLY_H

#include <ehlo/base.h>

enum {
    EHLO__REPLY_LINE = 512,  /* octets of a reply line, CRLF included (RFC 5321 section 4.5.3.1.5) */
    EHLO__REPLY_BLOCK = 2048 /* octets of one write, and so of the longest reply (R10) */
};

/* A reply, or some of its lines.  The text is `name` (may be empty), a space, then `text`. */
typedef struct ehlo__reply {
    int code;
    int utf8;           /* 1: well-formed UTF-8 in `text` may stay (RFC 6531 section 3.7.4) */
    int more;           /* 1: further lines of the same reply follow behind these */
    int clean;          /* 1: `text` is one short line of printable octets, as the tables' are */
    ehlo_text enhanced; /* may be empty */
    ehlo_text name;     /* the hostname, where the reply starts with one */
    ehlo_text text;     /* '\n' parts lines */
} ehlo__reply;

/* Writes it into the `room` octets at `out`; the octets written, or 0 where it does not fit. */
size_t ehlo__reply_write(unsigned char *out, size_t room, const ehlo__reply *reply);

/* Whether an enhanced code is well-formed and of the class of `code` (RFC 3463 section 2). */
int ehlo__enhanced_fits(ehlo_text enhanced, int code);

#endif
