/* law.c - what must hold of every request, answer and event, whatever the dialogue is about: P6, P7, R9, R11
 * and R13. */
#include "play.h"

#include <string.h>

/* ---- the session -------------------------------------------------------------------------------- */

static int is_of_transaction(int command)
{
    return command == EHLO_RCPT || command == EHLO_DATA || command == EHLO_DATA_RECEIVED ||
           command == EHLO_BDAT || command == EHLO_BURL;
}

/* What the session knows of TLS and AUTH, and what the config demands of them before any mail (P6). */
static void policy_laws(struct run *run, const ehlo_request *request)
{
    const char *name = command_name(run->dialogue, request->command);
    int sends_mail = opens_transaction(request->command) || is_of_transaction(request->command);

    if (request->tls != run->tls)
        broke(run, run->line, "%s says that the connection is%s under TLS", name, request->tls ? "" : " not");
    if (request->authenticated != run->authenticated)
        broke(run, run->line, "%s says that the client is%s authenticated", name,
              request->authenticated ? "" : " not");
    if (request->lmtp != (run->config.service == EHLO_SERVICE_LMTP))
        broke(run, run->line, "%s is wrong about LMTP", name);
    if (sends_mail && (run->config.demands & EHLO_DEMAND_TLS) && !run->tls)
        broke(run, run->line, "%s is asked without TLS, which the config demands (P6)", name);
    if (sends_mail && (run->config.demands & EHLO_DEMAND_AUTH) && !run->authenticated)
        broke(run, run->line, "%s is asked without AUTH, which the config demands (P6)", name);
}

/* ---- transactions ------------------------------------------------------------------------------- */

static void transaction_laws(struct run *run, const ehlo_request *request)
{
    int command = request->command, opens = opens_transaction(command);
    int verifies = command == EHLO_VRFY || command == EHLO_EXPN;
    const char *name = command_name(run->dialogue, command);

    if (opens && run->transaction_open)
        broke(run, run->line, "a transaction begins in another (R13)");
    if (is_of_transaction(command) && !run->transaction_open)
        broke(run, run->line, "%s is asked outside a transaction (R13)", name);
    if (is_of_transaction(command) && command != EHLO_RCPT && request->recipients == 0)
        broke(run, run->line, "%s is asked without a recipient (P6)", name);
    if (command == EHLO_DATA_RECEIVED && !run->data_asked &&
        !(run->config.extensions & EHLO_EXTENSION_CHUNKING))
        broke(run, run->line, "DATA_RECEIVED is asked without DATA (P6)");
    if (command == EHLO_RCPT && request->recipients != request->rcpt.index)
        broke(run, run->line, "the index of a recipient is not the number of those before");
    if (run->transaction_open && request->recipients != run->accepted)
        broke(run, run->line, "%u recipients were accepted, not %u", (unsigned)run->accepted,
              (unsigned)request->recipients);
    if (!run->transaction_open && request->recipients)
        broke(run, run->line, "recipients outlive their transaction (P7)");
    if (!run->transaction_open && request->declared_size != (opens ? request->mail.params->size : 0))
        broke(run, run->line, "the declared size outlives its transaction (P7)");
    if (!run->transaction_open && !opens && !verifies && request->smtputf8)
        broke(run, run->line, "SMTPUTF8 outlives its transaction (P7)");
}

/* DATA_RECEIVED of a recipient comes once for each, in their order; in SMTP one of the message comes last. */
static void verdict_laws(struct run *run, const ehlo_request *request)
{
    int lmtp = run->config.service == EHLO_SERVICE_LMTP;
    uint32_t recipient = request->received.recipient;

    if (request->received.scope == EHLO_SCOPE_RECIPIENT) {
        if (recipient != run->verdicts)
            broke(run, run->line, "recipient %u is asked about, not %u (R9)", (unsigned)recipient,
                  (unsigned)run->verdicts);
        if (recipient >= request->recipients)
            broke(run, run->line, "recipient %u of %u is asked about (R9)", (unsigned)recipient,
                  (unsigned)request->recipients);
        if (!lmtp && !(run->config.extensions & EHLO_EXTENSION_PRDR))
            broke(run, run->line, "one recipient is asked about in SMTP (R9)");
        run->verdicts++;
    } else {
        if (lmtp)
            broke(run, run->line, "the whole message is asked about in LMTP (R9)");
        if (run->verdicts && run->verdicts != request->recipients)
            broke(run, run->line, "not each recipient was asked about before the message (R9)");
        if (recipient)
            broke(run, run->line, "the whole message is recipient %u (R9)", (unsigned)recipient);
    }
    if (!request->received.refused && !run->by_url && request->received.size != run->piece_offset)
        broke(run, run->line, "%llu octets were received, not %llu", (unsigned long long)run->piece_offset,
              (unsigned long long)request->received.size);
}

/* ---- AUTH --------------------------------------------------------------------------------------- */

/* Each exchange is asked about from step 0 on, and nothing else until it has ended (R11). */
static void auth_laws(struct run *run, const ehlo_request *request)
{
    if (request->command != EHLO_AUTH) {
        if (run->auth_open)
            broke(run, run->line, "%s is asked within an exchange of AUTH (R11)",
                  command_name(run->dialogue, request->command));
        return;
    }
    if (request->auth.step == 0 && run->auth_open)
        broke(run, run->line, "an exchange of AUTH begins in another (R11)");
    if (request->auth.step != (run->auth_open ? run->auth_steps : 0))
        broke(run, run->line, "step %u of AUTH is asked, not %u (R11)", (unsigned)request->auth.step,
              run->auth_open ? run->auth_steps : 0);
    if (request->auth.step && !request->auth.has_response)
        broke(run, run->line, "a step of AUTH without a response (R11)");
    if (!request->auth.has_response && request->auth.response.size)
        broke(run, run->line, "a response of AUTH that is none (R11)");
    if (run->authenticated || run->transaction_open)
        broke(run, run->line, "AUTH is asked where it is out of order (RFC 4954 section 4)");
    run->auth_open = 1;
    run->auth_steps = request->auth.step + 1U;
    note_response(run, request->auth.response);
}

/* ---- all of them -------------------------------------------------------------------------------- */

void request_laws(struct run *run, const ehlo_request *request)
{
    int command = request->command, opens = opens_transaction(command);
    const char *name = command_name(run->dialogue, command);

    if (!name) {
        broke(run, run->line, "%d is asked, which is no command", command);
        return;
    }
    if (run->first_id && !run->id_count && request->id != run->first_id)
        broke(run, run->line, "the first id is %llu, not what the host chose (R6)",
              (unsigned long long)request->id);
    note_id(run, request->id);
    if ((command == EHLO_CONNECTED || command == EHLO_DATA_RECEIVED) && request->argument.size)
        broke(run, run->line, "%s has what belongs to another request", name);
    if ((opens && !request->mail.params) || (command == EHLO_RCPT && !request->rcpt.params) ||
        ((command == EHLO_XCLIENT || command == EHLO_XFORWARD) && !request->attributes.params)) {
        broke(run, run->line, "%s has no parameters, not even none", name);
        return;
    }
    auth_laws(run, request);
    policy_laws(run, request);
    transaction_laws(run, request);
    if (command == EHLO_DATA_RECEIVED)
        verdict_laws(run, request);
    if (opens) {
        run->transaction_open = 1;
        run->accepted = 0;
    }
    if (command == EHLO_RCPT)
        note_path(run, request->rcpt.index, request->rcpt.path.mailbox);
    if (command == EHLO_DATA)
        run->data_asked = 1;
    if (command == EHLO_BURL)
        run->by_url = 1;
}

/* An answer was taken: what follows from it for the requests to come. */
void answer_laws(struct run *run, int command, int code)
{
    if (code == EHLO_DEFAULT)
        code = ehlo_reply_default(command);
    if (code / 100 != EHLO_SEVERITY_SUCCESS || !ehlo_reply_permitted(command, code, run->config.profile))
        return;
    if (command == EHLO_RCPT)
        run->accepted++;
    if (command == EHLO_AUTH)
        run->authenticated = 1;
    if (command == EHLO_XCLIENT) /* another client's session begins */
        run->authenticated = 0;
}

static void transaction_ended(struct run *run, const ehlo_event *event)
{
    int judged = event->end == EHLO_END_DELIVERED || event->end == EHLO_END_REFUSED;

    if (!run->transaction_open)
        broke(run, run->line, "the end of a transaction that is not open: %s (R13)", end_name(event->end));
    if (judged && run->verdicts && run->verdicts != run->accepted)
        broke(run, run->line, "%u of %u recipients had a verdict (R9)", (unsigned)run->verdicts,
              (unsigned)run->accepted);
    run->transaction_open = 0;
    run->data_asked = 0;
    run->by_url = 0;
    run->accepted = 0;
    run->verdicts = 0;
    run->message_open = 0;
    run->piece_offset = 0;
}

void event_laws(struct run *run, const ehlo_event *event)
{
    if (event->reason <= EHLO_EVENT_NONE || event->reason >= EHLO_EVENT_COUNT)
        broke(run, run->line, "an event of no known reason: %d", event->reason);
    if (event->reason == EHLO_EVENT_TRANSACTION_END)
        transaction_ended(run, event);
    if (event->reason == EHLO_EVENT_AUTH_END) {
        if (!run->auth_open)
            broke(run, run->line, "the end of an exchange of AUTH that is not open (R11)");
        if (event->number != run->auth_steps)
            broke(run, run->line, "an exchange of AUTH had %u steps, not %llu (R11)", run->auth_steps,
                  (unsigned long long)event->number);
        run->auth_open = 0;
    }
}
