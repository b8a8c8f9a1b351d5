/* message.h - a mail transaction under way: the envelope and as much of the content as has come. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "support.h"

#include <ehlo/ehlo.h>

struct answer;

struct message {
    struct bytes envelope; /* strings that end in NUL, two for MAIL and two for each RCPT accepted:
                              the mailbox, and the parameters as they stood */
    struct bytes content;
    const struct answer *refused_by; /* the scripted answer whose words were in the content, or NULL */
    size_t recipients;
    size_t matched[]; /* answers_search() */
};

/* `searches`: how many numbers answers_search() needs.  NULL where memory ran out. */
struct message *message_new(size_t searches);
void message_free(struct message *message); /* NULL will do */

/* Adds the reverse-path or the next forward-path.  0, or -1 where memory ran out. */
int message_add_path(struct message *message, const ehlo_path *path, const ehlo_params *params);

/* Walks the envelope: starts at NULL, ends with NULL.  The first is the reverse-path. */
struct envelope_entry {
    const char *mailbox, *parameters;
};
int message_next(const struct message *message, struct envelope_entry *entry);

#endif
