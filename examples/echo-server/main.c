/* main.c - echo-server: speaks SMTP and shows each message that it accepts.  See --help.
 *
 *   options.c, checks.c, lists.c, answers.c, delays.c, users.c   what the command line says
 *   session.c, match.c, words.c                          what is answered: the engine's callbacks
 *   auth.c, bearer.c, sasl.c, secret.c                   who may log in
 *   delivery.c, message.c, echo.c, json.c, maildir.c     what becomes of a message
 *   connection.c, tls.c, proxied.c                       a session over descriptors
 *   loop.c, epoll.c, poll.c, listen.c, stdio.c, stop.c   when things happen */
#include "connection.h"
#include "run.h"

#include <unistd.h>

int main(int count, char **arguments)
{
    static struct service service;
    struct options *options = &service.options;
    options_read(options, count, arguments);
    session_callbacks(&service);
    connection_callbacks(&service);
    const char *problem = ehlo_server_config_problem(&options->config);
    if (problem != NULL)
        options_fail(problem);

    if (options->tls_cert != NULL)
        service.tls = tls_server_open(options->tls_cert, options->tls_key);
    service.echo = options->stdio ? STDERR_FILENO : STDOUT_FILENO;
    if (options->maildir != NULL)
        maildir_open(&service.maildir, options->maildir, options->config.hostname);
    (options->stdio ? run_stdio : run_loop)(&service);
    if (options->maildir != NULL)
        maildir_close(&service.maildir);
    tls_server_close(service.tls);
    options_free(options);
    return 0;
}
