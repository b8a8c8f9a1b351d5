/* command.h - the commands of SMTP, as numbers and as words. */
#ifndef EHLO_COMMAND_H
#define EHLO_COMMAND_H

#include "base.h"

EHLO_BEGIN

/* Which of the protocols that share these commands a server speaks. */
typedef enum ehlo_service {
    EHLO_SERVICE_SMTP = 0,       /* RFC 5321 */
    EHLO_SERVICE_SUBMISSION = 1, /* RFC 6409 */
    EHLO_SERVICE_LMTP = 2        /* RFC 2033 */
} ehlo_service;

/* What a host is asked about and what a reply row belongs to: the commands of RFC 5321 and RFC 821,
 * and two moments that have replies of their own though no command is sent. */
typedef enum ehlo_command {
    EHLO_ANY_COMMAND = 0,   /* in the reply table only: a row that counts for every command */
    EHLO_CONNECTED = 1,     /* the connection is up: the greeting (RFC 5321 section 3.1) */
    EHLO_HELO = 2,          /* RFC 5321 section 4.1.1.1 */
    EHLO_EHLO = 3,          /* RFC 5321 section 4.1.1.1 */
    EHLO_MAIL = 4,          /* RFC 5321 section 4.1.1.2 */
    EHLO_RCPT = 5,          /* RFC 5321 section 4.1.1.3 */
    EHLO_DATA = 6,          /* RFC 5321 section 4.1.1.4 */
    EHLO_SEND = 7,          /* RFC 821 section 3.4, historic */
    EHLO_VRFY = 8,          /* RFC 5321 section 4.1.1.6 */
    EHLO_DATA_RECEIVED = 9, /* the content is complete: the reply to CRLF.CRLF (RFC 5321 section 4.2.5) */
    EHLO_RSET = 10,         /* RFC 5321 section 4.1.1.5 */
    EHLO_SOML = 11,         /* RFC 821 section 3.4, historic */
    EHLO_SAML = 12,         /* RFC 821 section 3.4, historic */
    EHLO_EXPN = 13,         /* RFC 5321 section 4.1.1.7 */
    EHLO_HELP = 14,         /* RFC 5321 section 4.1.1.8 */
    EHLO_NOOP = 15,         /* RFC 5321 section 4.1.1.9 */
    EHLO_QUIT = 16,         /* RFC 5321 section 4.1.1.10 */
    EHLO_TURN = 17,         /* RFC 821 section 3.8, historic */
    EHLO_LHLO = 18,         /* RFC 2033 section 4.1: the hello of LMTP */
    EHLO_BDAT = 19,         /* RFC 3030 section 2; asked about behind the last octet of a chunk */
    EHLO_BURL = 20,         /* RFC 4468 section 3 */
    EHLO_STARTTLS = 21,     /* RFC 3207 section 4 */
    EHLO_AUTH = 22,         /* RFC 4954 section 4; asked about anew for each response of the client */
    EHLO_ETRN = 23,         /* RFC 1985 section 5 */
    EHLO_ATRN = 24,         /* RFC 2645 section 5.2.1 */
    EHLO_XCLIENT = 25,      /* Postfix's XCLIENT_README */
    EHLO_XFORWARD = 26,     /* Postfix's XFORWARD_README */
    EHLO_HOST_COMMAND = 128 /* plus its index: a command that the host's config adds (R24) */
} ehlo_command;

/* The command's word as it stands on the wire ("MAIL"), or "CONNECTED", "DATA_RECEIVED", "ANY".
 * NULL for a number that the table does not have.  Static storage. */
EHLO_API const char *ehlo_command_name(int command);

/* The number of the command with that name, in any letter case (RFC 5321 section 2.4), also of
 * CONNECTED and DATA_RECEIVED; EHLO_ANY_COMMAND (0) where there is none. */
EHLO_API int ehlo_command_number(const void *name, size_t size);

EHLO_END

#endif
