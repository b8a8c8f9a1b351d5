/* echo.h - what the world gets to see of an accepted message. */
#ifndef ECHO_H
#define ECHO_H

#include "message.h"

/* Who sent it, as far as the session knows. */
struct sender {
    const char *hello; /* the name it gave, or "" */
    int extended;      /* by EHLO, not HELO */
    int tls;
};

/* Each puts one message behind what is in `out`: a block for people, or one line of JSON. */
void echo_text(struct bytes *out, const struct message *message, const struct sender *sender,
               uint64_t number);
void echo_json(struct bytes *out, const struct message *message, const struct sender *sender);

#endif
