/* server.c - fuzzes the server engine: one session, played in several ways that must come to the same.
 *
 * An input is a plan (plan.h) and what the client sends.  It is played whole, with every answer given at
 * once; octet by octet, or whole again, with answers given late; and cut at places that the plan gives.
 * When it is cut the session moves in memory between calls.  Replies, questions, events, content and traces
 * of the peer must not differ (R16), and each run keeps the laws that host.h lists.  What feed is shown ends
 * where its memory ends, so that a sanitizer sees one octet of over-read.
 *
 * Behind STARTTLS the client waits for the handshake, in every run, unless the plan says that it speaks
 * ahead: then all runs must end there.
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
    int is_exhausted;          /* all were shown, and the engine wanted more */
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
    run->host.window_at = run->start;
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

/* Where the client waits next: behind what may be a STARTTLS. */
static size_t barrier(const struct run *run)
{
    static const char word[] = "STARTTLS";
    size_t at = run->shown;

    if (run->host.plan->handshake == SPEAKS_AHEAD)
        return run->size;
    for (; at < run->size; at++) {
        size_t from = at + 1, i;
        if (run->client[at] != '\n' || at < sizeof word || run->client[at - 1] != '\r')
            continue;
        for (from = at - 1; from > 0 && (run->client[from - 1] == ' ' || run->client[from - 1] == '\t');)
            from--;
        for (i = 0;
             i < sizeof word - 1 && from > 0 && (run->client[from - 1] & 0xdf) == word[sizeof word - 2 - i];)
            i++, from--;
        if (i == sizeof word - 1)
            return at + 1;
    }
    return run->size;
}

static void show_more(struct run *run)
{
    enum { ONE_BY_ONE = 400 }; /* then faster: much is shown again and again */
    size_t left = barrier(run) - run->shown;
    size_t more = run->cutting == WHOLE    ? left
                  : run->cutting == OCTETS ? (run->shown < ONE_BY_ONE ? 1 : 32)
                                           : next_random(run) % (next_random(run) % 4 ? 8 : 200);
    run->shown += more < left ? more : left;
}

static void answer(struct run *run)
{
    LAW(feed(run) == 0, "nothing is taken while an answer is pending");
    move(run);
    probe_outside(&run->host);
    host_answer(&run->host);
    LAW(ehlo_server_wants(run->host.server) != EHLO_WANTS_INPUT, "every answer leads to FEED, or to the end");
}

/* The 220 to STARTTLS is out.  1: TLS has begun. */
static int shake_hands(struct run *run)
{
    struct host *host = &run->host;
    size_t left = run->shown - run->start;

    LAW(left == 0, "octets behind STARTTLS end the session");
    switch (host->plan->handshake) {
    case HANGS_UP: return 0;
    case SHUTS_DOWN:
        LAW((host->plan->seed & 1 ? ehlo_server_shutdown(host->server)
                                  : ehlo_server_timed_out(host->server)) == EHLO_OK,
            "a handshake can be broken off");
        return 0;
    case SPEAKS_AHEAD:
        if (run->shown < run->size) {
            uint32_t writes = host->writes, asked = host->asked;
            run->shown++;
            LAW(feed(run) == 0, "nothing that comes before the handshake is taken");
            LAW(ehlo_server_wants(host->server) == EHLO_WANTS_CLOSE, "and it ends the session");
            LAW(host->writes == writes && host->asked == asked, "without a further word");
            return 0;
        }
        break;
    default: break;
    }
    LAW(!host->known.open && !host->known.exchange, "nothing goes on behind TLS");
    LAW(ehlo_server_tls_started(host->server) == EHLO_OK, "tls_started is due");
    LAW(ehlo_server_wants(host->server) == EHLO_WANTS_FEED, "then feed goes on");
    host->known.tls = 1;
    host->tls_at = run->start;
    known_anew(host);
    return 1;
}

static void finish_session(struct run *run)
{
    move(run);
    if (ehlo_server_wants(run->host.server) == EHLO_WANTS_CLOSE)
        return;
    probe_outside(&run->host);
    if (run->host.plan->finish == FINISH_TIMED_OUT)
        ehlo_server_timed_out(run->host.server);
    else if (run->host.plan->finish == FINISH_SHUTDOWN)
        ehlo_server_shutdown(run->host.server);
    if (ehlo_server_wants(run->host.server) != EHLO_WANTS_CLOSE)
        LAW(ehlo_server_disconnected(run->host.server) == EHLO_OK,
            "a session that is not over can be broken off");
}

static void begin_session(struct run *run)
{
    struct host *host = &run->host;

    host->server = (ehlo_server *)run->memory;
    if (ehlo_server_init(host->server, &host->config, host) != EHLO_OK)
        broken(ehlo_server_config_problem(&host->config));
    probe_new(host);
    if (host->plan->first_id)
        LAW(ehlo_server_first_id(host->server, host->plan->first_id) == EHLO_OK, "ids can be chosen");
    if (host->plan->implicit_tls) {
        LAW(ehlo_server_tls_started(host->server) == EHLO_OK, "TLS can be there from the start");
        LAW(ehlo_server_tls_started(host->server) == EHLO_MISUSE, "but once");
        host->known.tls = 1;
    }
    for (int i = 0; i < 2 * host->plan->early; i++)
        LAW(ehlo_server_feed(host->server, "X", 1) == 0, "nothing is taken before the greeting");
    LAW(ehlo_server_start(host->server) == EHLO_OK, "a session starts");
}

static void play(struct run *run)
{
    size_t idle = 0;

    begin_session(run);
    for (;;) {
        int wants = ehlo_server_wants(run->host.server);
        uint32_t asked = run->host.asked;
        size_t used;
        if (wants == EHLO_WANTS_CLOSE || wants == EHLO_WANTS_TURN)
            break;
        probe_outside(&run->host);
        if (wants == EHLO_WANTS_REPLY) {
            if (run->host.asked == 1 && !run->host.pending_piece)
                host_answer(&run->host); /* no octets before the greeting */
            else
                answer(run);
            continue;
        }
        if (wants == EHLO_WANTS_TLS && !shake_hands(run))
            break;
        if (wants == EHLO_WANTS_INPUT) {
            if (run->shown == run->size) {
                run->is_exhausted = 1;
                break;
            }
            show_more(run);
        }
        used = feed(run);
        idle = used || wants == EHLO_WANTS_INPUT || run->host.asked != asked ? 0 : idle + 1;
        LAW(idle < 4 + run->host.known.recipients, "FEED leads somewhere");
        check_left(run);
    }
    finish_session(run);
    host_check_end(&run->host, run->start, run->is_exhausted);
}

static void compare(const char *what, const struct tape *one, const struct tape *other)
{
    if (tape_same(one, other))
        return;
    fprintf(stderr, "%s differ.\n", what);
    tape_show("played whole", one);
    tape_show("played otherwise", other);
    broken("however the input is cut, it comes to the same");
}

static void play_as(struct run *run, const struct plan *plan, enum cutting cutting, int patient,
                    const unsigned char *data, size_t size)
{
    memset(run, 0, sizeof *run);
    host_init(&run->host, plan, patient, data, size);
    run->cutting = cutting;
    run->moves = cutting != WHOLE;
    run->random = plan->seed + 1;
    run->client = data;
    run->size = size;
    play(run);
}

/* Where the plan lets it: which write fails, and what was out by then, depends on how output is grouped; and
 * what is refused for having been sent ahead, on the cut. */
static void play_again(const struct run *whole, enum cutting cutting, int patient)
{
    static struct run other;
    const struct plan *plan = whole->host.plan;

    play_as(&other, plan, cutting, patient, whole->client, whole->size);
    if (!plan->write_fails && (cutting == WHOLE || plan->config.pipelined != EHLO_REFUSE)) {
        if (!whole->host.dead)
            compare("replies", &whole->host.replies, &other.host.replies);
        compare("questions and events", &whole->host.told, &other.host.told);
        compare("contents", &whole->host.content, &other.host.content);
        if (!whole->host.dead)
            compare("traces of the peer", &whole->host.heard, &other.host.heard);
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
