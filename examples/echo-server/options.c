/* options.c - see options.h: the table of the options, from which --help is printed, too. */
#include "options.h"

#include "support.h"

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

static void set_number(struct options *options, const struct option *option, const char *value)
{
    *(uint32_t *)field_of(options, option) = (uint32_t)read_number(option, value, UINT32_MAX);
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
    {"--extensions", "LIST",
     "which to offer: names, all, or -NAME to leave one out,\n"
     "as in SIZE,8BITMIME or all,-EXPN; '' offers none",
     set_text, FIELD(extensions)},
    {"--historic", NULL, "enable SEND, SOML, SAML, TURN and the historic codes", set_flag, FIELD(historic)},
    {"--lenient", "LIST", "leniencies by name, or interop", add_leniencies, 0},
    {"--answer", "'COMMAND [ARGUMENT]=CODE [ENHANCED] [TEXT]'",
     "a scripted reply, checked against the reply table; repeatable:\n"
     "'RCPT bad@example.com=550 5.1.1 No such user', 'CONNECTED=554',\n"
     "'DATA_RECEIVED=451', 'CONTENT free money=554', which finds\n"
     "exactly these octets, letter case and line ends included",
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
}

/* Takes one option and, where it has one, its value: "--port 0" or "--port=0".  Returns how many
 * arguments that took. */
static int read_option(struct options *options, int count, char **arguments)
{
    const char *given = arguments[0];
    size_t size = strcspn(given, "=");
    const char *behind = given[size] == '=' ? given + size + 1 : NULL;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct option *option = &table[i];
        if (strlen(option->name) != size || memcmp(option->name, given, size) != 0)
            continue;
        if (option->value == NULL) {
            if (behind != NULL)
                fail("%s takes no value", option->name);
            option->set(options, option, NULL);
            return 1;
        }
        if (behind == NULL && count < 2)
            fail("%s needs a value: %s", option->name, option->value);
        option->set(options, option, behind != NULL ? behind : arguments[1]);
        return behind != NULL ? 1 : 2;
    }
    fail("unknown option '%s': --help lists them", given);
}

/* What can only be judged when all options are known. */
static void check(struct options *options)
{
    if (options->stdio && (options->port != NULL || options->listen != NULL))
        fail("--stdio serves standard input: it goes with neither --port nor --listen");
    if (options->maildir != NULL && options->maildir[0] == '\0')
        fail("--maildir: say which directory");
    if (options->sink && (options->json || options->maildir != NULL))
        fail("--sink discards every message: it goes with neither --json nor --maildir");

    options->config.profile = options->historic ? EHLO_PROFILE_HISTORIC : EHLO_PROFILE_STANDARD;
    uint32_t *offered = &options->config.extensions;
    uint32_t historic = options->historic ? HISTORIC_EXTENSIONS : 0;
    *offered = options->extensions != NULL ? list_extensions(options->extensions, *offered, historic)
                                           : *offered | historic;
    answers_check(&options->answers, options->config.profile);
    uint32_t scripted = answers_extensions(&options->answers);
    if ((scripted & HISTORIC_EXTENSIONS) != 0 && !options->historic)
        fail("--answer for SEND, SOML, SAML or TURN: they are historic: add --historic");
    *offered |= scripted;
}

void options_read(struct options *options, int count, char **arguments)
{
    *options = (struct options){.port = NULL};
    ehlo_server_config_init(&options->config);
    options->config.hostname = "localhost";
    for (int i = 1; i < count;)
        i += read_option(options, count - i, arguments + i);
    if (options->help)
        show_help();
    else if (options->version)
        printf("echo-server (libehlo %s)\n", ehlo_version());
    if (options->help || options->version)
        exit(0);
    check(options);
    if (options->port == NULL)
        options->port = "2525";
    if (options->listen == NULL)
        options->listen = "127.0.0.1";
}

void options_free(struct options *options)
{
    answers_free(&options->answers);
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
