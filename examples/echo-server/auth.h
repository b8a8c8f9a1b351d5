/* auth.h - an exchange of AUTH (RFC 4954 section 4), step by step, whatever the mechanism.
 *
 * It lives from the command AUTH up to the event AUTH_END.  What the client sends is decoded into its memory,
 * and wiped as soon as the step is done. */
#ifndef AUTH_H
#define AUTH_H

#include "support.h"
#include "users.h"

enum auth_outcome {
    AUTH_DENIED,
    AUTH_GRANTED,   /* to exchange->name */
    AUTH_CHALLENGE, /* exchange->challenge is for the client */
    AUTH_FAILED     /* something went wrong here */
};

struct exchange {
    const struct mechanism *mechanism;
    const struct users *users;
    struct bytes challenge;
    void *sasl;                    /* sasl.c's, or NULL */
    int step;                      /* the mechanism's own count; 0 at first */
    char name[USER_NAME_MOST + 1]; /* who the client is, or says it is; "" where that is nobody's name */
    char response[12288 / 4 * 3];  /* decoded; the most that the engine takes */
};

/* A mechanism.  `step` gets the client's next response; data is NULL where the server is to speak first. */
struct mechanism {
    const char *name;
    enum auth_outcome (*step)(struct exchange *exchange, ehlo_text response);
    int client_first; /* 1: where the command has no response, an empty challenge asks for it */
    int takes_token;  /* 1: for tokens, not for passwords */
    int by_sasl;      /* 1: only where GNU SASL is built in */
};

/* The mechanism of that name in any letter case, or NULL; and the one of a number, from 0 on, or NULL. */
const struct mechanism *mechanism_named(const char *name, size_t size);
const struct mechanism *mechanism_at(size_t number);

/* Answers a request of EHLO_AUTH.  `*exchange` is NULL before the first one, and is made there. */
enum auth_outcome auth_step(struct exchange **exchange, const struct users *users,
                            const ehlo_request *request);

/* Wipes and frees; NULL will do. */
void exchange_free(struct exchange *exchange);

/* For mechanisms: asks the client this, notes who it says it is. */
enum auth_outcome exchange_ask(struct exchange *exchange, const void *data, size_t size);
void exchange_call(struct exchange *exchange, ehlo_text name);

/* bearer.c: OAUTHBEARER. */
enum auth_outcome bearer_step(struct exchange *exchange, ehlo_text response);

/* sasl.c, or no_sasl.c: what GNU SASL knows. */
int sasl_is_built(void);
enum auth_outcome sasl_step(struct exchange *exchange, ehlo_text response);
void sasl_end(struct exchange *exchange);

#endif
