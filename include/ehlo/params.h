/* params.h - the extensions; the parameters of MAIL and RCPT (RFC 5321 section 4.1.2, esmtp-param) and the
 * attributes of XCLIENT and XFORWARD, by table: lib/tables/parameters.def says which there are, of which
 * extension, and what values they take. */
#ifndef EHLO_PARAMS_H
#define EHLO_PARAMS_H

#include "base.h"
#include "command.h"

EHLO_BEGIN

/* The extensions, each a bit, so that a set of them is an integer: what a server offers, what a row
 * of a table needs.  lib/tables/extensions.def has their keywords and documents. */
typedef enum ehlo_extension {
    EHLO_EXTENSION_PIPELINING = 1 << 0,          /* RFC 2920 */
    EHLO_EXTENSION_SIZE = 1 << 1,                /* RFC 1870 */
    EHLO_EXTENSION_8BITMIME = 1 << 2,            /* RFC 6152 */
    EHLO_EXTENSION_ENHANCEDSTATUSCODES = 1 << 3, /* RFC 2034 */
    EHLO_EXTENSION_SMTPUTF8 = 1 << 4,            /* RFC 6531; needs 8BITMIME */
    EHLO_EXTENSION_HELP = 1 << 5,                /* the command HELP: RFC 5321 section 4.1.1.8 */
    EHLO_EXTENSION_EXPN = 1 << 6,                /* the command EXPN: RFC 5321 section 3.5.2 */
    EHLO_EXTENSION_SEND = 1 << 7,                /* the command SEND: RFC 821 section 3.4, historic */
    EHLO_EXTENSION_SOML = 1 << 8,                /* the command SOML: RFC 821 section 3.4, historic */
    EHLO_EXTENSION_SAML = 1 << 9,                /* the command SAML: RFC 821 section 3.4, historic */
    EHLO_EXTENSION_TURN = 1 << 10,               /* the command TURN: RFC 821 section 3.8, historic */
    EHLO_EXTENSION_CHUNKING = 1 << 11,           /* RFC 3030 section 2: BDAT */
    EHLO_EXTENSION_BINARYMIME = 1 << 12,         /* RFC 3030 section 3; needs CHUNKING */
    EHLO_EXTENSION_STARTTLS = 1 << 13,           /* RFC 3207; not offered under TLS */
    EHLO_EXTENSION_AUTH = 1 << 14,               /* RFC 4954; the config's `auth_mechanisms` */
    EHLO_EXTENSION_DSN = 1 << 15,                /* RFC 3461 */
    EHLO_EXTENSION_DELIVERBY = 1 << 16,          /* RFC 2852; the config's `min_by` */
    EHLO_EXTENSION_FUTURERELEASE = 1 << 17,      /* RFC 4865; submission only; ehlo_server_clock() */
    EHLO_EXTENSION_MT_PRIORITY = 1 << 18,        /* RFC 6710; the config's `priority_policy` */
    EHLO_EXTENSION_REQUIRETLS = 1 << 19,         /* RFC 8689; offered only under TLS */
    EHLO_EXTENSION_RRVS = 1 << 20,               /* RFC 7293 */
    EHLO_EXTENSION_NO_SOLICITING = 1 << 21,      /* RFC 3865; the config's `solicitation_classes` */
    EHLO_EXTENSION_LIMITS = 1 << 22,             /* RFC 9422 */
    EHLO_EXTENSION_BURL = 1 << 23,               /* RFC 4468; submission only; needs 8BITMIME */
    EHLO_EXTENSION_ETRN = 1 << 24,               /* RFC 1985 */
    EHLO_EXTENSION_ATRN = 1 << 25,               /* RFC 2645; needs AUTH */
    EHLO_EXTENSION_PRDR = 1 << 26,               /* Exim's: a reply for each recipient; not in LMTP */
    EHLO_EXTENSION_XCLIENT = 1 << 27,            /* Postfix's: for clients that the host trusts */
    EHLO_EXTENSION_XFORWARD = 1 << 28            /* Postfix's: for clients that the host trusts */
} ehlo_extension;

/* The keyword of one extension in the reply to EHLO ("SIZE"), NULL for what is not exactly one; and
 * the extension of a keyword in any letter case, 0 where there is none.  Static storage. */
EHLO_API const char *ehlo_extension_keyword(uint32_t extension);
EHLO_API uint32_t ehlo_extension_named(const void *keyword, size_t size);

/* The parameters of MAIL and of RCPT, and the attributes of XCLIENT and XFORWARD, which are written alike. */
typedef enum ehlo_parameter {
    EHLO_PARAMETER_SIZE = 1,         /* MAIL: RFC 1870 section 6 */
    EHLO_PARAMETER_BODY = 2,         /* MAIL: RFC 6152 section 2, RFC 3030 section 3 */
    EHLO_PARAMETER_SMTPUTF8 = 3,     /* MAIL: RFC 6531 section 3.4 */
    EHLO_PARAMETER_AUTH = 4,         /* MAIL: RFC 4954 section 5 */
    EHLO_PARAMETER_RET = 5,          /* MAIL: RFC 3461 section 4.3 */
    EHLO_PARAMETER_ENVID = 6,        /* MAIL: RFC 3461 section 4.4 */
    EHLO_PARAMETER_BY = 7,           /* MAIL: RFC 2852 section 4 */
    EHLO_PARAMETER_HOLDFOR = 8,      /* MAIL: RFC 4865 section 3 */
    EHLO_PARAMETER_HOLDUNTIL = 9,    /* MAIL: RFC 4865 section 3 */
    EHLO_PARAMETER_MT_PRIORITY = 10, /* MAIL: RFC 6710 section 3 */
    EHLO_PARAMETER_REQUIRETLS = 11,  /* MAIL: RFC 8689 section 2 */
    EHLO_PARAMETER_SOLICIT = 12,     /* MAIL: RFC 3865 section 2.3 */
    EHLO_PARAMETER_PRDR = 13,        /* MAIL: a reply for each recipient is wanted */
    EHLO_PARAMETER_NOTIFY = 14,      /* RCPT: RFC 3461 section 4.1 */
    EHLO_PARAMETER_ORCPT = 15,       /* RCPT: RFC 3461 section 4.2 */
    EHLO_PARAMETER_RRVS = 16,        /* RCPT: RFC 7293 section 3.1 */
    EHLO_PARAMETER_XCLIENT_NAME = 17,
    EHLO_PARAMETER_XCLIENT_ADDR = 18,
    EHLO_PARAMETER_XCLIENT_PORT = 19,
    EHLO_PARAMETER_XCLIENT_PROTO = 20,
    EHLO_PARAMETER_XCLIENT_HELO = 21,
    EHLO_PARAMETER_XCLIENT_LOGIN = 22,
    EHLO_PARAMETER_XCLIENT_DESTADDR = 23,
    EHLO_PARAMETER_XCLIENT_DESTPORT = 24,
    EHLO_PARAMETER_XFORWARD_NAME = 25,
    EHLO_PARAMETER_XFORWARD_ADDR = 26,
    EHLO_PARAMETER_XFORWARD_PORT = 27,
    EHLO_PARAMETER_XFORWARD_PROTO = 28,
    EHLO_PARAMETER_XFORWARD_HELO = 29,
    EHLO_PARAMETER_XFORWARD_IDENT = 30,
    EHLO_PARAMETER_XFORWARD_SOURCE = 31
} ehlo_parameter;

typedef enum ehlo_body { EHLO_BODY_7BIT = 1, EHLO_BODY_8BITMIME = 2, EHLO_BODY_BINARYMIME = 3 } ehlo_body;

/* How much of the message a failure's notification is to hold. */
typedef enum ehlo_ret { EHLO_RET_FULL = 1, EHLO_RET_HDRS = 2 } ehlo_ret;

/* When a notification is wanted: a set, in which NEVER stands alone. */
typedef enum ehlo_notify {
    EHLO_NOTIFY_NEVER = 1 << 0,
    EHLO_NOTIFY_SUCCESS = 1 << 1,
    EHLO_NOTIFY_FAILURE = 1 << 2,
    EHLO_NOTIFY_DELAY = 1 << 3
} ehlo_notify;

/* What is to be done with a message that was not delivered in time. */
typedef enum ehlo_by { EHLO_BY_NOTIFY = 1, EHLO_BY_RETURN = 2 } ehlo_by;

/* What a server further on that does not know RRVS makes of it. */
typedef enum ehlo_rrvs { EHLO_RRVS_REJECT = 1, EHLO_RRVS_CONTINUE = 2 } ehlo_rrvs;

/* The parameters of one command, validated.  What was not given is zero; `given` tells the two apart where
 * that matters.  The texts are views into the octets that were parsed. */
typedef struct ehlo_params {
    ehlo_text text;  /* all of them, as they stood; ehlo_params_next() walks them */
    uint32_t given;  /* 1 << ehlo_parameter for each */
    uint8_t command; /* as asked for: EHLO_MAIL, EHLO_RCPT, EHLO_XCLIENT or EHLO_XFORWARD */

    uint8_t body;         /* ehlo_body */
    uint8_t ret;          /* ehlo_ret */
    uint8_t notify;       /* set of ehlo_notify */
    uint8_t by_mode;      /* ehlo_by */
    uint8_t by_trace;     /* 1: a trace of it is wanted (RFC 2852 section 4) */
    uint8_t rrvs_action;  /* ehlo_rrvs; REJECT where the client gave none (RFC 7293 section 3.1) */
    int8_t priority;      /* MT-PRIORITY: -9 to 9 */
    int32_t by;           /* seconds, may be negative */
    uint32_t hold_for;    /* seconds */
    uint64_t size;        /* octets; UINT64_MAX where it is more than that */
    uint64_t hold_until;  /* seconds since 1970 began, UTC, rounded up; 0 where it is earlier */
    uint64_t rrvs;        /* the same */
    ehlo_text auth;       /* xtext of a mailbox, or of "<>": it is not known (RFC 4954 section 5) */
    ehlo_text envid;      /* xtext: printable ASCII */
    ehlo_text orcpt_type; /* before the ";": "rfc822" */
    ehlo_text orcpt;   /* xtext: printable ASCII; with the type "utf-8" RFC 6533 section 3's own encoding */
    ehlo_text solicit; /* solicitation classes, parted by commas */
} ehlo_params;

/* A parameter of a host's own, for its config: its keyword, 1 to 255 letters, digits and hyphens. */
typedef struct ehlo_host_parameter {
    const char *keyword;
    int command;       /* EHLO_MAIL (SEND, SOML and SAML too) or EHLO_RCPT */
    int value;         /* ehlo_host_value */
    uint64_t reserved; /* 0 */
} ehlo_host_parameter;

typedef enum ehlo_host_value {
    EHLO_VALUE_NONE = 0,
    EHLO_VALUE_REQUIRED = 1,
    EHLO_VALUE_OPTIONAL = 2
} ehlo_host_value;

/* Parses all of the `size` octets at `data`: the parameters that follow a path, parted by single
 * spaces, without the space before the first; nothing at all is well-formed.  `command` is EHLO_MAIL,
 * EHLO_RCPT (SEND, SOML and SAML count as MAIL), EHLO_XCLIENT or EHLO_XFORWARD; `extensions` the set of
 * those that were offered; `own` are `own_count` (32 at most, or it is EHLO_MISUSE) parameters that the
 * host adds, or NULL and 0; one of them counts only where no parameter that was offered has its keyword.
 * A value that holds UTF-8 is out of its grammar where SMTPUTF8 was not offered.  Of attributes there must be
 * one at least.  Returns EHLO_OK; EHLO_UNKNOWN_PARAMETER for one that there is not for this command and
 * these extensions (RFC 5321 section 4.1.1.11: 555); EHLO_INVALID for what is malformed, twice
 * given, a value out of its grammar, or two that exclude each other (501).  The first faulty one from the
 * left decides, and in it malformed text before an unknown keyword, that before a bad value.  Where it is not
 * EHLO_OK, what `out` holds is unspecified. */
EHLO_API int ehlo_params_parse(ehlo_params *out, int command, uint32_t extensions,
                               const ehlo_host_parameter *own, size_t own_count, const void *data,
                               size_t size);

/* One parameter as it was given: views into what was parsed.  The value of an attribute of XCLIENT or
 * XFORWARD is xtext if ehlo_xtext_decode() takes it, else what it stands for itself. */
typedef struct ehlo_param {
    ehlo_text keyword;
    ehlo_text value; /* empty where there is no "=" */
    int id;          /* ehlo_parameter; 0: the host's own */
} ehlo_param;

/* The next one from `*at` on, which starts at 0: 1, or 0 where there is none.  For parameters that were found
 * EHLO_OK. */
EHLO_API int ehlo_params_next(const ehlo_params *params, size_t *at, ehlo_param *out);

EHLO_END

#endif
