/* sasl.c - SCRAM-SHA-256, SCRAM-SHA-1 (RFC 5802, RFC 7677) and CRAM-MD5 (RFC 2195), by GNU SASL.
 *
 * The library does the arithmetic and asks for the password; whatever it says goes out as a challenge. */
#include "auth.h"

#include <gsasl.h>
#include <string.h>

static const char iterations[] = "4096"; /* of SCRAM's hash: the least that RFC 7677 section 4 allows */

enum { DUMMY_SIZE = 32 };

int sasl_is_built(void)
{
    return 1;
}

/* One for all exchanges, made with the first; it lives as long as the program. */
static Gsasl *library(void);

/* Who is nobody's user gets a password that nobody knows, so that a client learns nothing until the end. */
static int set_password(Gsasl_session *session)
{
    const struct exchange *exchange = gsasl_session_hook_get(session);
    const char *name = gsasl_property_fast(session, GSASL_AUTHID);
    const char *password = name != NULL ? users_password(exchange->users, name) : NULL;
    char dummy[DUMMY_SIZE + 1] = {0};
    if (password == NULL && gsasl_nonce(dummy, DUMMY_SIZE) != GSASL_OK)
        return GSASL_NO_PASSWORD;
    for (int i = 0; i < DUMMY_SIZE; i++) /* printable ASCII, so that it is a password at all */
        dummy[i] = (char)((dummy[i] & 63) + '0');
    return gsasl_property_set(session, GSASL_PASSWORD, password != NULL ? password : dummy);
}

static int on_question(Gsasl *sasl, Gsasl_session *session, Gsasl_property property)
{
    (void)sasl;
    switch (property) {
    case GSASL_PASSWORD: return set_password(session);
    case GSASL_SCRAM_ITER: return gsasl_property_set(session, property, iterations);
    default: return GSASL_NO_CALLBACK; /* it makes salt and nonces itself, and nothing is bound to TLS */
    }
}

static Gsasl *library(void)
{
    static Gsasl *sasl;
    if (sasl == NULL && gsasl_init(&sasl) == GSASL_OK)
        gsasl_callback_set(sasl, on_question);
    return sasl;
}

/* The exchange went well.  Nobody may act for another user. */
static enum auth_outcome finish(struct exchange *exchange)
{
    Gsasl_session *session = exchange->sasl;
    const char *name = gsasl_property_fast(session, GSASL_AUTHID);
    const char *acts_for = gsasl_property_fast(session, GSASL_AUTHZID);
    if (name == NULL || users_password(exchange->users, name) == NULL)
        return AUTH_DENIED;
    if (acts_for != NULL && acts_for[0] != '\0' && strcmp(acts_for, name) != 0)
        return AUTH_DENIED;
    exchange_call(exchange, (ehlo_text){name, strlen(name)});
    return AUTH_GRANTED;
}

static enum auth_outcome begin(struct exchange *exchange, ehlo_text response)
{
    Gsasl_session *session;
    /* A client that insists on channel binding (RFC 5802 section 6): nothing is bound here. */
    if (exchange->mechanism->client_first && response.size > 0 && response.data[0] == 'p')
        return AUTH_DENIED;
    if (library() == NULL || gsasl_server_start(library(), exchange->mechanism->name, &session) != GSASL_OK)
        return AUTH_FAILED;
    gsasl_session_hook_set(session, exchange);
    exchange->sasl = session;
    return AUTH_CHALLENGE;
}

enum auth_outcome sasl_step(struct exchange *exchange, ehlo_text response)
{
    if (exchange->step > 0) /* the last challenge wants no answer but an empty one */
        return response.size == 0 ? finish(exchange) : AUTH_DENIED;
    enum auth_outcome outcome = exchange->sasl == NULL ? begin(exchange, response) : AUTH_CHALLENGE;
    if (outcome != AUTH_CHALLENGE)
        return outcome;
    char *said = NULL;
    size_t size = 0;
    int status = gsasl_step(exchange->sasl, response.data, response.size, &said, &size);
    outcome = AUTH_DENIED;
    if (status == GSASL_NEEDS_MORE || (status == GSASL_OK && size > 0)) {
        exchange->step = status == GSASL_OK;
        outcome = exchange_ask(exchange, said, size);
    } else if (status == GSASL_OK) {
        outcome = finish(exchange);
    } else if (status == GSASL_MALLOC_ERROR || status == GSASL_CRYPTO_ERROR) {
        outcome = AUTH_FAILED;
    }
    gsasl_free(said);
    return outcome;
}

void sasl_end(struct exchange *exchange)
{
    if (exchange->sasl != NULL)
        gsasl_finish(exchange->sasl);
    exchange->sasl = NULL;
}
