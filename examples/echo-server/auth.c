/* auth.c - see auth.h: the course of an exchange, and the mechanisms PLAIN and LOGIN. */
#include "auth.h"

#include "secret.h"

#include <stdlib.h>
#include <string.h>

enum auth_outcome exchange_ask(struct exchange *exchange, const void *data, size_t size)
{
    bytes_add(&exchange->challenge, data, size);
    return exchange->challenge.failed ? AUTH_FAILED : AUTH_CHALLENGE;
}

void exchange_call(struct exchange *exchange, ehlo_text name)
{
    size_t size = name.size;
    if (size >= sizeof exchange->name || memchr(name.data, '\0', size) != NULL) /* no user has such a name */
        size = 0;
    memcpy(exchange->name, name.data, size);
    exchange->name[size] = '\0';
}

/* ---- PLAIN: RFC 4616 -------------------------------------------------------------------------- */

static int same(ehlo_text a, ehlo_text b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Nobody may act for another user, so an authorization identity has to be the user's own. */
static enum auth_outcome plain_step(struct exchange *exchange, ehlo_text response)
{
    ehlo_plain_message message;
    if (ehlo_sasl_plain(&message, response.data, response.size) != EHLO_OK)
        return AUTH_DENIED;
    int known = users_know(exchange->users, message.authentication_identity, message.password);
    if (!known || (message.authorization_identity.size > 0 &&
                   !same(message.authorization_identity, message.authentication_identity)))
        return AUTH_DENIED;
    exchange_call(exchange, message.authentication_identity);
    return AUTH_GRANTED;
}

/* ---- LOGIN: draft-murchison-sasl-login -------------------------------------------------------- */

/* The words are those that some clients insist on (section 2.2). */
static enum auth_outcome login_step(struct exchange *exchange, ehlo_text response)
{
    static const char name[] = "Username:", password[] = "Password:";
    if (response.data == NULL)
        return exchange_ask(exchange, name, sizeof name - 1);
    if (exchange->step++ == 0) {
        exchange_call(exchange, response);
        return exchange_ask(exchange, password, sizeof password - 1);
    }
    ehlo_text called = {exchange->name, strlen(exchange->name)};
    return users_know(exchange->users, called, response) ? AUTH_GRANTED : AUTH_DENIED;
}

/* ---- the course of an exchange ---------------------------------------------------------------- */

static const struct mechanism table[] = {
    {.name = "PLAIN", .step = plain_step, .client_first = 1},
    {.name = "LOGIN", .step = login_step},
    {.name = "SCRAM-SHA-256", .step = sasl_step, .client_first = 1, .by_sasl = 1},
    {.name = "SCRAM-SHA-1", .step = sasl_step, .client_first = 1, .by_sasl = 1},
    {.name = "CRAM-MD5", .step = sasl_step, .by_sasl = 1},
    {.name = "OAUTHBEARER", .step = bearer_step, .client_first = 1, .takes_token = 1},
};

const struct mechanism *mechanism_at(size_t number)
{
    return number < sizeof table / sizeof table[0] ? &table[number] : NULL;
}

static char upper(char octet)
{
    return octet >= 'a' && octet <= 'z' ? (char)(octet - ('a' - 'A')) : octet;
}

const struct mechanism *mechanism_named(const char *name, size_t size)
{
    for (const struct mechanism *row = table; row < table + sizeof table / sizeof table[0]; row++) {
        size_t same = 0;
        while (same < size && upper(name[same]) == row->name[same])
            same++;
        if (same == size && row->name[same] == '\0')
            return row;
    }
    return NULL;
}

static struct exchange *exchange_new(const struct users *users, ehlo_text mechanism)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        return NULL;
    exchange->users = users;
    exchange->mechanism = mechanism_named(mechanism.data, mechanism.size);
    return exchange;
}

enum auth_outcome auth_step(struct exchange **place, const struct users *users, const ehlo_request *request)
{
    if (*place == NULL)
        *place = exchange_new(users, request->auth.mechanism);
    struct exchange *exchange = *place;
    if (exchange == NULL || exchange->mechanism == NULL)
        return AUTH_FAILED;
    bytes_free(&exchange->challenge);

    ehlo_text response = {NULL, 0};
    if (request->auth.has_response || request->auth.step > 0) {
        int size = ehlo_base64_decode(exchange->response, sizeof exchange->response,
                                      request->auth.response.data, request->auth.response.size);
        if (size < 0) /* no password is so long; that it is base64 the engine has seen to */
            return AUTH_DENIED;
        response = (ehlo_text){exchange->response, (size_t)size};
    } else if (exchange->mechanism->client_first) {
        return exchange_ask(exchange, NULL, 0);
    }
    enum auth_outcome outcome = exchange->mechanism->step(exchange, response);
    secret_wipe(exchange->response, response.size);
    return outcome;
}

void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    sasl_end(exchange);
    bytes_free(&exchange->challenge);
    secret_wipe(exchange, sizeof *exchange);
    free(exchange);
}
