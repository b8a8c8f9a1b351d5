/* command.h - what the table of commands says. */
#ifndef EHLO_TABLES_COMMAND_H
#define EHLO_TABLES_COMMAND_H

#include <ehlo/command.h>
#include <ehlo/params.h>

#include "commands.def"

/* What may follow the verb. */
enum {
    EHLO__ARGUMENT_NONE,
    EHLO__ARGUMENT_IGNORED,
    EHLO__ARGUMENT_TEXT,
    EHLO__ARGUMENT_HELLO,
    EHLO__ARGUMENT_REVERSE_PATH,
    EHLO__ARGUMENT_FORWARD_PATH,
    EHLO__ARGUMENT_MOMENT /* no command: nothing is on the wire */
};

/* Where in a pipelined group it may stand. */
enum { EHLO__PLACE_ANYWHERE, EHLO__PLACE_LAST };

#define X(name, argument, extension, place, idle, code) +1
enum { EHLO__COMMAND_COUNT = 1 EHLO_COMMANDS(X) }; /* the numbers go from 1 to below it */
#undef X

typedef struct ehlo__command_row {
    uint32_t extension; /* that must be offered, or 0 */
    uint16_t default_code;
    uint8_t argument;
    uint8_t place;
    uint8_t idle;
} ehlo__command_row;

/* The row of a command; `command` is one. */
const ehlo__command_row *ehlo__command(int command);

/* The command of a verb on the wire, in any letter case; 0: there is none. */
int ehlo__verb_find(const void *verb, size_t size);

/* 1: a verb of another protocol. */
int ehlo__verb_is_foreign(const void *verb, size_t size);

#endif
