/* server.c - fuzzes the server engine: one session, played in several ways that must come to the same.
 *
 * An input is a plan (host.h) and what the client sends.  It is played whole, with every answer given at
 * once; octet by octet, or whole again, with answers given late; and cut at places that the plan gives.
 * When it is cut the session moves in memory between calls.  Replies, questions, events and content must not
 * differ (R16), and each run keeps the laws that host.c knows.  What feed is shown ends where its memory
 * ends, so that a sanitizer sees one octet of over-read.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum cutting { WHOLE, OCTETS, RANDOM };

struct run {
    struct host host;
    ehlo_server_memory memory[2];
    int moves;
    enum cutting cutting;
    uint32_t random;
    const unsigned char *client;
    size_t size, start, shown; /* of the client's octets: all, used, shown so far */
};

static uint32_t next_random(struct run *run)
{
    run->random = run->random * 1664525 + 1013904223;
    return run->random >> 8;
}

/* A session may be copied between calls: the former memory is spoiled. */
static void move(struct run *run)
{
    ehlo_server_memory *from = (ehlo_server_memory *)run->host.server;
    ehlo_server_memory *to = from == run->memory ? run->memory + 1 : run->memory;

    if (!run->moves)
        return;
    *to = *from;
    memset(from, 0xaa, sizeof *from);
    run->host.server = (ehlo_server *)to;
}

/* Shows the engine all that it has not used, in memory of exactly that size. */
static size_t feed(struct run *run)
{
    size_t have = run->shown - run->start, used;
    unsigned char *window = malloc(have ? have : 1);

    LAW(window != NULL, "out of memory");
    memcpy(window, run->client + run->start, have);
    run->host.window = window;
    run->host.window_size = have;
    move(run);
    used = ehlo_server_feed(run->host.server, have ? window : NULL, have);
    LAW(used <= have, "feed uses no more than there is");
    run->host.window = NULL;
    run->host.window_size = 0;
    free(window);
    run->start += used;
    return used;
}

static void check_left(const struct run *run)
{
    size_t left = run->shown - run->start;

    if (ehlo_server_wants(run->host.server) != EHLO_WANTS_INPUT)
        return;
    LAW(left < ehlo_server_line_limit(&run->host.config), "what is left is less than a line");
    LAW(left <= 2 || ehlo_server_timeout(run->host.server) != run->host.config.content_timeout,
        "in content at most 2 octets are left");
}

static void show_more(struct run *run)
{
    enum { ONE_BY_ONE = 400 }; /* then faster: much is shown again and again */
    size_t left = run->size - run->shown;
    size_t more = run->cutting == WHOLE    ? left
                  : run->cutting == OCTETS ? (run->shown < ONE_BY_ONE ? 1 : 32)
                                           : next_random(run) % (next_random(run) % 4 ? 8 : 200);
    run->shown += more < left ? more : left;
}

static void answer(struct run *run)
{
    LAW(feed(run) == 0, "nothing is taken while an answer is pending");
    move(run);
    host_answer(&run->host);
    LAW(ehlo_server_wants(run->host.server) != EHLO_WANTS_INPUT, "every answer leads to FEED, or to the end");
}

static void finish_session(struct run *run)
{
    move(run);
    if (ehlo_server_wants(run->host.server) == EHLO_WANTS_CLOSE)
        return;
    if (run->host.plan->finish == FINISH_TIMED_OUT)
        ehlo_server_timed_out(run->host.server);
    else if (run->host.plan->finish == FINISH_SHUTDOWN)
        ehlo_server_shutdown(run->host.server);
    if (ehlo_server_wants(run->host.server) != EHLO_WANTS_CLOSE)
        LAW(ehlo_server_disconnected(run->host.server) == EHLO_OK,
            "a session that is not over can be broken off");
}

static void play(struct run *run)
{
    size_t idle = 0;

    run->host.server = (ehlo_server *)run->memory;
    LAW(ehlo_server_init(run->host.server, &run->host.config, &run->host) == EHLO_OK,
        "the config is a good one");
    if (run->host.plan->early) {
        LAW(ehlo_server_feed(run->host.server, "X", 1) == 0, "nothing is taken before the greeting");
    }
    LAW(ehlo_server_start(run->host.server) == EHLO_OK, "a session starts");
    for (;;) {
        int wants = ehlo_server_wants(run->host.server);
        size_t used;
        if (wants == EHLO_WANTS_CLOSE || wants == EHLO_WANTS_TURN)
            break;
        if (wants == EHLO_WANTS_REPLY) {
            if (run->host.asked == 1 && !run->host.pending_piece)
                host_answer(&run->host); /* no octets before the greeting */
            else
                answer(run);
            continue;
        }
        if (wants == EHLO_WANTS_INPUT) {
            if (run->shown == run->size)
                break;
            show_more(run);
        }
        used = feed(run);
        idle = used || wants == EHLO_WANTS_INPUT ? 0 : idle + 1;
        LAW(idle < 4, "FEED leads somewhere");
        check_left(run);
    }
    finish_session(run);
    host_check_end(&run->host);
}

static void compare(const char *what, const struct tape *one, const struct tape *other)
{
    if (one->size == other->size && (one->size == 0 || memcmp(one->data, other->data, one->size) == 0))
        return;
    fprintf(stderr, "%s differ.\n---- played whole:\n", what);
    fwrite(one->data, 1, one->size, stderr);
    fprintf(stderr, "\n---- played otherwise:\n");
    fwrite(other->data, 1, other->size, stderr);
    fprintf(stderr, "\n");
    broken("however the input is cut, it comes to the same");
}

static void play_as(struct run *run, const struct plan *plan, enum cutting cutting, int patient,
                    const unsigned char *data, size_t size)
{
    memset(run, 0, sizeof *run);
    host_init(&run->host, plan, patient);
    run->cutting = cutting;
    run->moves = cutting != WHOLE;
    run->random = plan->seed + 1;
    run->client = data;
    run->size = size;
    play(run);
}

static void play_again(const struct run *whole, enum cutting cutting, int patient)
{
    static struct run other;
    const struct plan *plan = whole->host.plan;

    play_as(&other, plan, cutting, patient, whole->client, whole->size);
    if (!whole->host.dead &&
        !plan->write_fails) /* what is out when the peer goes depends on how output is grouped */
        compare("replies", &whole->host.replies, &other.host.replies);
    if (!plan->write_fails) { /* and so does which write fails */
        compare("questions and events", &whole->host.told, &other.host.told);
        compare("contents", &whole->host.content, &other.host.content);
    }
    host_free(&other.host);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static struct run whole;
    struct plan plan;

    if (size < HEADER)
        return 0;
    plan_read(&plan, data);
    play_as(&whole, &plan, WHOLE, 0, data + HEADER, size - HEADER);
    play_again(&whole, plan.seed & 1 ? OCTETS : WHOLE, 1);
    play_again(&whole, RANDOM, plan.seed >> 1 & 1);
    host_free(&whole.host);
    return 0;
}
