/* message.h - a mail transaction under way: the envelope and as much of the content as has come. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "support.h"

#include <ehlo/ehlo.h>

struct answer;

/* A path of the envelope, where it lies there. */
struct envelope_entry {
    char *mark; /* of a recipient: MARK_WANTED or MARK_REFUSED */
    const char *mailbox;
    const char *parameters; /* as they stood */
};

enum { MARK_WANTED = '+', MARK_REFUSED = '-' };

struct message {
    struct bytes envelope; /* for MAIL, then for each RCPT: the mark, and two strings that end in NUL */
    struct bytes content;
    const struct answer *refused_by; /* the scripted answer whose words were in the content, or NULL */
    size_t recipients;               /* that are wanted */
    struct envelope_entry asked;     /* message_recipient() */
    size_t asked_index;
    int status;      /* the code that kept it from being delivered, or 0 */
    uint8_t settled; /* LMTP: all recipients are judged, and those that are wanted have it, unless `status` */
    size_t matched[]; /* answers_search() */
};

/* `searches`: how many numbers answers_search() needs.  NULL where memory ran out. */
struct message *message_new(size_t searches);
void message_free(struct message *message); /* NULL will do */

/* Adds the reverse-path or the next forward-path.  0, or -1 where memory ran out. */
int message_add_path(struct message *message, const ehlo_path *path, const ehlo_params *params);

/* Walks the envelope, from an entry of zeros on: 0 at its end.  The first is the reverse-path. */
int message_next(const struct message *message, struct envelope_entry *entry);

/* The same, but without the recipients that are not wanted. */
int message_next_wanted(const struct message *message, struct envelope_entry *entry);

/* The recipient of that number, counted from 0, or NULL.  Cheap where they are asked for in order. */
const struct envelope_entry *message_recipient(struct message *message, size_t index);

/* A recipient is accepted until it is refused after all. */
void message_refuse(struct message *message, const struct envelope_entry *recipient);

#endif
