/* reply.h - the law of the table: the row by which a code may answer a command. */
#ifndef EHLO_TABLES_REPLY_H
#define EHLO_TABLES_REPLY_H

#include <ehlo/reply.h>

/* The command's own row for that code, else the row for any command (of a host's command always that), else
 * NULL: never permitted. Standing and extension are for the caller to look at.  Constant time, for any two
 * numbers. */
const ehlo_reply_rule *ehlo__reply_rule(int command, int code);

/* The code that takes the place of one whose text would show a mailbox in UTF-8 where that is not allowed,
 * with its enhanced code; 0 where its text shows none. */
int ehlo__reply_in_ascii(int command, int code, const char **enhanced);

#endif
