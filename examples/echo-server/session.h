/* session.h - what the server decides: the engine's callbacks, whatever the octets come over. */
#ifndef SESSION_H
#define SESSION_H

#include "auth.h"
#include "maildir.h"
#include "message.h"
#include "options.h"
#include "proxied.h"
#include "tls.h"

/* What all sessions share. */
struct service {
    struct options options;
    struct maildir maildir;
    struct tls_server *tls; /* or NULL */
    int echo;               /* the descriptor that echoes go to */
    uint64_t sessions;      /* so far */
    uint64_t messages;      /* accepted so far */
};

struct session {
    ehlo_server_memory engine; /* session_engine() */
    struct service *service;
    struct message *message;   /* the transaction under way, or NULL */
    struct exchange *exchange; /* the AUTH under way, or NULL */
    struct proxied *proxied;   /* what a proxy says about the peer, or NULL */
    char *hello;               /* the name the peer gave, or NULL */
    char *user;                /* who logged in, or NULL; counts only while the engine says so */
    uint64_t number;
    struct verdict verdict; /* what to say to the pending request */
    uint64_t pending;       /* its id */
    uint8_t delay;          /* and its slot in struct delays */
    uint8_t quit;           /* the peer said QUIT */
};

/* The callbacks for the service's config: all but `write`, whose host knows where to. */
void session_callbacks(struct service *service);

/* The memory of `session` holds zeros.  It is also the context of the callbacks.  Nothing is said yet. */
void session_begin(struct session *session, struct service *service);
void session_end(struct session *session);

ehlo_server *session_engine(struct session *session);

/* How long the answer to the pending request takes from now on, in milliseconds. */
uint32_t session_delay(const struct session *session);

/* Gives that answer. */
void session_answer(struct session *session);

#endif
