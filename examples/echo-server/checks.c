/* checks.c - see options.h: what is wrong with options taken together, and what follows from them. */
#include "options.h"
#include "support.h"
#include "tls.h"

#include <stddef.h>

/* ---- which extensions ------------------------------------------------------------------------- */

static int never_called(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    (void)ctx, (void)server, (void)data, (void)size;
    return EHLO_FAIL;
}

static int never_asked(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    (void)ctx, (void)server, (void)request;
    return EHLO_FAIL;
}

/* Which extensions the service may offer the engine knows, so it is asked, about one after the other: those
 * that one needs have lower bits.  `given` are there for reasons of their own, `tried` where they can be. */
static uint32_t possible_extensions(const struct options *options, uint32_t given, uint32_t tried)
{
    ehlo_server_config trial;
    ehlo_server_config_init(&trial);
    trial.hostname = "localhost";
    trial.callbacks.write = never_called;
    trial.callbacks.decide = never_asked;
    trial.service = options->config.service;
    trial.profile = options->config.profile;
    trial.auth_mechanisms = "PLAIN";
    trial.extensions = given;
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        uint32_t before = trial.extensions;
        if (ehlo_extension_keyword(bit) == NULL || (bit & tried) == 0)
            continue;
        trial.extensions |= bit;
        if (ehlo_server_config_problem(&trial) != NULL)
            trial.extensions = before;
    }
    return trial.extensions;
}

static void settle_extensions(struct options *options)
{
    uint32_t scripted = answers_extensions(&options->answers);
    if ((scripted & HISTORIC_EXTENSIONS) != 0 && !options->historic)
        fail("--answer for SEND, SOML, SAML or TURN: they are historic: add --historic");
    if (options->answers.recipients > 0 && !options->lmtp) /* else none of them would ever be met */
        scripted |= EHLO_EXTENSION_PRDR;

    struct list_sets sets = {.offered = options->config.extensions & ~(uint32_t)EHLO_EXTENSION_AUTH};
    sets.added = options->historic ? HISTORIC_EXTENSIONS : 0;
    if (options->tls_cert != NULL && !options->smtps)
        sets.added |= EHLO_EXTENSION_STARTTLS;
    if (options->users.mechanisms != NULL)
        sets.added |= EHLO_EXTENSION_AUTH;
    const uint32_t so_or_not_at_all = EHLO_EXTENSION_STARTTLS | EHLO_EXTENSION_AUTH | HISTORIC_EXTENSIONS;
    sets.possible = possible_extensions(options, sets.added, ~so_or_not_at_all);
    sets.all = sets.possible & ~(uint32_t)(EHLO_EXTENSION_XCLIENT | EHLO_EXTENSION_XFORWARD);
    uint32_t offered = sets.offered | sets.added, named = sets.added;
    if (options->extensions !=
        NULL) { /* what lost what it needs goes with it, unless it was asked for by name */
        offered = list_extensions(options->extensions, &sets, &named);
        offered = named | possible_extensions(options, offered & (named | so_or_not_at_all), offered);
    }
    options->config.extensions = offered | scripted;
    if (options->min_by && (offered & EHLO_EXTENSION_DELIVERBY) == 0)
        fail("--min-by is of no use without DELIVERBY among --extensions");
    if (options->max_hold && (offered & EHLO_EXTENSION_FUTURERELEASE) == 0)
        fail("--max-hold is of no use without FUTURERELEASE among --extensions, and --submission");
}

/* ---- TLS and AUTH ----------------------------------------------------------------------------- */

static void check_tls(struct options *options)
{
    if ((options->tls_cert == NULL) != (options->tls_key == NULL))
        fail("--tls-cert and --tls-key go together: add %s FILE",
             options->tls_cert == NULL ? "--tls-cert" : "--tls-key");
    int has_tls = options->tls_cert != NULL;
    if (options->smtps && !has_tls)
        fail("--smtps needs a certificate: add --tls-cert and --tls-key");
    if (options->require_tls && !has_tls)
        fail("--require-tls needs a certificate: add --tls-cert and --tls-key");
    if (options->require_tls)
        options->config.demands |= EHLO_DEMAND_TLS;

    const struct answer *scripted = answers_general(&options->answers, EHLO_STARTTLS);
    if (scripted != NULL && scripted->verdict.code == 220 && !has_tls)
        fail("--answer '%s': nothing can follow it without a certificate: add --tls-cert and --tls-key",
             scripted->given);
}

static int answers_auth(const struct answers *answers)
{
    return (answers_extensions(answers) & EHLO_EXTENSION_AUTH) != 0;
}

static void check_auth(struct options *options)
{
    struct users *users = &options->users;
    int scripted = answers_auth(&options->answers), anybody = users->count > 0 || users->token != NULL;
    if (!anybody && !scripted && options->submission)
        fail("--submission lets nobody in without AUTH: add --auth USER:PASSWORD");
    if (!anybody && !scripted && options->require_auth)
        fail("--require-auth lets nobody in: add --auth USER:PASSWORD");
    if (!anybody && !scripted && (options->auth_mechanisms != NULL || options->auth_without_tls))
        fail("%s needs somebody who may log in: add --auth USER:PASSWORD",
             options->auth_mechanisms != NULL ? "--auth-mechanisms" : "--auth-without-tls");
    if (anybody || scripted)
        users_choose_mechanisms(users, options->auth_mechanisms, scripted);
    options->config.auth_mechanisms = users->mechanisms;

    if (options->require_auth)
        options->config.demands |= EHLO_DEMAND_AUTH;
    if (options->auth_without_tls)
        options->config.leniencies |= EHLO_LENIENT_AUTH_WITHOUT_TLS;
    if (users->mechanisms != NULL && options->tls_cert == NULL &&
        (options->config.leniencies & EHLO_LENIENT_AUTH_WITHOUT_TLS) == 0)
        complain("AUTH is never offered like this: add --tls-cert and --tls-key, or --auth-without-tls");
}

/* ---- all of them ------------------------------------------------------------------------------ */

void options_check(struct options *options)
{
    if (options->stdio && (options->port != NULL || options->listen != NULL))
        fail("--stdio serves standard input: it goes with neither --port nor --listen");
    if (options->maildir != NULL && options->maildir[0] == '\0')
        fail("--maildir: say which directory");
    if (options->sink && (options->json || options->maildir != NULL))
        fail("--sink discards every message: it goes with neither --json nor --maildir");
    if (options->lmtp && options->submission)
        fail("--lmtp and --submission are two services: choose one");

    options->config.profile = options->historic ? EHLO_PROFILE_HISTORIC : EHLO_PROFILE_STANDARD;
    answers_check(&options->answers, options->config.profile);
    check_tls(options);
    check_auth(options);
    settle_extensions(options);
}
