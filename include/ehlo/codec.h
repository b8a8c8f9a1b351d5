/* codec.h - codecs that need no session: the content of a message as it stands on the wire, base64, xtext,
 * and the message of SASL PLAIN.
 *
 * Content: RFC 5321 section 4.5.2: a line that starts with a dot has one dot more on the wire, and a line that
 * is only a dot ends the content.  Only CRLF ends a line (section 2.3.8): a bare CR, a bare LF and a
 * NUL never do, whatever is decided about them.
 */
#ifndef EHLO_CODEC_H
#define EHLO_CODEC_H

#include "base.h"

EHLO_BEGIN

/* What ehlo_unstuff() found.  Those from EHLO_FOUND_LONG_LINE to EHLO_FOUND_NUL are faults of the
 * content; each is also a bit number for `pass`. */
typedef enum ehlo_found {
    EHLO_FOUND_MORE = 0,      /* needs further octets: those not used must be shown again, with more */
    EHLO_FOUND_TEXT = 1,      /* content: hand it on */
    EHLO_FOUND_END = 2,       /* CRLF.CRLF: the content is complete; what follows is no content */
    EHLO_FOUND_LONG_LINE = 3, /* the next octet makes the line longer than `line_limit`; it is not used */
    EHLO_FOUND_EIGHT_BIT = 4, /* the next octet is above 127; it is not used */
    EHLO_FOUND_BARE_CR = 5,   /* a CR that no LF follows; that one octet was used */
    EHLO_FOUND_BARE_LF = 6,   /* an LF that follows no CR; that one octet was used */
    EHLO_FOUND_NUL = 7        /* a NUL; that one octet was used */
} ehlo_found;

/* The state between calls.  Set it up with ehlo_unstuff_init() for each message. */
typedef struct ehlo_unstuff_state {
    uint32_t column;     /* octets of the unfinished line so far, its stuffed dot not counted */
    uint32_t line_limit; /* octets of a text line, its CRLF included, before it is LONG_LINE (RFC 5321
                            section 4.5.3.1.6: 1000); at least 2 */
    uint8_t pass;        /* faults not to report: 1 << EHLO_FOUND_x each; such octets are plain content */
    uint8_t inside;      /* private: 1 within a line */
    uint8_t held_cr;     /* private: behind a CR at the end of what came of a chunk, or of a chunk */
    uint8_t padding;     /* 0 */
} ehlo_unstuff_state;

/* At the start of a content, with the line limit of RFC 5321 and every fault reported. */
EHLO_API void ehlo_unstuff_init(ehlo_unstuff_state *state);

/* Looks at the octets at `data` up to the next thing worth telling.  `*used` is how many octets of
 * `data` that took (the caller goes on behind them); `*text` is the content that they came to, a view
 * into `data`: for EHLO_FOUND_TEXT never empty, for a fault that used an octet that octet, otherwise
 * empty.  LONG_LINE and EIGHT_BIT come once a line, and once a call, for octets that were not used:
 * set the fault's bit in `pass` and call again to have them as content.
 * With EHLO_FOUND_MORE at most 2 octets are left unused: a CR, or a dot or dot CR that starts a line.
 * However the input is cut, content and faults are the same and come at the same octets. */
EHLO_API ehlo_found ehlo_unstuff(ehlo_unstuff_state *state, const void *data, size_t size, size_t *used,
                                 ehlo_text *text);

/* The functions below write into the `room` octets at `out` and return how many they wrote, or a status:
 * EHLO_TOO_LONG where `room` does not do, EHLO_INVALID for what is malformed; what `out` then holds is
 * unspecified.  `out` and `data` must not overlap, but that a decoder may write over its own input. */

/* Base64 (RFC 4648 section 4), padded, in one line: 4 octets for each 3 or part of them. */
EHLO_API int ehlo_base64_encode(void *out, size_t room, const void *data, size_t size);

/* Takes canonical base64 alone, as RFC 4954 section 4 wants: whole groups of 4, nothing outside of the
 * alphabet, "=" at the end only and as many as there must be, and no bits set that nothing is made of
 * (RFC 4648 section 3.5).  At most 3 octets for each 4. */
EHLO_API int ehlo_base64_decode(void *out, size_t room, const void *data, size_t size);

/* xtext (RFC 3461 section 4): octets outside of 33 to 126, "+" and "=" become "+" and two capital
 * hexadecimal digits.  At most 3 octets for each one; decoding never makes more than there were. */
EHLO_API int ehlo_xtext_encode(void *out, size_t room, const void *data, size_t size);
EHLO_API int ehlo_xtext_decode(void *out, size_t room, const void *data, size_t size);

/* The message of SASL PLAIN, parted (RFC 4616 section 2): views into the decoded octets, which hold a
 * secret: wipe them. */
typedef struct ehlo_plain_message {
    ehlo_text authorization_identity; /* may be empty: as the authentication identity */
    ehlo_text authentication_identity;
    ehlo_text password;
} ehlo_plain_message;

/* Parts a message: EHLO_OK, or EHLO_INVALID where it does not hold exactly two NULs, where authentication
 * identity or password are empty, or where something is not well-formed UTF-8. */
EHLO_API int ehlo_sasl_plain(ehlo_plain_message *out, const void *data, size_t size);

EHLO_END

#endif
