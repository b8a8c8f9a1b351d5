/* tls.c - see tls.h: with OpenSSL, whose ends are joined to memory here instead of to a socket. */
#include "tls.h"

#include "support.h"

#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_server {
    SSL_CTX *context;
    BIO_METHOD *method;
};

struct tls {
    SSL *ssl;
    tls_send *send;
    void *ctx;
    const char *arrived; /* during tls_take(): what OpenSSL did not fetch yet */
    size_t left;
    const char *problem;
    enum tls_state state;
    int said_end;
};

int tls_is_built(void)
{
    return 1;
}

/* ---- the certificate -------------------------------------------------------------------------- */

/* OpenSSL's words for what went wrong first. */
static const char *reason(void)
{
    const char *words = ERR_reason_error_string(ERR_peek_error());
    return words != NULL ? words : "no reason is given";
}

/* There is nobody to ask: a server starts by itself. */
static int no_passphrase(char *out, int room, int for_writing, void *ctx)
{
    (void)out, (void)room, (void)for_writing, (void)ctx;
    return 0;
}

static void check_that_it_opens(const char *option, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail("%s '%s': cannot read it: %s", option, path, strerror(errno));
    fclose(file);
}

static _Noreturn void fail_on_key(const char *certificate, const char *key)
{
    if (ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH)
        fail("--tls-key '%s': it does not belong to the certificate '%s'", key, certificate);
    fail("--tls-key '%s': not a usable key in PEM, without a passphrase: %s", key, reason());
}

static void load(SSL_CTX *context, const char *certificate, const char *key)
{
    check_that_it_opens("--tls-cert", certificate);
    check_that_it_opens("--tls-key", key);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        fail("--tls-cert '%s': not a usable certificate in PEM: %s", certificate, reason());
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        fail_on_key(certificate, key);
}

/* Between two connections nothing is remembered, so that nothing of one can be of use in another. */
static SSL_CTX *make_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
        fail("cannot use OpenSSL: %s", reason());
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); /* whoever is idle shall not hold memory */
    return context;
}

/* ---- what OpenSSL reads from and writes to ---------------------------------------------------- */

static int fetch(BIO *bio, char *out, int room)
{
    struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (tls->left == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t size = tls->left < (size_t)room ? tls->left : (size_t)room;
    memcpy(out, tls->arrived, size);
    tls->arrived += size;
    tls->left -= size;
    return (int)size;
}

static int put(BIO *bio, const char *data, int size)
{
    const struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    return tls->send(tls->ctx, data, (size_t)size) == 0 ? size : -1;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH; /* nothing is kept back; nothing else is known */
}

static BIO_METHOD *make_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory of echo-server");
    if (method == NULL || BIO_meth_set_read(method, fetch) != 1 || BIO_meth_set_write(method, put) != 1 ||
        BIO_meth_set_ctrl(method, control) != 1)
        fail("cannot use OpenSSL: %s", reason());
    return method;
}

struct tls_server *tls_server_open(const char *certificate, const char *key)
{
    static struct tls_server server; /* one does for all connections */
    server.context = make_context();
    server.method = make_method();
    load(server.context, certificate, key);
    return &server;
}

void tls_server_close(struct tls_server *server)
{
    if (server == NULL)
        return;
    SSL_CTX_free(server->context);
    BIO_meth_free(server->method);
}

/* ---- a connection ----------------------------------------------------------------------------- */

struct tls *tls_open(struct tls_server *server, tls_send *send, void *ctx)
{
    struct tls *tls = calloc(1, sizeof *tls);
    SSL *ssl = tls != NULL ? SSL_new(server->context) : NULL;
    BIO *bio = ssl != NULL ? BIO_new(server->method) : NULL;
    if (bio == NULL) {
        SSL_free(ssl);
        free(tls);
        return NULL;
    }
    *tls = (struct tls){.ssl = ssl, .send = send, .ctx = ctx, .problem = ""};
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
    return tls;
}

void tls_close(struct tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    free(tls);
}

enum tls_state tls_state(const struct tls *tls)
{
    return tls->state;
}

const char *tls_problem(const struct tls *tls)
{
    return tls->problem;
}

/* What a call to OpenSSL came to that did not do what was wanted: more is needed, or this is the end. */
static void note(struct tls *tls, int returned)
{
    switch (SSL_get_error(tls->ssl, returned)) {
    case SSL_ERROR_WANT_READ: break;
    case SSL_ERROR_ZERO_RETURN: tls->state = TLS_ENDED; break;
    default:
        tls->state = TLS_BROKEN;
        tls->problem = reason();
        break;
    }
}

static void shake_hands(struct tls *tls)
{
    int returned = SSL_do_handshake(tls->ssl);
    if (returned == 1) {
        tls->state = TLS_UP;
        return;
    }
    note(tls, returned);
    if (tls->state == TLS_ENDED) { /* before it began */
        tls->state = TLS_BROKEN;
        tls->problem = "the peer gave up the handshake";
    }
}

size_t tls_take(struct tls *tls, const void *data, size_t size, void *clear, size_t room)
{
    size_t taken = 0;
    int read = 1;
    tls->arrived = data;
    tls->left = size;
    ERR_clear_error(); /* one queue serves all connections of the thread */
    if (tls->state == TLS_SHAKING)
        shake_hands(tls);
    while (tls->state == TLS_UP && read > 0 && taken < room) {
        size_t most = room - taken < INT_MAX ? room - taken : INT_MAX;
        read = SSL_read(tls->ssl, (char *)clear + taken, (int)most);
        if (read > 0)
            taken += (size_t)read;
        else
            note(tls, read);
    }
    if (tls->state == TLS_UP && read > 0) { /* there is more than fits, which cannot be: see TLS_RECORD */
        tls->state = TLS_BROKEN;
        tls->problem = "more came out than went in";
    }
    tls->left = 0; /* what follows an end or a fault is nobody's */
    return taken;
}

int tls_write(struct tls *tls, const void *data, size_t size)
{
    ERR_clear_error();
    if (tls->state == TLS_UP || tls->state == TLS_ENDED) {
        int written = SSL_write(tls->ssl, data, (int)size);
        if (written == (int)size)
            return 0;
        tls->state = TLS_BROKEN; /* `send` takes everything or fails, so there is nothing to try again */
        tls->problem = "cannot write";
    }
    return -1;
}

void tls_end(struct tls *tls)
{
    ERR_clear_error();
    if (!tls->said_end && (tls->state == TLS_UP || tls->state == TLS_ENDED))
        SSL_shutdown(tls->ssl);
    tls->said_end = 1;
}
