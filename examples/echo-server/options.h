/* options.h - what the person at the command line wants. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "answers.h"
#include "delays.h"
#include "users.h"

#include <ehlo/ehlo.h>

struct options {
    ehlo_server_config config; /* all but its callbacks */
    struct answers answers;
    struct delays delays;
    struct users users;
    const char *port, *listen; /* as given */
    const char *maildir;       /* or NULL */
    const char *extensions;    /* the LISTs as given, or NULL */
    const char *auth_mechanisms;
    const char *tls_cert, *tls_key; /* both, or neither */
    int lmtp, submission;           /* one of them at most */
    int smtps, require_tls, require_auth, auth_without_tls, proxy;
    int min_by, max_hold; /* 1 where they were given */
    int stdio, json, sink, verbose, historic, help, version;
};

/* Reads the command line into `*options`, which may be used at once when this returns: --help and
 * --version end the program, and so does whatever is wrong, in one line that says so, with 2. */
void options_read(struct options *options, int count, char **arguments);

void options_free(struct options *options);

/* checks.c: what can only be judged, and settled, when all options are known. */
void options_check(struct options *options);

/* fail()s on what ehlo_server_config_problem() said, in terms of the options. */
_Noreturn void options_fail(const char *problem);

/* lists.c: --extensions LIST and --lenient LIST, as sets of bits; fail() on an unknown name.  `*by_name` are those
 * that are asked for by their own. */
struct list_sets {
    uint32_t offered;  /* what a list starts from which only leaves some out */
    uint32_t added;    /* what is there in any case, until it is left out by name */
    uint32_t possible; /* what may be named */
    uint32_t all;      /* what `all` stands for */
};
uint32_t list_extensions(const char *list, const struct list_sets *sets, uint32_t *by_name);
uint32_t list_leniencies(const char *list);

/* SEND, SOML, SAML and TURN: what --historic enables. */
enum {
    HISTORIC_EXTENSIONS =
        EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML | EHLO_EXTENSION_TURN
};

#endif
