/* host.c - the host of a dialogue: answers as the file says, notes what happens, watches the laws. */
#include "play.h"

#include <string.h>

/* ---- answers ---------------------------------------------------------------------------------- */

int host_reply(struct run *run, uint64_t id, const struct answer *answer)
{
    int status;
    run->replying++;
    if (answer->challenge)
        status = ehlo_server_challenge(run->server, id, answer->challenge, answer->challenge_size);
    else
        status = ehlo_server_reply(run->server, id, answer->code, answer->enhanced, answer->words);
    run->replying--;
    return status;
}

/* What the host gets of a message behind its own refusal depends on the cut: it is left out. */
static void cut_off(struct run *run, octets *message, size_t size)
{
    size_t at = run->happened_count;

    if (message->size <= size)
        return;
    while (at > 0 && run->happened[at - 1].kind != KIND_CONTENT)
        at--;
    if (at > 0)
        run->happened[at - 1].text.size -= message->size - size;
    message->size = size;
}

/* Answers the pending request. */
int reply_pending(struct run *run, const struct answer *answer)
{
    octets *message = run->pending_message;
    int status = host_reply(run, run->pending_id, answer);

    if (status != EHLO_REPLIED)
        return status;
    if (message && answer->code != EHLO_DEFAULT)
        cut_off(run, message, run->pending_size);
    if (!message)
        answer_laws(run, run->pending_command, answer->code);
    forget_pending(run);
    return status;
}

void forget_pending(struct run *run)
{
    run->answered_id = run->pending_id;
    run->pending_id = 0;
    run->pending = NULL;
    run->pending_message = NULL;
}

static int give(struct run *run, const struct answer *answer, uint64_t id, int in_content)
{
    int status;

    if (!answer)
        return EHLO_DEFAULT;
    switch (answer->kind) {
    case ANSWER_PENDING:
    case ANSWER_LATER:
        run->pending_id = id;
        run->pending = answer;
        return EHLO_PENDING;
    case ANSWER_RETURN:
        if (answer->code || answer->words) { /* one that is given first */
            status = host_reply(run, id, answer);
            if (status != EHLO_REPLIED)
                broke(run, answer->line, "ehlo_server_reply() in `decide` returned %s", status_name(status));
            if (answer->returned == EHLO_PENDING)
                run->answered_id = id;
        }
        return answer->returned;
    case ANSWER_CODE: break;
    }
    if (in_content || (!answer->enhanced && !answer->words && !answer->challenge))
        return answer->code;
    return host_reply(run, id, answer);
}

/* The code that an answer comes to once it is taken; 0: none. */
static int code_taken(const struct answer *answer, int returned)
{
    if (!answer || returned == EHLO_DEFAULT)
        return answer && answer->code ? answer->code : EHLO_DEFAULT;
    if (answer->kind == ANSWER_RETURN && returned >= 200 && returned <= 599)
        return returned;
    return returned == EHLO_FAIL || answer->kind == ANSWER_LATER || answer->kind == ANSWER_PENDING
               ? 0
               : answer->code;
}

void enter(struct run *run, ehlo_server *server, const char *callback)
{
    int tells = strcmp(callback, "event") == 0 || strcmp(callback, "trace") == 0;

    if (server != run->server)
        broke(run, run->line, "%s got another session than the one that was called", callback);
    /* R3: events and traces may come from any call, and a write from ehlo_server_reply(). */
    if (run->in_callback && !tells && !(run->replying && strcmp(callback, "write") == 0))
        broke(run, run->line, "%s inside another callback", callback);
    if (run->over && !tells)
        broke(run, run->line, "%s after the session wanted CLOSE (P25)", callback);
    run->in_callback++;
}

/* ---- the callbacks ---------------------------------------------------------------------------- */

static int on_write(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    struct run *run = ctx;
    const struct answer *answer = write_answer(run);
    int returned = EHLO_DEFAULT;

    enter(run, server, "write");
    if (size == 0 || size > 2048)
        broke(run, run->line, "one write of %zu octets (R10)", size);
    if (run->write_failed)
        broke(run, run->line, "a write after one that failed (R1)");
    inside(run, PLACE_WRITE);
    try_forbidden(run, PLACE_WRITE, 0);
    if (answer) {
        returned = answer->kind == ANSWER_RETURN ? answer->returned : answer->code;
        run->write_failed = returned != EHLO_DEFAULT;
    }
    run->writes++;
    if (!run->write_failed)
        octets_add(&run->written, data, size);
    run->in_callback--;
    return returned;
}

static void do_narrow(struct run *run, int command)
{
    for (size_t i = 0; i < run->narrowing_count; i++) {
        const narrowing *one = &run->narrowings[i]->narrowing;
        int status = EHLO_OK;
        if (one->place != command)
            continue;
        if (one->has_extensions)
            status = ehlo_server_offer(run->server, one->extensions);
        if (one->has_max_size && status == EHLO_OK)
            status = ehlo_server_max_size(run->server, one->max_size);
        if (one->has_clock && status == EHLO_OK)
            status = ehlo_server_clock(run->server, one->clock);
        if (status != EHLO_OK)
            broke(run, run->narrowings[i]->line, "narrowing returned %s (R20)", status_name(status));
    }
}

static int on_decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    struct run *run = ctx;
    const struct answer *answer;
    int returned;

    enter(run, server, "decide");
    if (run->pending_id)
        broke(run, run->line, "a command is asked while a request is pending");
    request_laws(run, request);
    if (run->failed) { /* what it points to may be missing */
        run->in_callback--;
        return EHLO_FAIL;
    }
    note_decision(run, request);
    if (request->command == EHLO_DATA_RECEIVED && !run->message_open)
        new_message(run);
    inside(run, request->command);
    try_forbidden(run, request->command, request->id);
    do_narrow(run, request->command);
    answer = answer_for(run, request);
    returned = give(run, answer, request->id, 0);
    if (run->pending_id)
        run->pending_command = request->command;
    else
        answer_laws(run, request->command, code_taken(answer, returned));
    run->in_callback--;
    return returned;
}

static int on_content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    struct run *run = ctx;
    octets *message;
    struct happening *last;
    const struct answer *answer;
    size_t old, end = 0;
    int returned;

    enter(run, server, "content");
    if (run->pending_id)
        broke(run, run->line, "a piece of content while a request is pending (R4)");
    if (!run->data_asked && !(run->accepted && (run->config.extensions & EHLO_EXTENSION_CHUNKING)))
        broke(run, run->line, "content without an accepted DATA, or BDAT (P6)");
    note_id(run, piece->id);
    message = run->message_open ? &run->messages[run->message_count - 1] : new_message(run);
    if (piece->size == 0)
        broke(run, run->line, "an empty piece of content (R4)");
    if (piece->offset != run->piece_offset)
        broke(run, run->line, "a piece at offset %llu, not %llu (R4)", (unsigned long long)piece->offset,
              (unsigned long long)run->piece_offset);
    run->piece_offset += piece->size;
    old = message->size;
    octets_add(message, piece->data, piece->size);
    last = run->happened_count ? &run->happened[run->happened_count - 1] : NULL;
    if (!last || last->kind != KIND_CONTENT)
        last = note(run, KIND_CONTENT);
    octets_add(&last->text, piece->data, piece->size);

    inside(run, PLACE_CONTENT);
    try_forbidden(run, PLACE_CONTENT, piece->id);
    answer = content_answer(run, message, old, &end);
    if (run->gone)
        cut_off(run, message, old);
    if (answer && refuses(answer))
        cut_off(run, message, end);
    returned = give(run, answer, piece->id, 1);
    if (run->pending_id == piece->id) {
        run->pending_command = EHLO_ANY_COMMAND;
        run->piece_end = piece->data + piece->size;
        run->pending_message = message;
        run->pending_size = end;
    }
    run->in_callback--;
    return returned;
}

static void on_event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    struct run *run = ctx;
    happening *out;

    enter(run, server, "event");
    event_laws(run, event);
    if (event->reason == EHLO_EVENT_TRANSACTION_END) {
        out = note(run, KIND_END);
        octets_print(&out->text, "%s", end_name(event->end));
    } else {
        const char *command = command_name(run->dialogue, event->command);
        out = note(run, KIND_EVENT);
        out->depends_on_cut = event_depends_on_cut(event->reason);
        octets_print(&out->text, "%s", event_name(event->reason));
        octets_print(&out->facts, " command=%s code=%d number=%llu",
                     event->command && command ? command : "none", event->code,
                     (unsigned long long)event->number);
    }
    inside(run, PLACE_EVENT);
    try_forbidden(run, PLACE_EVENT, 0);
    run->in_callback--;
}

void host_config(struct run *run)
{
    run->config = run->dialogue->config;
    run->config.callbacks.write = on_write;
    run->config.callbacks.decide = on_decide;
    run->config.callbacks.content = on_content;
    run->config.callbacks.event = on_event;
    run->config.callbacks.trace = on_trace;
}
