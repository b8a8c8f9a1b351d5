/* inside.c - calls where they do not belong: from inside callbacks, those that a dialogue asks for and those
 * that R3 forbids; and outside of any callback those that make sense only in one (P22, P24). */
#include "play.h"

void inside(struct run *run, int place)
{
    for (size_t i = 0; i < run->inside_count; i++) {
        const struct step *call = run->insides[i];
        int status = EHLO_OK;
        if (!call || call->place != place)
            continue;
        run->insides[i] = NULL; /* once */
        if (call->code == HOST_SHUTDOWN)
            status = ehlo_server_shutdown(run->server);
        else if (call->code == HOST_DISCONNECTED)
            status = ehlo_server_disconnected(run->server), run->gone = 1;
        else
            broke(run, call->line, "no call that may be made inside");
        if (status != EHLO_OK)
            broke(run, call->line, "the call inside returned %s, not OK (R3)", status_name(status));
    }
}

static void must_be(struct run *run, const char *call, int status, int expected)
{
    if (status != expected)
        broke(run, run->line, "%s returned %s, not %s (R3, P22, P24)", call, status_name(status),
              status_name(expected));
}

static void must_fail(struct run *run, const char *call, int status)
{
    if (status >= 0)
        broke(run, run->line, "%s inside a callback returned %d (R3, P22)", call, status);
}

/* Answers, from where they may not come. */
static void try_answers(struct run *run, int place, uint64_t id)
{
    if (place >= PLACE_CONTENT) {
        if (id == 0)
            id = run->pending_id + !run->pending_id;
        must_be(run, "a reply here", ehlo_server_reply(run->server, id, 550, NULL, "No"), EHLO_BUSY);
        must_be(run, "a challenge here", ehlo_server_challenge(run->server, id, "x", 1), EHLO_BUSY);
        return;
    }
    must_fail(run, "reply for another id", ehlo_server_reply(run->server, id + 1, 550, NULL, "No"));
    must_fail(run, "challenge for another id", ehlo_server_challenge(run->server, id + 1, "x", 1));
    if (place != EHLO_AUTH)
        must_be(run, "challenge for no AUTH", ehlo_server_challenge(run->server, id, "x", 1), EHLO_MISUSE);
}

/* Narrowing and the time, where the host may not tell them. */
static void try_telling(struct run *run, int place)
{
    if (place == EHLO_CONNECTED || place == EHLO_HELO || place == EHLO_EHLO || place == EHLO_LHLO ||
        place == EHLO_AUTH)
        return;
    must_fail(run, "offer", ehlo_server_offer(run->server, 0));
    must_fail(run, "max_size", ehlo_server_max_size(run->server, 1));
    must_fail(run, "clock", ehlo_server_clock(run->server, 1));
}

void try_forbidden(struct run *run, int place, uint64_t id)
{
    if (!run->mode->forbidden)
        return;
    if (ehlo_server_feed(run->server, "NOOP\r\nQUIT\r\n", 12) != 0)
        broke(run, run->line, "feed inside a callback took octets (R3, P22)");
    must_be(run, "start inside a callback", ehlo_server_start(run->server), EHLO_BUSY);
    must_be(run, "timed_out inside a callback", ehlo_server_timed_out(run->server), EHLO_BUSY);
    must_be(run, "tls_started inside a callback", ehlo_server_tls_started(run->server), EHLO_BUSY);
    must_fail(run, "first_id", ehlo_server_first_id(run->server, UINT64_C(1) << 60));
    try_answers(run, place, id);
    try_telling(run, place);
    (void)ehlo_server_wants(run->server);
    (void)ehlo_server_timeout(run->server);
}

/* Between two calls, while the session goes on: nothing may come of these. */
void try_misplaced(struct run *run)
{
    int wants = ehlo_server_wants(run->server);

    if (!run->mode->forbidden || !run->started || run->over)
        return;
    must_be(run, "start again", ehlo_server_start(session(run)), EHLO_MISUSE);
    must_be(run, "first_id", ehlo_server_first_id(session(run), 1), EHLO_MISUSE);
    must_be(run, "offer", ehlo_server_offer(session(run), 0), EHLO_MISUSE);
    must_be(run, "max_size", ehlo_server_max_size(session(run), 1), EHLO_MISUSE);
    must_be(run, "clock", ehlo_server_clock(session(run), 1), EHLO_MISUSE);
    if (wants != EHLO_WANTS_TLS)
        must_be(run, "tls_started", ehlo_server_tls_started(session(run)), EHLO_MISUSE);
    if (run->answered_id && run->answered_id != run->pending_id)
        must_be(run, "challenge", ehlo_server_challenge(session(run), run->answered_id, "x", 1), EHLO_STALE);
    if (run->pending_id && run->pending_command != EHLO_AUTH)
        must_be(run, "challenge", ehlo_server_challenge(session(run), run->pending_id, "x", 1), EHLO_MISUSE);
    if (ehlo_server_wants(run->server) != wants)
        broke(run, run->line, "a call that makes no sense changed what the session wants (P24)");
}
