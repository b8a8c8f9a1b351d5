/* proxied.h - what a proxy in front of this server says about the client (--proxy), as text.
 *
 * The header of the PROXY protocol stands before everything else on a connection, before TLS, too. */
#ifndef PROXIED_H
#define PROXIED_H

#include <ehlo/ehlo.h>

enum {
    PROXY_HEADER_MOST = 65551, /* octets: 16, and 65,535 */
    PROXY_SECONDS = 5          /* in which all of it must have come */
};

struct proxied {
    char source[110], destination[110]; /* an IP address, or the path of a UNIX socket */
    unsigned source_port, destination_port;
    int told; /* 0: the header tells no addresses */
};

/* Looks for a header at the start of what came.  Returns the octets that it takes, 0 where more must come, or
 * EHLO_INVALID: whoever it is has no business here. */
int proxied_read(struct proxied *proxied, const char *data, size_t size);

#endif
