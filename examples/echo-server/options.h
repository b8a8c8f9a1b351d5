/* options.h - what the person at the command line wants. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "answers.h"
#include "delays.h"

#include <ehlo/ehlo.h>

struct options {
    ehlo_server_config config; /* all but its callbacks */
    struct answers answers;
    struct delays delays;
    const char *port, *listen; /* as given */
    const char *maildir;       /* or NULL */
    const char *extensions;    /* the LIST as given, or NULL */
    int stdio, json, sink, verbose, historic, help, version;
};

/* Reads the command line into `*options`, which may be used at once when this returns: --help and
 * --version end the program, and so does whatever is wrong, in one line that says so, with 2. */
void options_read(struct options *options, int count, char **arguments);

void options_free(struct options *options);

/* fail()s on what ehlo_server_config_problem() said, in terms of the options. */
_Noreturn void options_fail(const char *problem);

/* lists.c: --extensions LIST and --lenient LIST, as sets of bits; fail() on an unknown name.
 * `offered` are the extensions that a list starts from which only leaves some out, `added` those
 * that are there in any case until they are left out by name. */
uint32_t list_extensions(const char *list, uint32_t offered, uint32_t added);
uint32_t list_leniencies(const char *list);

/* SEND, SOML, SAML and TURN: what --historic enables. */
enum {
    HISTORIC_EXTENSIONS =
        EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML | EHLO_EXTENSION_TURN
};

#endif
