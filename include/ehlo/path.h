/* path.h - paths, mailboxes, domains and address literals (RFC 5321 sections 4.1.2 and 4.1.3).
 *
 * The parsers look at exactly the octets given, copy nothing and know no length limits but the
 * caller's: RFC 5321 section 4.5.3.1 asks for none where none is needed.  UTF-8 (RFC 6531
 * section 3.3) is accepted wherever its grammar has it; what was seen is said, so that the caller
 * can refuse it.
 */
#ifndef EHLO_PATH_H
#define EHLO_PATH_H

#include "base.h"

EHLO_BEGIN

typedef enum ehlo_domain_kind {
    EHLO_DOMAIN_NONE = 0,    /* there is no domain: <> and <Postmaster> */
    EHLO_DOMAIN_NAME = 1,    /* sub-domains parted by dots */
    EHLO_DOMAIN_IPV4 = 2,    /* [192.0.2.1] */
    EHLO_DOMAIN_IPV6 = 3,    /* [IPv6:2001:db8::1] */
    EHLO_DOMAIN_GENERAL = 4  /* [tag:content] */
} ehlo_domain_kind;

/* A domain or an address literal.  `text` is all of it, brackets included. */
typedef struct ehlo_domain {
    ehlo_text text;
    uint8_t kind;        /* ehlo_domain_kind */
    uint8_t utf8;        /* 1: it holds octets above 127, well-formed UTF-8 */
    uint8_t address[16]; /* IPv4 in the first 4 octets, or IPv6, in network order; else zeros */
} ehlo_domain;

typedef enum ehlo_path_kind {
    EHLO_PATH_NULL = 0,       /* <> (RFC 5321 section 4.5.5) */
    EHLO_PATH_MAILBOX = 1,    /* local-part@domain */
    EHLO_PATH_POSTMASTER = 2  /* <Postmaster> without a domain (RFC 5321 section 4.1.1.3) */
} ehlo_path_kind;

/* A reverse-path or forward-path.  All texts are views into the octets that were parsed, empty ones too.
 * For <Postmaster> both mailbox and local-part are that word. */
typedef struct ehlo_path {
    ehlo_text mailbox;    /* local-part@domain as it stood: no brackets, no source route; empty for <> */
    ehlo_text local_part; /* as it stood, quotes included (ehlo_local_part_unquote() takes them off) */
    ehlo_text route;      /* the source route "@a,@b" without its colon, or empty: to be ignored */
    ehlo_domain domain;
    uint8_t kind;   /* ehlo_path_kind */
    uint8_t quoted; /* 1: the local-part is a Quoted-string */
    uint8_t utf8;   /* 1: mailbox or route hold octets above 127, well-formed UTF-8 (RFC 6531) */
} ehlo_path;

/* Each parses all of the `size` octets at `data` and returns EHLO_OK, or EHLO_INVALID where they are
 * not exactly one such thing (then what `out` holds is unspecified).  `out` may not be NULL.
 *
 * ehlo_path_parse:    "<" [source route ":"] mailbox ">", "<>", "<Postmaster>" (any letter case)
 * ehlo_mailbox_parse: local-part "@" domain, as it stands inside a path
 * ehlo_domain_parse:  a domain or an address literal
 */
EHLO_API int ehlo_path_parse(ehlo_path *out, const void *data, size_t size);
EHLO_API int ehlo_mailbox_parse(ehlo_path *out, const void *data, size_t size);
EHLO_API int ehlo_domain_parse(ehlo_domain *out, const void *data, size_t size);

/* As ehlo_path_parse(), but the path may be followed by anything: the octets that it took are
 * returned (at least 2), or EHLO_INVALID; octets past INT_MAX are not looked at.  This is how MAIL and RCPT
 * find their parameters. */
EHLO_API int ehlo_path_scan(ehlo_path *out, const void *data, size_t size);

/* Writes a local-part without its quotes and backslashes: two that come out alike name the same
 * mailbox (RFC 5321 section 4.1.2).  Never longer than it was.  Returns the octets written, or
 * EHLO_TOO_LONG where `room` does not do.  `local_part` is one that a parser here has accepted; `out` may
 * be where it stands. */
EHLO_API int ehlo_local_part_unquote(void *out, size_t room, ehlo_text local_part);

EHLO_END

#endif
