/* no_tls.c - in the place of tls.c, in a build without OpenSSL: the options do not let anybody get here. */
#include "tls.h"

#include "support.h"

int tls_is_built(void)
{
    return 0;
}

struct tls_server *tls_server_open(const char *certificate, const char *key)
{
    (void)certificate, (void)key;
    fail("there is no TLS in this build");
}

void tls_server_close(struct tls_server *server)
{
    (void)server;
}

struct tls *tls_open(struct tls_server *server, tls_send *send, void *ctx)
{
    (void)server, (void)send, (void)ctx;
    return NULL;
}

void tls_close(struct tls *tls)
{
    (void)tls;
}

enum tls_state tls_state(const struct tls *tls)
{
    (void)tls;
    return TLS_BROKEN;
}

const char *tls_problem(const struct tls *tls)
{
    (void)tls;
    return "there is no TLS in this build";
}

size_t tls_take(struct tls *tls, const void *data, size_t size, void *clear, size_t room)
{
    (void)tls, (void)data, (void)size, (void)clear, (void)room;
    return 0;
}

int tls_write(struct tls *tls, const void *data, size_t size)
{
    (void)tls, (void)data, (void)size;
    return -1;
}

void tls_end(struct tls *tls)
{
    (void)tls;
}
