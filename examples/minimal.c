/* minimal.c - a whole SMTP server on standard input and output: try `./minimal`, or let inetd run it.
 * It takes mail for anybody, answers as the reply table says, and shows each message that it accepts
 * on standard error.  docs/server-guide.md goes on from here; echo-server/ is a server in earnest. */
#include <ehlo/ehlo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char message[1 << 20]; /* config.max_size sees to it that no message is longer */

static int send_to_peer(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    (void)ctx, (void)server;
    return fwrite(data, 1, size, stdout) == size && fflush(stdout) == 0 ? EHLO_DEFAULT : EHLO_FAIL;
}

static int take_content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    (void)ctx, (void)server;
    memcpy(message + piece->offset, piece->data, piece->size);
    return EHLO_DEFAULT;
}

static int decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    (void)ctx, (void)server;
    if (request->command == EHLO_DATA_RECEIVED && !request->received.refused)
        fwrite(message, 1, (size_t)request->received.size, stderr);
    return ferror(stderr) ? EHLO_FAIL : EHLO_DEFAULT; /* the reply that the table has; 550 would refuse */
}

int main(void)
{
    ehlo_server_config config;
    ehlo_server_config_init(&config);
    config.hostname = "localhost";
    config.max_size = sizeof message;
    config.callbacks.write = send_to_peer;
    config.callbacks.decide = decide;
    config.callbacks.content = take_content;

    static ehlo_server_memory memory; /* all that the engine needs for a session */
    ehlo_server *server = (ehlo_server *)&memory;
    if (ehlo_server_init(server, &config, NULL) != EHLO_OK || ehlo_server_start(server) != EHLO_OK)
        return 2;

    char buffer[4096]; /* ehlo_server_line_limit() octets would do */
    size_t have = 0;
    while (ehlo_server_wants(server) != EHLO_WANTS_CLOSE) {
        if (ehlo_server_wants(server) == EHLO_WANTS_INPUT) {
            ssize_t got = read(STDIN_FILENO, buffer + have, sizeof buffer - have);
            if (got <= 0)
                return 1; /* the peer went without QUIT */
            have += (size_t)got;
        }
        size_t used = ehlo_server_feed(server, buffer, have);
        memmove(buffer, buffer + used, have -= used); /* what was not used is shown again, with more */
    }
}
