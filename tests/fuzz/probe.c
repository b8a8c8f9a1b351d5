/* probe.c - calls at wrong times: R3 and R6 say what they return, and the session's memory stays as it is. */
#include "host.h"

#include <string.h>

static ehlo_server_memory before;

static void begin(const struct host *host)
{
    memcpy(&before, host->server, sizeof before);
}

static void end(const struct host *host)
{
    LAW(memcmp(&before, host->server, sizeof before) == 0, "a call at a wrong time changes nothing");
}

/* What no callback may call. */
static void probe_inside(ehlo_server *server)
{
    LAW(ehlo_server_feed(server, "QUIT\r\n", 6) == 0, "feed inside a callback takes nothing");
    LAW(ehlo_server_tls_started(server) == EHLO_BUSY, "tls_started inside a callback is BUSY");
    LAW(ehlo_server_start(server) == EHLO_BUSY, "start inside a callback is BUSY");
    LAW(ehlo_server_timed_out(server) == EHLO_BUSY, "timed_out inside a callback is BUSY");
    LAW(ehlo_server_first_id(server, 1) < 0, "ids are not chosen under way");
}

static void probe_narrowing(ehlo_server *server)
{
    LAW(ehlo_server_offer(server, 0) == EHLO_MISUSE, "offer belongs to a hello and AUTH");
    LAW(ehlo_server_max_size(server, 1) == EHLO_MISUSE, "max_size belongs to a hello and AUTH");
    LAW(ehlo_server_clock(server, 1) == EHLO_MISUSE, "clock belongs to a hello and AUTH");
}

void probe_callback(struct host *host, enum place place)
{
    ehlo_server *server = host->server;

    if (place == IN_EVENT && host->asked % 4) /* there are many */
        return;
    begin(host);
    LAW(ehlo_server_reply(server, host->last_id, 250, NULL, NULL) == EHLO_BUSY, "answers belong to decide");
    LAW(ehlo_server_challenge(server, host->last_id, "x", 1) == EHLO_BUSY, "challenges belong to decide");
    probe_inside(server);
    probe_narrowing(server);
    end(host);
}

void probe_decide(struct host *host, const ehlo_request *request)
{
    ehlo_server *server = host->server;
    int command = request->command;

    begin(host);
    probe_inside(server);
    LAW(ehlo_server_reply(server, request->id + 1, 250, NULL, NULL) == EHLO_STALE, "another id is STALE");
    LAW(ehlo_server_reply(server, 0, 250, NULL, NULL) == EHLO_STALE, "0 is no id");
    LAW(ehlo_server_challenge(server, request->id + 1, "x", 1) == EHLO_STALE, "another id is STALE");
    if (command != EHLO_AUTH)
        LAW(ehlo_server_challenge(server, request->id, "x", 1) == EHLO_MISUSE, "challenges belong to AUTH");
    if (command != EHLO_CONNECTED && command != EHLO_EHLO && command != EHLO_LHLO && command != EHLO_AUTH)
        probe_narrowing(server);
    end(host);
}

/* Between two calls of a session that is not over. */
void probe_outside(struct host *host)
{
    ehlo_server *server = host->server;
    int wants = ehlo_server_wants(server);

    begin(host);
    if (wants == EHLO_WANTS_CLOSE) {
        LAW(ehlo_server_tls_started(server) == EHLO_GONE, "a session that is over starts no TLS");
        LAW(ehlo_server_challenge(server, host->last_id, "x", 1) == EHLO_GONE, "nor does it challenge");
    } else {
        if (wants != EHLO_WANTS_TLS)
            LAW(ehlo_server_tls_started(server) == EHLO_MISUSE, "tls_started unasked is MISUSE");
        LAW(ehlo_server_start(server) == EHLO_MISUSE, "a session starts once");
        LAW(ehlo_server_reply(server, host->last_id + 1, 250, NULL, NULL) == EHLO_STALE,
            "an id never asked is STALE");
        LAW(ehlo_server_challenge(server, host->last_id + 1, "x", 1) == EHLO_STALE,
            "an id never asked is STALE");
        if (wants != EHLO_WANTS_REPLY)
            LAW(ehlo_server_reply(server, host->last_id, 250, NULL, NULL) == EHLO_STALE,
                "what was answered is STALE");
        else if (host->pending_piece || host->question.command != EHLO_AUTH)
            LAW(ehlo_server_challenge(server, host->pending, "x", 1) == EHLO_MISUSE,
                "challenges belong to AUTH");
    }
    LAW(ehlo_server_first_id(server, 1) == EHLO_MISUSE, "ids are not chosen under way");
    probe_narrowing(server);
    end(host);
}

/* Before it starts. */
void probe_new(struct host *host)
{
    ehlo_server *server = host->server;

    begin(host);
    LAW(ehlo_server_reply(server, 1, 250, NULL, NULL) == EHLO_STALE, "nothing was asked yet");
    LAW(ehlo_server_challenge(server, 1, "x", 1) == EHLO_STALE, "nothing was asked yet");
    LAW(ehlo_server_first_id(server, 0) == EHLO_MISUSE, "0 is no id");
    probe_narrowing(server);
    end(host);
}
