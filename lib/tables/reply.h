/* reply.h - what the reply table says, for the engine. */
#ifndef EHLO_TABLES_REPLY_H
#define EHLO_TABLES_REPLY_H

#include <ehlo/reply.h>

#include "replies.def"

/* The row for a code as a reply to a command: its own, else the one for every command (which the two
 * moments CONNECTED and DATA_RECEIVED do not have); NULL where there is none.  `command` is one, or 0. */
const ehlo_reply_rule *ehlo__reply_rule(int command, int code);

/* The remark that the list of codes by function group has behind a code's text; "" for none. */
const char *ehlo__reply_remark(int code);

#endif
