/* tls.h - TLS as something that octets go through: those that arrived go in, and what they mean comes out;
 * those to be said go in, and what is to be sent comes out.  It reads and writes no descriptor, waits for
 * nothing, and so serves sockets as well as pipes.
 *
 * tls.c does it with OpenSSL.  A build without that has no_tls.c. */
#ifndef TLS_H
#define TLS_H

#include <stddef.h>

/* 1 where there is TLS in this build. */
int tls_is_built(void);

/* The server's certificate and key, for all connections. */
struct tls_server;

/* From two files in PEM.  fail()s where they cannot be used, or do not belong together. */
struct tls_server *tls_server_open(const char *certificate, const char *key);
void tls_server_close(struct tls_server *server); /* NULL will do */

enum tls_state {
    TLS_SHAKING, /* the handshake is under way */
    TLS_UP,
    TLS_ENDED, /* the peer has said that it will say nothing more (close_notify) */
    TLS_BROKEN /* nothing can be said or understood any more, and tls_problem() says why */
};

/* Where octets go that are to be sent: 0, or -1 where nobody takes them any more. */
typedef int tls_send(void *ctx, const void *data, size_t size);

/* One connection.  NULL where memory ran out. */
struct tls *tls_open(struct tls_server *server, tls_send *send, void *ctx);
void tls_close(struct tls *tls); /* NULL will do; says nothing to the peer */

enum tls_state tls_state(const struct tls *tls);

/* Why it is broken, in a few words; static storage. */
const char *tls_problem(const struct tls *tls);

/* At most so many octets of a record may have been taken without anything coming out yet (RFC 8446
 * section 5.2). */
enum { TLS_RECORD = 16384 + 256 + 5 };

/* Takes octets that arrived, all of them.  Returns how many came out at `clear`, where there is room for
 * TLS_RECORD more than `size`.  The handshake goes on by itself, and its answers are sent. */
size_t tls_take(struct tls *tls, const void *data, size_t size, void *clear, size_t room);

/* Sends octets.  0, or -1. */
int tls_write(struct tls *tls, const void *data, size_t size);

/* Tells the peer that nothing more comes, once, where it still can be told. */
void tls_end(struct tls *tls);

#endif
