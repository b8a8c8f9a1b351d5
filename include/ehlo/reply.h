/* reply.h - reply codes, the table of which command may get which, and writing one reply.
 *
 * The table is lib/tables/replies.def; docs/replies.md shows all of it.
 */
#ifndef EHLO_REPLY_H
#define EHLO_REPLY_H

#include "base.h"
#include "command.h"

EHLO_BEGIN

/* The first digit (RFC 5321 section 4.2.1). */
typedef enum ehlo_severity {
    EHLO_SEVERITY_NONE = 0, /* not a reply code */
    EHLO_SEVERITY_SUCCESS = 2,
    EHLO_SEVERITY_INTERMEDIATE = 3,
    EHLO_SEVERITY_TEMPORARY = 4,
    EHLO_SEVERITY_PERMANENT = 5
} ehlo_severity;

/* The second digit (RFC 5321 section 4.2.1). */
typedef enum ehlo_group {
    EHLO_GROUP_NONE = -1, /* not a reply code */
    EHLO_GROUP_SYNTAX = 0,
    EHLO_GROUP_INFORMATION = 1,
    EHLO_GROUP_CONNECTIONS = 2,
    EHLO_GROUP_UNSPECIFIED_3 = 3,
    EHLO_GROUP_UNSPECIFIED_4 = 4,
    EHLO_GROUP_MAIL_SYSTEM = 5
} ehlo_group;

/* What a row of the table means for its command (RFC 5321 section 4.3.2: I, S, E). */
typedef enum ehlo_kind { EHLO_KIND_INTERMEDIATE = 1, EHLO_KIND_SUCCESS = 2, EHLO_KIND_FAILURE = 3 } ehlo_kind;

/* Which rows count: those of today's RFCs, or also those that only older documents have. */
typedef enum ehlo_profile { EHLO_PROFILE_STANDARD = 0, EHLO_PROFILE_HISTORIC = 1 } ehlo_profile;

/* One row.  `standing` is the profile that it needs; `extension` is the ehlo_extension that must be
 * in use for it, or 0.  Its words are behind the functions below; `row` is how they find them. */
typedef struct ehlo_reply_rule {
    uint32_t extension; /* ehlo_extension, or 0 */
    uint16_t code;
    uint16_t row;
    uint8_t command;  /* ehlo_command */
    uint8_t kind;     /* ehlo_kind */
    uint8_t standing; /* ehlo_profile */
} ehlo_reply_rule;

/* The rows of one command, in the table's order, `*count` of them; EHLO_ANY_COMMAND has those that
 * count for every command.  NULL and 0 for a number that is no command.  Static storage. */
EHLO_API const ehlo_reply_rule *ehlo_reply_rules(int command, size_t *count);

/* The row's words, NUL-terminated, in static storage: the text as the source has it, remarks and
 * <domain> included; the default enhanced status code (RFC 3463), "" where there is none; the
 * document and section that the row comes from. */
EHLO_API const char *ehlo_reply_rule_text(const ehlo_reply_rule *rule);
EHLO_API const char *ehlo_reply_rule_enhanced(const ehlo_reply_rule *rule);
EHLO_API const char *ehlo_reply_rule_source(const ehlo_reply_rule *rule);

/* 1 where the table permits that code as a reply to that command under that profile, else 0: by a row of
 * its own or, but for CONNECTED and DATA_RECEIVED, one for every command, whatever extension it needs.
 * In a session rows of an extension that is not offered do not count.  Constant time. */
EHLO_API int ehlo_reply_permitted(int command, int code, int profile);

/* The code that is sent where the host leaves the answer to the table.  It never grants what only the host
 * can: AUTH 535, VRFY 252, EXPN and TURN 502, ETRN 458, ATRN 450, BURL 554, XCLIENT and XFORWARD 550.  0 for a
 * number that is no command. */
EHLO_API int ehlo_reply_default(int command);

/* The text for a code, whatever the command (RFC 5321 section 4.2.2, RFC 7504 section 5.1; a remark in
 * brackets is never sent); NULL for a code that the table does not have.  Static storage. */
EHLO_API const char *ehlo_reply_text(int code);

/* The first and the second digit; EHLO_SEVERITY_NONE and EHLO_GROUP_NONE for what is no reply code
 * (RFC 5321 section 4.2: 200 to 559). */
EHLO_API int ehlo_reply_severity(int code);
EHLO_API int ehlo_reply_group(int code);

/* Writes one whole reply (RFC 5321 section 4.2) into the `room` octets at `out`: as many lines as
 * `text` has ('\n' parts them; longer ones are cut so that no line has more than 512 octets), the
 * enhanced code, if any, on each (RFC 2034 section 4).  Octets outside 32 to 126 become '?'.
 * `enhanced` and `text` are NUL-terminated or NULL.
 * Returns the octets written, or EHLO_UNKNOWN_REPLY for a code outside 200 to 599 (wider than the grammar,
 * as hosts' codes are taken, R1), EHLO_INVALID for
 * an enhanced code that is malformed, is of another class than the code, or stands at a 3yz, and
 * EHLO_TOO_LONG where `room` does not do; then nothing is promised of the octets at `out`. */
EHLO_API int ehlo_reply_write(void *out, size_t room, int code, const char *enhanced, const char *text);

EHLO_END

#endif
