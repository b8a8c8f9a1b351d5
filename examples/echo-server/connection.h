/* connection.h - a session and the descriptors it runs over: who reads, what is kept, when to close.
 *
 * It holds no octet that it need not hold: input only while the engine cannot use it yet, output
 * only while the peer does not take it.  While there is such output nothing more is read from that
 * peer, so that one who does not listen cannot make the server grow. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "poller.h"
#include "session.h"

struct connection {
    struct session session; /* first: what the engine's callbacks get points here */
    int in, out;
    struct bytes input;  /* read, and left unused by the engine: shown to it again */
    struct bytes output; /* said, and not yet taken by the peer */
    uint64_t active;     /* when the peer last did something */
    uint8_t ended;       /* the peer will say nothing more */
    uint8_t lingering;   /* all is said: waiting for the peer to close */
    uint8_t over;        /* to be closed */

    /* The loop's: */
    struct watch watch;
    struct waiter waiter; /* for a delayed answer */
    struct connection *next, *previous;
};

/* Where reads go, once for all connections: the octets left unused before, and new ones behind them. */
struct block {
    char *data;
    size_t size;
};

void block_open(struct block *block, const struct service *service); /* fail()s without memory */
void block_close(struct block *block);

/* The service's config gets its last callback. */
void connection_callbacks(struct service *service);

/* Greets.  NULL where memory ran out. */
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
