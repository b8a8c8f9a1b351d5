/* received.h - the fields that a server puts before a message: Received and Return-Path.
 *
 * RFC 5321 section 4.4.  The engine writes neither, for it knows no address, no time, and not who delivers.
 * Each message that is accepted gets a Received; at its final delivery a Return-Path goes before all else.
 */
#ifndef EHLO_RECEIVED_H
#define EHLO_RECEIVED_H

#include "base.h"

EHLO_BEGIN

/* What a Received tells.  Make all of it zero, then set what there is.
 *
 * No text can break out of its place, whoever chose it.  In `hello`, `name` and `by` an octet becomes "?"
 * unless it is atext (RFC 5322 section 3.2.3), ".", ":", a bracket at either end of a literal, or, with
 * `smtputf8`, of well-formed UTF-8; and they are cut at 255 octets.  The other texts are held to their
 * grammar. */
typedef struct ehlo_received {
    ehlo_text hello;      /* what the client called itself: request->hello.domain.text; not empty */
    ehlo_text name;       /* what DNS calls its address, or empty; only with an address */
    ehlo_text by;         /* this server: the config's hostname; not empty */
    ehlo_text id;         /* what a log calls the message: an Atom of at most 255 octets, or empty */
    ehlo_text recipient;  /* request->rcpt.path.mailbox, or empty; see below */
    ehlo_text cipher;     /* with `tls`: the cipher suite as IANA calls it (what OpenSSL's
                             SSL_CIPHER_standard_name() returns), or empty */
    int64_t time;         /* seconds since 1970 in UTC; local time is from 1970 to 9999 */
    int32_t zone;         /* minutes that local time is ahead of UTC: -1439 to 1439 */
    uint8_t address_size; /* 4, 16, or 0: there is no address */
    uint8_t tls;          /* these five as in ehlo_request, when the message comes */
    uint8_t authenticated;
    uint8_t extended;
    uint8_t lmtp;
    uint8_t smtputf8;
    uint8_t address[16];  /* the client's, in network order; of IPv4 the first 4 octets are used */
    uint8_t reserved[38]; /* 0 */
} ehlo_received;

/* Set `recipient` only where it is the message's only one: with more of them, the field would show blind
 * copies (RFC 5321 section 7.2).  It is left out where it is no Mailbox ("Postmaster"), is UTF-8 without
 * `smtputf8`, or is too long for a line. */

enum { EHLO_RECEIVED_ROOM = 2560 }; /* octets in which either field always finds room */

/* Both write a whole field into the `room` octets at `out`, and return its octets, or EHLO_TOO_LONG where
 * there is too little room; what `out` then holds is unspecified.  Lines end in CRLF and nothing else, have
 * at most 78 octets before it unless a word alone has more, and never more than 998 (RFC 5322 section 2.1.1).
 *
 * ehlo_received_write: EHLO_INVALID for what the host got wrong (an empty hello or by, id, cipher, time,
 * zone, address_size, reserved), never for what a client says, or DNS says about it.  An IPv4 address that
 * is mapped into IPv6 (::ffff:192.0.2.1) is written as IPv4.
 *
 * ehlo_return_path_write: `mailbox` is request->mail.path.mailbox, empty for <>.  EHLO_INVALID where it is no
 * Mailbox, or is UTF-8 without `smtputf8`; EHLO_TOO_LONG also for more than 994 octets. */
EHLO_API int ehlo_received_write(void *out, size_t room, const ehlo_received *received);
EHLO_API int ehlo_return_path_write(void *out, size_t room, ehlo_text mailbox, int smtputf8);

EHLO_END

#endif
