/* host.c - the host of a dialogue: answers as the file says, notes what happens, watches the laws. */
#include "play.h"

#include <string.h>

/* ---- answers ---------------------------------------------------------------------------------- */

/* The last one that names the argument; else the last that names none. */
static const struct answer *answer_for(const struct run *run, int place, const char *argument, size_t size)
{
    const struct answer *found = NULL;
    for (size_t i = 0; i < run->answer_count; i++) {
        const struct answer *one = &run->answers[i]->answer;
        if (one->place != place)
            continue;
        if (one->argument
                ? strlen(one->argument) == size && size && memcmp(one->argument, argument, size) == 0
                : !found || !found->argument)
            found = one;
    }
    return found;
}

/* Where in the message the words of an answer end, if that is behind the `old` octets before. */
static size_t words_end(const octets *message, size_t old, const char *words)
{
    size_t length = strlen(words), from = old >= length ? old - length + 1 : 0;
    for (size_t at = from; at + length <= message->size; at++)
        if (memcmp(message->data + at, words, length) == 0)
            return at + length;
    return 0;
}

int host_reply(struct run *run, uint64_t id, const struct answer *answer)
{
    int status;
    run->replying++;
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

    if (status == EHLO_REPLIED && message && answer->code != EHLO_DEFAULT)
        cut_off(run, message, run->pending_size);
    if (status == EHLO_REPLIED)
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
        if (answer->code || answer->words) {
            status = host_reply(run, id, answer);
            if (status != EHLO_REPLIED)
                broke(run, answer->line, "ehlo_server_reply() in `decide` returned %s", status_name(status));
            if (answer->returned == EHLO_PENDING)
                run->answered_id = id;
        }
        return answer->returned;
    case ANSWER_CODE: break;
    }
    if (in_content || (!answer->enhanced && !answer->words))
        return answer->code;
    return host_reply(run, id, answer);
}

static void enter(struct run *run, ehlo_server *server, const char *callback)
{
    if (server != run->server)
        broke(run, run->line, "%s got another session than the one that was called", callback);
    /* R3: an event may come from any call, and a write from ehlo_server_reply(). */
    if (run->in_callback && strcmp(callback, "event") != 0 &&
        !(run->replying && strcmp(callback, "write") == 0))
        broke(run, run->line, "%s inside another callback", callback);
    if (run->over && strcmp(callback, "event") != 0)
        broke(run, run->line, "%s after the session wanted CLOSE (P25)", callback);
    run->in_callback++;
}

/* ---- the callbacks ---------------------------------------------------------------------------- */

static int on_write(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    struct run *run = ctx;
    const struct answer *answer = answer_for(run, PLACE_WRITE, "", 0);
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

/* What P6, P7 and R13 say of a request. */
static void request_laws(struct run *run, const ehlo_request *request)
{
    int command = request->command, opens = opens_transaction(command);
    const ehlo_param *size =
        opens && request->mail.params ? ehlo_params_find(request->mail.params, EHLO_PARAMETER_SIZE) : NULL;
    int verifies = command == EHLO_VRFY || command == EHLO_EXPN;

    if (run->first_id && !run->id_count && request->id != run->first_id)
        broke(run, run->line, "the first id is %llu, not what the host chose (R6)",
              (unsigned long long)request->id);
    note_id(run, request->id);
    if ((command == EHLO_CONNECTED || command == EHLO_DATA_RECEIVED) &&
        (request->argument.size || request->received.recipient))
        broke(run, run->line, "%s has what belongs to another request", ehlo_command_name(command));
    if ((opens && !request->mail.params) || (command == EHLO_RCPT && !request->rcpt.params))
        broke(run, run->line, "%s has no parameters, not even none", ehlo_command_name(command));
    if (opens && run->transaction_open)
        broke(run, run->line, "a transaction begins in another (R13)");
    if ((command == EHLO_RCPT || command == EHLO_DATA || command == EHLO_DATA_RECEIVED) &&
        !run->transaction_open)
        broke(run, run->line, "%s is asked outside a transaction (R13)", ehlo_command_name(command));
    if ((command == EHLO_DATA || command == EHLO_DATA_RECEIVED) && request->recipients == 0)
        broke(run, run->line, "%s is asked without a recipient (P6)", ehlo_command_name(command));
    if (command == EHLO_DATA_RECEIVED && !run->data_asked)
        broke(run, run->line, "DATA_RECEIVED is asked without DATA (P6)");
    if (command == EHLO_RCPT && request->recipients != request->rcpt.index)
        broke(run, run->line, "the index of a recipient is not the number of those before");
    if (!run->transaction_open && request->recipients)
        broke(run, run->line, "recipients outlive their transaction (P7)");
    if (!run->transaction_open && request->declared_size != (size ? size->number : 0))
        broke(run, run->line, "the declared size outlives its transaction (P7)");
    if (!run->transaction_open && !opens && !verifies && request->smtputf8)
        broke(run, run->line, "SMTPUTF8 outlives its transaction (P7)");
    if (opens)
        run->transaction_open = 1;
    if (command == EHLO_DATA || command == EHLO_DATA_RECEIVED)
        run->data_asked = command == EHLO_DATA;
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
        if (status != EHLO_OK)
            broke(run, run->narrowings[i]->line, "narrowing returned %s (R20)", status_name(status));
    }
}

static int on_decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    struct run *run = ctx;
    ehlo_text argument = request->argument;
    int returned;

    enter(run, server, "decide");
    if (run->pending_id)
        broke(run, run->line, "%s is asked while a request is pending", ehlo_command_name(request->command));
    note_decision(run, request);
    request_laws(run, request);
    if (opens_transaction(request->command))
        argument = request->mail.path.mailbox;
    else if (request->command == EHLO_RCPT)
        argument = request->rcpt.path.mailbox;
    if (request->command == EHLO_DATA)
        run->message_open = 0;
    if (request->command == EHLO_DATA_RECEIVED) {
        if (!run->message_open)
            new_message(run);
        run->message_open = 0;
    }
    inside(run, request->command);
    try_forbidden(run, request->command, request->id);
    do_narrow(run, request->command);
    returned = give(run, answer_for(run, request->command, argument.data, argument.size), request->id, 0);
    run->in_callback--;
    return returned;
}

static const struct answer *content_answer(struct run *run, const octets *message, size_t old, size_t *end)
{
    const struct answer *found = NULL;
    for (size_t i = 0; i < run->answer_count; i++) {
        const struct answer *one = &run->answers[i]->answer;
        size_t behind;
        if (one->place != PLACE_CONTENT)
            continue;
        behind = one->argument ? words_end(message, old, one->argument) : old;
        if (behind || !one->argument) {
            found = one;
            *end = behind;
        }
    }
    return found;
}

/* Whether an answer to a piece refuses the message at once. */
static int refuses(const struct answer *answer)
{
    return answer->kind == ANSWER_RETURN ? answer->returned != EHLO_DEFAULT : answer->kind == ANSWER_CODE;
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
    if (!run->data_asked)
        broke(run, run->line, "content without an accepted DATA (P6)");
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
    if (event->reason <= EHLO_EVENT_NONE || event->reason >= EHLO_EVENT_COUNT)
        broke(run, run->line, "an event of no known reason: %d", event->reason);
    if (event->reason == EHLO_EVENT_TRANSACTION_END) {
        out = note(run, KIND_END);
        octets_print(&out->text, "%s", end_name(event->end));
        if (!run->transaction_open)
            broke(run, run->line, "the end of a transaction that is not open: %s (R13)",
                  end_name(event->end));
        run->transaction_open = 0;
        run->data_asked = 0;
    } else {
        const char *command = ehlo_command_name(event->command);
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
}
