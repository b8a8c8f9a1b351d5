/* command.h - what the engine needs to know about a command, and which command a verb is. */
#ifndef EHLO_TABLES_COMMAND_H
#define EHLO_TABLES_COMMAND_H

#include <ehlo/command.h>

#include "../text/ascii.h"
#include "commands.def"
#include "row.h"

/* What may follow the verb. */
enum {
    EHLO__ARGUMENT_NONE,
    EHLO__ARGUMENT_IGNORED,
    EHLO__ARGUMENT_TEXT,
    EHLO__ARGUMENT_HELLO,
    EHLO__ARGUMENT_REVERSE_PATH,
    EHLO__ARGUMENT_FORWARD_PATH,
    EHLO__ARGUMENT_CHUNK,
    EHLO__ARGUMENT_URL,
    EHLO__ARGUMENT_MECHANISM,
    EHLO__ARGUMENT_NODE,
    EHLO__ARGUMENT_DOMAINS,
    EHLO__ARGUMENT_ATTRIBUTES,
    EHLO__ARGUMENT_MOMENT /* no command at all */
};

/* Which hello it takes, and what the config may demand before it. */
enum { EHLO__HELLO_ANY, EHLO__HELLO_EXTENDED };
enum { EHLO__BEFORE_ALLOWED, EHLO__BEFORE_TLS, EHLO__BEFORE_LOGIN, EHLO__BEFORE_GRANTED };

/* Where it may stand in a pipelined group. */
enum { EHLO__PLACE_ANYWHERE, EHLO__PLACE_LAST };

/* The numbers below this are commands, EHLO_ANY_COMMAND included. */
enum { EHLO__COMMAND_COUNT = 1 EHLO_COMMANDS(EHLO__ONE) };

typedef struct ehlo__command_row {
    uint32_t extension; /* ehlo_extension that must be offered, or 0 */
    uint16_t default_code;
    uint8_t argument;
    uint8_t services; /* set of 1 << ehlo_service */
    uint8_t hello;
    uint8_t before;
    uint8_t place;
    uint8_t idle; /* 1: counts towards max_idle_commands */
} ehlo__command_row;

/* All rows, and one for all commands of a host's own. */
extern EHLO__HIDDEN const ehlo__command_row ehlo__command_rows[EHLO__COMMAND_COUNT + 1];

/* The row of a command; that of EHLO_ANY_COMMAND is all zero, and all of a host's own have one. */
static inline const ehlo__command_row *ehlo__command(int command)
{
    return &ehlo__command_rows[command < EHLO__COMMAND_COUNT ? command : EHLO__COMMAND_COUNT];
}

/* The command of a verb as it stands on the wire, in any letter case; 0 where there is none. */
int ehlo__verb_find(const void *verb, size_t size);

/* Whether it is HELO, EHLO or LHLO; and whether one of the latter two, whose reply lists extensions. */
int ehlo__is_hello(int command);
int ehlo__is_extended_hello(int command);

/* Whether it is a verb of another protocol. */
int ehlo__verb_is_foreign(const void *verb, size_t size);

#endif
