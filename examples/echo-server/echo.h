/* echo.h - what the world gets to see of an accepted message. */
#ifndef ECHO_H
#define ECHO_H

#include "message.h"
#include "proxied.h"

/* Who sent it, as far as the session knows. */
struct sender {
    const char *command;           /* HELO, EHLO or LHLO */
    const char *hello;             /* the name it gave, or "" */
    const char *user;              /* who logged in, "" where that has no name, or NULL */
    const struct proxied *proxied; /* what a proxy says about the client, or NULL */
    int tls;
};

/* Each puts one message behind what is in `out`: a block for people, or one line of JSON.  Recipients that
 * were refused in the end are not in it. */
void echo_text(struct bytes *out, const struct message *message, const struct sender *sender,
               uint64_t number);
void echo_json(struct bytes *out, const struct message *message, const struct sender *sender);

#endif
