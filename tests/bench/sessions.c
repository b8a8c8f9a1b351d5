/* sessions.c - what a session costs in memory: many at once, each through EHLO.
 *
 *   build/tests/bench/sessions [SESSIONS [MOST]]
 *
 * Prints the octets of resident memory that each of SESSIONS sessions (1,000,000 when not given) adds
 * to the whole process; exits 1 where that is more than MOST (224 when not given).  Linux.
 */
#define _POSIX_C_SOURCE 200809L
#include <ehlo/ehlo.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int throw_away(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    (void)ctx, (void)server, (void)data, (void)size;
    return EHLO_DEFAULT;
}

static int accept_all(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    (void)ctx, (void)server, (void)request;
    return EHLO_DEFAULT;
}

static long resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (!file || fscanf(file, "%*s %ld", &pages) != 1) {
        fprintf(stderr, "sessions: cannot read /proc/self/statm: this needs Linux\n");
        exit(2);
    }
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

int main(int argc, char **argv)
{
    static const char hello[] = "EHLO client.example.com\r\n";
    long count = argc > 1 ? atol(argv[1]) : 1000000, most = argc > 2 ? atol(argv[2]) : 224, before, after;
    ehlo_server_memory *sessions;
    ehlo_server_config config;
    double each;

    if (argc > 3 || count < 1 || most < 1) {
        fprintf(stderr, "sessions: usage: sessions [SESSIONS [MOST]], both at least 1\n");
        return 2;
    }
    ehlo_server_config_init(&config);
    config.hostname = "mx.example.org";
    config.callbacks.write = throw_away;
    config.callbacks.decide = accept_all;

    before = resident();
    sessions = malloc((size_t)count * sizeof *sessions);
    if (!sessions) {
        fprintf(stderr, "sessions: no memory for %ld sessions\n", count);
        return 1;
    }
    for (long i = 0; i < count; i++) {
        ehlo_server *server = (ehlo_server *)&sessions[i];
        if (ehlo_server_init(server, &config, NULL) != EHLO_OK || ehlo_server_start(server) != EHLO_OK ||
            ehlo_server_feed(server, hello, sizeof hello - 1) != sizeof hello - 1) {
            fprintf(stderr, "sessions: session %ld does not go through EHLO\n", i);
            return 1;
        }
    }
    after = resident();
    each = (double)(after - before) / (double)count;
    printf("%ld sessions: %.1f octets a session for the whole process, %zu of them the engine's\n", count,
           each, ehlo_server_size());
    free(sessions);
    return each <= (double)most ? 0 : 1;
}
