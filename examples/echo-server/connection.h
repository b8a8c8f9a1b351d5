/* connection.h - a session and the descriptors it runs over: who reads, what is kept, when to close.
 *
 * What arrives may have to go through a proxy's header and TLS before it reaches the engine; what the engine
 * says may have to go through TLS.  Octets of one stage never reach the next one: what was sent in the clear
 * behind STARTTLS is shown to the engine, which ends the session for it, and never kept across the handshake.
 *
 * It holds no octet that it need not hold: input only while the engine cannot use it yet, output
 * only while the peer does not take it.  While there is such output nothing more is read from that
 * peer, so that one who does not listen cannot make the server grow. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "poller.h"
#include "session.h"

enum stage {
    STAGE_SESSION,  /* the engine has the word */
    STAGE_PROXY,    /* a proxy's header has to come first */
    STAGE_HANDSHAKE /* that of TLS is under way, before the session or in it */
};

struct connection {
    struct session session; /* first: what the engine's callbacks get points here */
    int in, out;
    struct tls *tls;     /* or NULL: in the clear */
    struct bytes input;  /* read, and not used yet: shown again; of a proxy's header, all so far */
    struct bytes output; /* said, and not yet taken by the peer; as it goes over the wire */
    uint64_t active;     /* when the peer last did something; before the session, when that began */
    uint8_t stage;       /* enum stage */
    uint8_t ended;       /* the peer will say nothing more */
    uint8_t lingering;   /* all is said: waiting for the peer to close */
    uint8_t over;        /* to be closed */

    /* The loop's: */
    struct watch watch;
    struct waiter waiter; /* for a delayed answer */
    struct connection *next, *previous;
};

/* Where reads go, once for all connections. */
struct block {
    char *clear; /* the octets left unused before, and new ones behind them, as the engine is to see them */
    char *wire;  /* new ones that have to go through TLS first; NULL where nobody has TLS */
    size_t size; /* of each */
};

void block_open(struct block *block, const struct service *service); /* fail()s without memory */
void block_close(struct block *block);

/* The service's config gets its last callback. */
void connection_callbacks(struct service *service);

/* Greets, or waits for what has to come before that.  NULL where memory ran out. */
struct connection *connection_open(struct service *service, int in, int out, uint64_t now);
void connection_close(struct connection *connection); /* the descriptors, too */

/* What it waits for: WATCH_READ, WATCH_WRITE, or 0. */
int connection_interest(struct connection *connection);

/* 1 while the engine waits for connection_answer(). */
int connection_pends(struct connection *connection);

/* What happened. */
void connection_readable(struct connection *connection, struct block *block, uint64_t now);
void connection_writable(struct connection *connection, uint64_t now);
void connection_gone(struct connection *connection);                   /* the peer is */
void connection_answer(struct connection *connection, uint64_t now);   /* the delay is over */
void connection_check(struct connection *connection, uint64_t now);    /* time went by */
void connection_shutdown(struct connection *connection, uint64_t now); /* the server stops */

#endif
