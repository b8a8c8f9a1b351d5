/* params.h - the parameters of MAIL and RCPT (RFC 5321 section 4.1.2, esmtp-param), by table:
 * lib/tables/parameters.def says which there are, of which extension, and what values they take. */
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
    EHLO_EXTENSION_TURN = 1 << 10                /* the command TURN: RFC 821 section 3.8, historic */
} ehlo_extension;

/* The keyword of one extension in the reply to EHLO ("SIZE"), NULL for what is not exactly one; and
 * the extension of a keyword in any letter case, 0 where there is none.  Static storage. */
EHLO_API const char *ehlo_extension_keyword(uint32_t extension);
EHLO_API uint32_t ehlo_extension_named(const void *keyword, size_t size);

typedef enum ehlo_parameter {
    EHLO_PARAMETER_SIZE = 1,    /* MAIL: the declared size in octets, in `number` (RFC 1870 section 6) */
    EHLO_PARAMETER_BODY = 2,    /* MAIL: an ehlo_body in `number` (RFC 6152 section 2) */
    EHLO_PARAMETER_SMTPUTF8 = 3 /* MAIL: no value (RFC 6531 section 3.4) */
} ehlo_parameter;

typedef enum ehlo_body { EHLO_BODY_7BIT = 1, EHLO_BODY_8BITMIME = 2 } ehlo_body;

/* One parameter as it was given.  The texts are views into the octets that were parsed. */
typedef struct ehlo_param {
    ehlo_text keyword;
    ehlo_text value; /* empty where there is no "=" */
    uint64_t number; /* what the value comes to, where the parameter's row says that it is a number */
    int id;          /* ehlo_parameter */
} ehlo_param;

enum { EHLO_PARAMS_MAX = 12 }; /* at least as many as the table has for one command */

/* The parameters of one command, in the order in which they were given; none twice. */
typedef struct ehlo_params {
    ehlo_text text; /* all of them, as they stood */
    size_t count;
    ehlo_param item[EHLO_PARAMS_MAX];
} ehlo_params;

/* Parses all of the `size` octets at `data`: the parameters that follow a path, parted by single
 * spaces, without the space before the first; nothing at all is well-formed.  `command` is EHLO_MAIL
 * or EHLO_RCPT (SEND, SOML and SAML count as MAIL), `extensions` the set of those that were offered.
 * Returns EHLO_OK; EHLO_UNKNOWN_PARAMETER for one that the table does not have for this command and
 * these extensions (RFC 5321 section 4.1.1.11: 555); EHLO_INVALID for what is malformed, twice
 * given, or a value out of its grammar (501).  The first faulty one from the left decides, and in it
 * malformed text before an unknown keyword, that before a bad value. */
EHLO_API int ehlo_params_parse(ehlo_params *out, int command, uint32_t extensions, const void *data, size_t size);

/* The one with that id, or NULL where it was not given.  Lives as long as `params`. */
EHLO_API const ehlo_param *ehlo_params_find(const ehlo_params *params, int id);

EHLO_END

#endif
