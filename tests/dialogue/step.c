/* step.c - what the steps of a dialogue come to, but for the client's octets and the replies to them. */
#include "play.h"

void start(struct run *run)
{
    int status;

    ledger_begin(run, 1); /* the greeting */
    status = ehlo_server_start(session(run));
    run->started = 1;
    if (status != EHLO_OK)
        broke(run, run->line, "ehlo_server_start() returned %s", status_name(status));
    look(run);
}

/* Drops one octet that feed has looked at. */
static void show_less(struct run *run)
{
    if (run->held.size == 0) {
        broke(run, run->line, "there is nothing unused to drop");
        return;
    }
    run->held.size--;
    feed(run, 0);
}

/* TLS has begun: the session forgets who the client is, and its next octets begin a line (R18). */
static int tls_started(struct run *run, ehlo_server *server)
{
    int status = ehlo_server_tls_started(server), wants = ehlo_server_wants(server);

    if (status != EHLO_OK)
        return status;
    run->tls = 1;
    run->authenticated = 0;
    if (run->started) {
        ledger_begin(run, 0);
        if (wants != EHLO_WANTS_FEED)
            broke(run, run->line, "under TLS a session wants %s, not FEED (R2)", wants_names[wants]);
    }
    return status;
}

static void host_step(struct run *run, const struct step *step)
{
    struct answer nothing = {.code = 250}, challenge = {.challenge = "x", .challenge_size = 1};
    ehlo_server *server;
    int status = EHLO_OK;

    switch (step->code) {
    case HOST_START: start(run); return;
    case HOST_FEED: feed(run, run->queue.size - run->queue_at); return;
    case HOST_SHOW_LESS: show_less(run); return;
    default: break;
    }
    server = session(run);
    switch (step->code) {
    case HOST_SHUTDOWN: status = ehlo_server_shutdown(server); break;
    case HOST_TIMED_OUT: status = ehlo_server_timed_out(server); break;
    case HOST_DISCONNECTED: status = ehlo_server_disconnected(server); break;
    case HOST_REPLY_AGAIN: status = host_reply(run, run->answered_id, &nothing); break;
    case HOST_REPLY_UNKNOWN: status = host_reply(run, UINT64_C(1) << 40, &nothing); break;
    case HOST_CHALLENGE_UNKNOWN: status = host_reply(run, UINT64_C(1) << 40, &challenge); break;
    case HOST_TLS_STARTED: status = tls_started(run, server); break;
    case HOST_CLOCK: status = ehlo_server_clock(server, step->number); break;
    case HOST_FIRST_ID:
        status = ehlo_server_first_id(server, step->number);
        run->first_id = status == EHLO_OK ? step->number : run->first_id;
        break;
    case HOST_OFFER: status = ehlo_server_offer(server, 0); break;
    default: break;
    }
    if (status != step->status)
        broke(run, step->line, "the call returned %s, not %s", status_name(status),
              status_name(step->status));
    /* Shutdown and time-out answer a pending request themselves. */
    if (run->pending_id && ehlo_server_wants(run->server) != EHLO_WANTS_REPLY)
        forget_pending(run);
    look(run);
}

static void reply_step(struct run *run, const struct step *step)
{
    int status, wants;

    if (!run->pending_id) {
        broke(run, step->line, "nothing is pending");
        return;
    }
    session(run);
    status = reply_pending(run, &step->answer);
    if (status != step->status)
        broke(run, step->line, "the reply returned %s, not %s", status_name(status),
              status_name(step->status));
    wants = look(run);
    if (status == EHLO_REPLIED && (wants == EHLO_WANTS_INPUT || wants == EHLO_WANTS_REPLY))
        broke(run, step->line, "after an answer a session wants %s, not FEED (R2)", wants_names[wants]);
}

static void remember(struct run *run, const struct step *step)
{
    if (step->kind == STEP_ANSWER && run->answer_count < sizeof run->answers / sizeof *run->answers)
        run->answers[run->answer_count++] = step;
    else if (step->kind == STEP_NARROW &&
             run->narrowing_count < sizeof run->narrowings / sizeof *run->narrowings)
        run->narrowings[run->narrowing_count++] = step;
    else if (step->kind == STEP_INSIDE && run->inside_count < sizeof run->insides / sizeof *run->insides)
        run->insides[run->inside_count++] = step;
    else
        broke(run, step->line, "more of these lines than the runner has room for");
}

void other_step(struct run *run, const struct step *step)
{
    switch (step->kind) {
    case STEP_ANSWER:
    case STEP_NARROW:
    case STEP_INSIDE: remember(run, step); break;
    case STEP_HOST: host_step(run, step); break;
    case STEP_REPLY: reply_step(run, step); break;
    case STEP_WANTS: {
        int wants = look(run);
        if (wants != step->code && !run->failed)
            broke(run, step->line, "the session wants %s, not %s", wants_names[wants],
                  wants_names[step->code]);
        break;
    }
    case STEP_TIMEOUT:
        if (ehlo_server_timeout(run->server) != step->number)
            broke(run, step->line, "the time-out is %u seconds, not %u",
                  (unsigned)ehlo_server_timeout(run->server), (unsigned)step->number);
        break;
    case STEP_WRITES:
        if (run->mode->cutting == CUT_WHOLE && run->writes != step->number)
            broke(run, step->line, "%zu writes, not %u (R10)", run->writes, (unsigned)step->number);
        break;
    case STEP_CLIENT:
    case STEP_LINE:
    case STEP_CODE: break;
    }
    pump(run);
}
