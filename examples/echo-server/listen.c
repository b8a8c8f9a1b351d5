/* listen.c - see listen.h. */
#ifdef __linux__
#define _GNU_SOURCE /* accept4() */
#endif
#include "listen.h"

#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { BACKLOG = 4096 };

static int make_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? -1
                                                                                                         : 0;
}

/* Programs that start this one wait for the line, so it is flushed; an IPv6 address gets brackets. */
static void announce(int fd)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getsockname(fd, (struct sockaddr *)&name, &size) != 0 ||
        getnameinfo((struct sockaddr *)&name, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        fail("cannot tell which port it is");
    int brackets = name.ss_family == AF_INET6;
    printf("listening on %s%s%s:%s\n", brackets ? "[" : "", host, brackets ? "]" : "", port);
    if (fflush(stdout) != 0)
        fail("cannot write to standard output: %s", strerror(errno));
}

int listen_at(const char *address, const char *port)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found;
    int status = getaddrinfo(address, port, &hints, &found);
    if (status != 0)
        fail("--listen '%s': %s", address, gai_strerror(status));

    int on = 1;
    int fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0 ||
        make_nonblocking(fd) != 0)
        fail("cannot listen on %s port %s: %s", address, port, strerror(errno));
    freeaddrinfo(found);
    /* A reply must not wait for the acknowledgement of the one before.  Connections inherit this. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    announce(fd);
    return fd;
}

int listen_accept(int listener)
{
#ifdef __linux__
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    int fd = accept(listener, NULL, NULL);
    if (fd >= 0)
        make_nonblocking(fd);
    return fd;
#endif
}
