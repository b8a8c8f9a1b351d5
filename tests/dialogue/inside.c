/* inside.c - calls from inside callbacks: those that a dialogue asks for, and those that R3 forbids. */
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

static void must_be_busy(struct run *run, const char *call, int status)
{
    if (status != EHLO_BUSY)
        broke(run, run->line, "%s inside a callback returned %d, not EHLO_BUSY (R3, P22)", call, status);
}

static void must_fail(struct run *run, const char *call, int status)
{
    if (status >= 0)
        broke(run, run->line, "%s inside a callback returned %d (R3, P22)", call, status);
}

void try_forbidden(struct run *run, int place, uint64_t id)
{
    if (!run->mode->forbidden)
        return;
    if (ehlo_server_feed(run->server, "NOOP\r\nQUIT\r\n", 12) != 0)
        broke(run, run->line, "feed inside a callback took octets (R3, P22)");
    must_be_busy(run, "start", ehlo_server_start(run->server));
    must_be_busy(run, "timed_out", ehlo_server_timed_out(run->server));
    must_fail(run, "first_id", ehlo_server_first_id(run->server, UINT64_C(1) << 60));
    if (place == PLACE_CONTENT || place == PLACE_WRITE || place == PLACE_EVENT) {
        must_be_busy(
            run, "reply",
            ehlo_server_reply(run->server, id ? id : run->pending_id + !run->pending_id, 550, NULL, "No"));
        must_fail(run, "offer", ehlo_server_offer(run->server, 0));
        must_fail(run, "max_size", ehlo_server_max_size(run->server, 1));
    } else {
        must_fail(run, "reply for another id", ehlo_server_reply(run->server, id + 1, 550, NULL, "No"));
        if (place != EHLO_CONNECTED && place != EHLO_EHLO && place != EHLO_HELO) {
            must_fail(run, "offer", ehlo_server_offer(run->server, 0));
            must_fail(run, "max_size", ehlo_server_max_size(run->server, 1));
        }
    }
    (void)ehlo_server_wants(run->server);
    (void)ehlo_server_timeout(run->server);
}
