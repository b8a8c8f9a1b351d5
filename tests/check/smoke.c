/* smoke.c - the smallest proof that the library works where it was built or installed: one message. */
#include <ehlo/ehlo.h>

#include <stdio.h>
#include <string.h>

static char written[4096], content[256];

static int to_text(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    size_t have = strlen(written);

    (void)ctx;
    (void)server;
    if (size >= sizeof written - have)
        return EHLO_FAIL;
    memcpy(written + have, data, size);
    return EHLO_DEFAULT;
}

static int accept_all(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    (void)ctx;
    (void)server;
    (void)request;
    return EHLO_DEFAULT;
}

static int keep(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    (void)ctx;
    (void)server;
    if (piece->size >= sizeof content - strlen(content))
        return EHLO_FAIL;
    strncat(content, piece->data, piece->size);
    return EHLO_DEFAULT;
}

int main(void)
{
    static const char client[] = "EHLO client.example\r\n"
                                 "MAIL FROM:<a@client.example> SIZE=20\r\nRCPT TO:<b@server.example>\r\nDATA\r\n"
                                 "Subject: x\r\n\r\n..hidden\r\n.\r\nQUIT\r\n";
    static const char *const expected[] = {"220 server.example", "\r\n250", "\r\n250 2.1.0 ", "\r\n250 2.1.5 ",
                                           "\r\n354 ", "\r\n250 2.0.0 ", "\r\n221 2.0.0 "};
    ehlo_server_config config;
    ehlo_server_memory memory;
    ehlo_server *server = (ehlo_server *)&memory;
    const char *at = written;
    size_t i, used = 0;

    ehlo_server_config_init(&config);
    config.hostname = "server.example";
    config.callbacks.write = to_text;
    config.callbacks.decide = accept_all;
    config.callbacks.content = keep;
    if (ehlo_server_init(server, &config, NULL) != EHLO_OK || ehlo_server_start(server) != EHLO_OK)
        return 1;
    while (ehlo_server_wants(server) == EHLO_WANTS_FEED || (ehlo_server_wants(server) == EHLO_WANTS_INPUT && used == 0))
        used += ehlo_server_feed(server, client + used, sizeof client - 1 - used);

    for (i = 0; i < sizeof expected / sizeof *expected; i++)
        if ((at = strstr(at, expected[i])) == NULL)
            break;
    if (at == NULL || strcmp(content, "Subject: x\r\n\r\n.hidden\r\n") != 0 || used != sizeof client - 1) {
        printf("not as expected: reply %d\n%s\ncontent:\n%s\n", (int)i, written, content);
        return 1;
    }
    printf("libehlo %s, %d bits: a message of %d octets\n", ehlo_version(), (int)sizeof(void *) * 8,
           (int)strlen(content));
    return 0;
}
