/* options.c - see options.h: the table of the options, from which --help is printed, too. */
#include "options.h"

#include "auth.h"
#include "support.h"
#include "tls.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option {
    const char *name;
    const char *value; /* what its value is called, or NULL where it has none */
    const char *help;  /* '\n' parts lines */
    void (*set)(struct options *options, const struct option *option, const char *value);
    size_t field; /* for the setters that serve several options: where in struct options */
};

static void *field_of(struct options *options, const struct option *option)
{
    return (char *)options + option->field;
}

static uint64_t read_number(const struct option *option, const char *value, uint64_t most)
{
    uint64_t number = 0;
    const char *at = value;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (number > (most - digit) / 10)
            fail("%s %s: at most %llu", option->name, value, (unsigned long long)most);
        number = number * 10 + digit;
    }
    if (at == value || *at != '\0')
        fail("%s '%s': not a number", option->name, value);
    return number;
}

static void set_flag(struct options *options, const struct option *option, const char *value)
{
    (void)value;
    *(int *)field_of(options, option) = 1;
}

static void set_text(struct options *options, const struct option *option, const char *value)
{
    *(const char **)field_of(options, option) = value;
}

/* What a build without TLS does not have. */
static void check_that_there_is_tls(const struct option *option)
{
    if (!tls_is_built())
        fail("%s needs OpenSSL, which this echo-server was built without", option->name);
}

static void set_tls_flag(struct options *options, const struct option *option, const char *value)
{
    check_that_there_is_tls(option);
    set_flag(options, option, value);
}

static void set_tls_text(struct options *options, const struct option *option, const char *value)
{
    check_that_there_is_tls(option);
    set_text(options, option, value);
}

static void set_number(struct options *options, const struct option *option, const char *value)
{
    *(uint32_t *)field_of(options, option) = (uint32_t)read_number(option, value, UINT32_MAX);
}

static void set_min_by(struct options *options, const struct option *option, const char *value)
{
    set_number(options, option, value);
    options->min_by = 1;
}

static void set_max_hold(struct options *options, const struct option *option, const char *value)
{
    set_number(options, option, value);
    options->max_hold = 1;
}

/* The presets change the config as a whole, so they are taken before all other options. */
static void set_service(struct options *options, const struct option *option, const char *value)
{
    set_flag(options, option, value);
    if (options->lmtp)
        ehlo_server_config_lmtp(&options->config);
    else
        ehlo_server_config_submission(&options->config);
}

static void set_max_size(struct options *options, const struct option *option, const char *value)
{
    options->config.max_size = read_number(option, value, UINT64_MAX);
}

static void set_timeout(struct options *options, const struct option *option, const char *value)
{
    set_number(options, option, value);
    options->config.content_timeout = options->config.command_timeout;
}

static void set_port(struct options *options, const struct option *option, const char *value)
{
    read_number(option, value, 65535);
    options->port = value;
}

static void set_hostname(struct options *options, const struct option *option, const char *value)
{
    ehlo_domain domain;
    if (ehlo_domain_parse(&domain, value, strlen(value)) != EHLO_OK)
        fail("%s '%s': not a domain such as mx.example.org, nor an address such as [192.0.2.1]", option->name,
             value);
    options->config.hostname = value;
}

static void add_leniencies(struct options *options, const struct option *option, const char *value)
{
    (void)option;
    options->config.leniencies |= list_leniencies(value);
}

static void add_answer(struct options *options, const struct option *option, const char *value)
{
    (void)option;
    answers_add(&options->answers, value);
}

static void add_delay(struct options *options, const struct option *option, const char *value)
{
    (void)option;
    delays_add(&options->delays, value);
}

static void add_user(struct options *options, const struct option *option, const char *value)
{
    (void)option;
    users_add(&options->users, value);
}

static void add_token(struct options *options, const struct option *option, const char *value)
{
    (void)option;
    users_add_token(&options->users, value);
}

#define FIELD(name) offsetof(struct options, name)

static const struct option table[] = {
    {"--port", "N", "the port to listen on: 2525; 0 picks a free one", set_port, 0},
    {"--listen", "ADDRESS", "the address to listen on: 127.0.0.1", set_text, FIELD(listen)},
    {"--stdio", NULL,
     "serve one session on standard input and output (inetd);\n"
     "echoes go to standard error, which inetd often makes the\n"
     "client's socket, too: send it elsewhere, as in 2>>FILE",
     set_flag, FIELD(stdio)},
    {"--json", NULL, "echo each message as one JSON object a line", set_flag, FIELD(json)},
    {"--sink", NULL, "accept and discard, no echo: for load tests", set_flag, FIELD(sink)},
    {"--maildir", "DIR",
     "store each message durably before it is accepted: a file\n"
     "holds the content alone, no Return-Path or Received field",
     set_text, FIELD(maildir)},
    {"--hostname", "NAME", "what it calls itself: localhost", set_hostname, 0},
    {"--max-size", "OCTETS", "of a message: 33554432; here and below 0 is no limit", set_max_size, 0},
    {"--max-recipients", "N", "of a message: 1000", set_number, FIELD(config.max_recipients)},
    {"--max-errors", "N", "of the client, before 421: 20", set_number, FIELD(config.max_errors)},
    {"--max-line", "OCTETS", "of a command line: 2048; 512 to 65536", set_number, FIELD(config.max_line)},
    {"--timeout", "SECONDS", "of silence, before 421: 300", set_timeout, FIELD(config.command_timeout)},
    {"--min-by", "SECONDS", "DELIVERBY: the least that BY=...;R may ask for", set_min_by,
     FIELD(config.min_by)},
    {"--max-hold", "SECONDS", "FUTURERELEASE: the longest that a message is held: 604800", set_max_hold,
     FIELD(config.max_hold)},
    {"--lmtp", NULL, "speak LMTP: a reply for each recipient", set_service, FIELD(lmtp)},
    {"--submission", NULL, "take mail from users alone: needs --auth", set_service, FIELD(submission)},
    {"--extensions", "LIST",
     "which to offer: names, all, or -NAME to leave one out,\n"
     "as in SIZE,8BITMIME or all,-EXPN; '' offers none; XCLIENT and\n"
     "XFORWARD, for clients that are trusted, are not in all;\n"
     "STARTTLS and AUTH come with --tls-cert and --auth",
     set_text, FIELD(extensions)},
    {"--tls-cert", "FILE", "a certificate in PEM, and those above it: offers STARTTLS", set_tls_text,
     FIELD(tls_cert)},
    {"--tls-key", "FILE", "its key, in PEM, without a passphrase", set_tls_text, FIELD(tls_key)},
    {"--smtps", NULL, "TLS from the first octet on", set_tls_flag, FIELD(smtps)},
    {"--require-tls", NULL, "530 to whatever has to do with mail, until TLS", set_tls_flag,
     FIELD(require_tls)},
    {"--auth", "USER:PASSWORD",
     "who may log in; repeatable.  For tests: others on this machine\n"
     "can read a command line",
     add_user, 0},
    {"--auth-token", "TOKEN", "who has it may log in, by OAUTHBEARER", add_token, 0},
    {"--auth-mechanisms", "LIST",
     "of PLAIN, LOGIN (these two), OAUTHBEARER, and with GNU SASL\n"
     "SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5",
     set_text, FIELD(auth_mechanisms)},
    {"--auth-without-tls", NULL, "offer AUTH in the clear, too", set_flag, FIELD(auth_without_tls)},
    {"--require-auth", NULL, "530 to mail, until AUTH", set_flag, FIELD(require_auth)},
    {"--proxy", NULL,
     "a header of the PROXY protocol, version 1 or 2, comes first on\n"
     "each connection; the echo shows its addresses",
     set_flag, FIELD(proxy)},
    {"--historic", NULL, "enable SEND, SOML, SAML, TURN and the historic codes", set_flag, FIELD(historic)},
    {"--lenient", "LIST", "leniencies by name, or interop", add_leniencies, 0},
    {"--answer", "'COMMAND [ARGUMENT]=CODE [ENHANCED] [TEXT]'",
     "a scripted reply, checked against the reply table; repeatable:\n"
     "'RCPT bad@example.com=550 5.1.1 No such user', 'CONNECTED=554',\n"
     "'DATA_RECEIVED=451', 'CONTENT free money=554', which finds\n"
     "exactly these octets, letter case and line ends included;\n"
     "in LMTP and with PRDR 'DATA_RECEIVED bad@example.com=550'",
     add_answer, 0},
    {"--delay", "COMMAND=TIME", "answer that command later, as in RCPT=200ms or CONTENT=2s;\nrepeatable",
     add_delay, 0},
    {"--verbose", NULL, "a line on standard error for each event", set_flag, FIELD(verbose)},
    {"--version", NULL, "print the version", set_flag, FIELD(version)},
    {"--help", NULL, "print this", set_flag, FIELD(help)},
};

static void show_help(void)
{
    enum { COLUMN = 28 };
    puts("usage: echo-server [OPTION]...\n"
         "Speaks SMTP and shows each message that it accepts. SIGTERM ends it.\n");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct option *row = &table[i];
        if ((row->set == set_tls_flag || row->set == set_tls_text) && !tls_is_built())
            continue;
        int width = printf("  %s%s%s", row->name, row->value != NULL ? " " : "",
                           row->value != NULL ? row->value : "");
        if (width > COLUMN - 2)
            width = printf("\n") - 1;
        for (const char *line = row->help; line != NULL; width = 0) {
            int size = (int)strcspn(line, "\n");
            printf("%*s%.*s\n", COLUMN - width, "", size, line);
            line = line[size] == '\n' ? line + size + 1 : NULL;
        }
    }
    if (!tls_is_built())
        puts("\nBuilt without OpenSSL: there is no --tls-cert, --tls-key, --smtps, --require-tls.");
    if (!sasl_is_built())
        puts("\nBuilt without GNU SASL: there is no SCRAM, no CRAM-MD5.");
}

/* Takes one option and, where it has one, its value: "--port 0" or "--port=0".  Returns how many
 * arguments that took.  Only presets are done, or only all else.  Values may be secret: none is repeated. */
static int read_option(struct options *options, int count, char **arguments, int presets)
{
    const char *given = arguments[0];
    size_t size = strcspn(given, "=");
    const char *behind = given[size] == '=' ? given + size + 1 : NULL;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct option *option = &table[i];
        if (strlen(option->name) != size || memcmp(option->name, given, size) != 0)
            continue;
        if (option->value == NULL && behind != NULL)
            fail("%s takes no value", option->name);
        if (option->value != NULL && behind == NULL && count < 2)
            fail("%s needs a value: %s", option->name, option->value);
        int is_next = option->value != NULL && behind == NULL;
        if ((option->set == set_service) == presets)
            option->set(options, option, is_next ? arguments[1] : behind);
        return is_next ? 2 : 1;
    }
    fail("unknown option '%.*s': --help lists them", (int)size, given);
}

static void read_options(struct options *options, int count, char **arguments, int presets)
{
    for (int i = 1; i < count;)
        i += read_option(options, count - i, arguments + i, presets);
}

void options_read(struct options *options, int count, char **arguments)
{
    *options = (struct options){.port = NULL};
    ehlo_server_config_init(&options->config);
    options->config.hostname = "localhost";
    read_options(options, count, arguments, 1);
    read_options(options, count, arguments, 0);
    if (options->help)
        show_help();
    else if (options->version)
        printf("echo-server (libehlo %s)\n", ehlo_version());
    if (options->help || options->version)
        exit(0);
    options_check(options);
    if (options->port == NULL)
        options->port = "2525";
    if (options->listen == NULL)
        options->listen = "127.0.0.1";
}

void options_free(struct options *options)
{
    answers_free(&options->answers);
    users_free(&options->users);
}

/* The problem begins with the config's field.  Options that are named like it: max_line, --max-line. */
void options_fail(const char *problem)
{
    size_t size = strcspn(problem, " ");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *name = table[i].name + strlen("--");
        size_t same = 0;
        while (same < size && name[same] == (problem[same] == '_' ? '-' : problem[same]))
            same++;
        if (same == size && name[same] == '\0')
            fail("%s: it%s", table[i].name, problem + size);
    }
    fail("cannot serve like this: %s", problem);
}
