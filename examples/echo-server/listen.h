/* listen.h - the socket that clients connect to. */
#ifndef LISTEN_H
#define LISTEN_H

/* Listens there, says "listening on ADDRESS:PORT" on standard output, and returns the socket, which
 * does not block.  fail()s where that cannot be. */
int listen_at(const char *address, const char *port);

/* The next connection, which does not block either, or -1 with errno. */
int listen_accept(int listener);

#endif
