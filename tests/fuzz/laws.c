/* laws.c - what must hold of each question, each piece of content and each event. */
#include "host.h"

#include <string.h>

size_t place_of(const struct host *host, const char *at)
{
    return host->window_at + (size_t)((const unsigned char *)at - host->window);
}

void outcome_add(struct host *host, const struct outcome *outcome)
{
    tape_add(&host->outcomes, outcome, sizeof *outcome);
}

void check_view(const struct host *host, ehlo_text text)
{
    const unsigned char *at = (const unsigned char *)text.data;

    LAW(text.size == 0 ||
            (at >= host->window && text.size <= (size_t)(host->window + host->window_size - at)),
        "texts are views into what was fed");
}

static void check_id(struct host *host, uint64_t id)
{
    LAW(id > host->last_id, "ids are never used again");
    host->last_id = id;
}

static void check_path(const struct host *host, const ehlo_path *path)
{
    check_view(host, path->mailbox);
    check_view(host, path->local_part);
    check_view(host, path->route);
    check_view(host, path->domain.text);
    LAW(path->kind != EHLO_PATH_MAILBOX || path->mailbox.size > 2, "a mailbox has both its parts");
    LAW(path->kind != EHLO_PATH_NULL || path->mailbox.size == 0, "the null path has no mailbox");
}

/* ---- what was offered -------------------------------------------------------------------------------- */

static uint32_t offered(const struct host *host)
{
    uint32_t set = host->known.extensions;

    if (host->known.hello != EXTENDED_HELLO)
        return 0;
    set &= ~(uint32_t)(host->known.tls ? EHLO_EXTENSION_STARTTLS : EHLO_EXTENSION_REQUIRETLS);
    if (!host->known.tls && !(host->config.leniencies & EHLO_LENIENT_AUTH_WITHOUT_TLS))
        set &= ~(uint32_t)EHLO_EXTENSION_AUTH;
    return host->known.clock ? set : set & ~(uint32_t)EHLO_EXTENSION_FUTURERELEASE;
}

static uint32_t extension_of(int parameter)
{
    switch (parameter) {
    case EHLO_PARAMETER_SIZE: return EHLO_EXTENSION_SIZE;
    case EHLO_PARAMETER_BODY: return EHLO_EXTENSION_8BITMIME;
    case EHLO_PARAMETER_SMTPUTF8: return EHLO_EXTENSION_SMTPUTF8;
    case EHLO_PARAMETER_AUTH: return EHLO_EXTENSION_AUTH;
    case EHLO_PARAMETER_RET:
    case EHLO_PARAMETER_ENVID:
    case EHLO_PARAMETER_NOTIFY:
    case EHLO_PARAMETER_ORCPT: return EHLO_EXTENSION_DSN;
    case EHLO_PARAMETER_BY: return EHLO_EXTENSION_DELIVERBY;
    case EHLO_PARAMETER_HOLDFOR:
    case EHLO_PARAMETER_HOLDUNTIL: return EHLO_EXTENSION_FUTURERELEASE;
    case EHLO_PARAMETER_MT_PRIORITY: return EHLO_EXTENSION_MT_PRIORITY;
    case EHLO_PARAMETER_REQUIRETLS: return EHLO_EXTENSION_REQUIRETLS;
    case EHLO_PARAMETER_SOLICIT: return EHLO_EXTENSION_NO_SOLICITING;
    case EHLO_PARAMETER_PRDR: return EHLO_EXTENSION_PRDR;
    case EHLO_PARAMETER_RRVS: return EHLO_EXTENSION_RRVS;
    default:
        return parameter >= EHLO_PARAMETER_XFORWARD_NAME ? EHLO_EXTENSION_XFORWARD : EHLO_EXTENSION_XCLIENT;
    }
}

static uint32_t extension_of_command(int command)
{
    switch (command) {
    case EHLO_BDAT: return EHLO_EXTENSION_CHUNKING;
    case EHLO_BURL: return EHLO_EXTENSION_BURL;
    case EHLO_STARTTLS: return EHLO_EXTENSION_STARTTLS;
    case EHLO_AUTH: return EHLO_EXTENSION_AUTH;
    case EHLO_ETRN: return EHLO_EXTENSION_ETRN;
    case EHLO_ATRN: return EHLO_EXTENSION_ATRN;
    case EHLO_XCLIENT: return EHLO_EXTENSION_XCLIENT;
    case EHLO_XFORWARD: return EHLO_EXTENSION_XFORWARD;
    default: return 0;
    }
}

static void check_params(struct host *host, const ehlo_params *params)
{
    size_t at = 0;
    ehlo_param param;

    LAW(params != NULL, "there are parameters, if only none");
    check_view(host, params->text);
    LAW(params->given == 0 || params->size <= UINT64_MAX, "a size is one");
    while (ehlo_params_next(params, &at, &param)) {
        check_view(host, param.keyword);
        check_view(host, param.value);
        LAW(!param.id || (extension_of(param.id) & offered(host)), "a parameter was offered");
        LAW(param.id || host->known.hello == EXTENDED_HELLO, "nor was one of the host's own after HELO");
        LAW(!param.id || (params->given >> param.id & 1), "what is walked was given");
        tape_print(&host->told, " [%d:%zu]", param.id, param.value.size);
    }
    LAW(params->by_mode != EHLO_BY_RETURN || params->by >= (int32_t)host->config.min_by, "BY is late enough");
    LAW(host->config.max_hold == 0 || params->hold_for <= host->config.max_hold, "it is not held for longer");
    tape_print(&host->told,
               " given=%x body=%d ret=%d notify=%d by=%d/%d/%d rrvs=%llu/%d priority=%d size=%llu "
               "hold=%u/%llu",
               (unsigned)params->given, params->body, params->ret, params->notify, (int)params->by,
               params->by_mode, params->by_trace, (unsigned long long)params->rrvs, params->rrvs_action,
               params->priority, (unsigned long long)params->size, (unsigned)params->hold_for,
               (unsigned long long)params->hold_until);
}

/* ---- questions --------------------------------------------------------------------------------------- */

/* Facts of R20 are what the host's own answers made them. */
static void check_facts(const struct host *host, const ehlo_request *request)
{
    const struct known *known = &host->known;
    int command = request->command, demands = (int)host->config.demands;
    int is_hello = command == EHLO_HELO || command == EHLO_EHLO || command == EHLO_LHLO;
    int is_mail =
        command == EHLO_MAIL || command == EHLO_SEND || command == EHLO_SOML || command == EHLO_SAML;

    LAW(request->tls == known->tls, "tls is a fact");
    LAW(request->authenticated == known->authenticated, "authenticated is a fact");
    LAW(request->extended == (is_hello ? command != EHLO_HELO : known->hello == EXTENDED_HELLO),
        "extended is a fact");
    LAW(request->lmtp == (host->config.service == EHLO_SERVICE_LMTP), "lmtp is a fact");
    LAW(request->recipients == known->recipients, "recipients are those that were accepted");
    LAW(request->early_talker == host->plan->early, "early_talker is a fact");
    LAW(!is_mail || known->hello != NO_HELLO, "mail comes after a hello");
    LAW(!is_mail || !(demands & EHLO_DEMAND_TLS) || known->tls, "mail comes after TLS that is demanded");
    LAW(!is_mail || !(demands & EHLO_DEMAND_AUTH) || known->authenticated, "and after AUTH");
    LAW(!(extension_of_command(command) & ~offered(host)), "a command was offered");
    LAW((command != EHLO_BURL && command != EHLO_ATRN) || known->authenticated, "BURL and ATRN need AUTH");
    LAW(request->argument.size == 0 || place_of(host, request->argument.data) >= host->tls_at,
        "nothing from before TLS is asked about");
}

static void check_auth(struct host *host, const ehlo_request *request)
{
    struct known *known = &host->known;
    ehlo_text response = request->auth.response;

    LAW(request->auth.step == (known->exchange ? known->step + 1 : 0), "steps are counted");
    LAW(request->auth.step < 16, "there are 16 steps at most");
    LAW(!known->authenticated, "nobody authenticates twice");
    LAW(request->auth.mechanism.size > 0, "a mechanism has a name");
    check_view(host, response);
    LAW(response.size % 4 == 0 && (response.size == 0 || request->auth.has_response), "a response is base64");
    for (size_t i = 0; i < response.size; i++) {
        unsigned char *mark = &host->marks[place_of(host, response.data) + i];
        LAW(response.size < 8 || !(*mark & TRACED), "no trace has shown a response");
        *mark |= response.size < 8 ? 0 : SECRET;
    }
    known->exchange = 1;
    known->step = request->auth.step;
}

/* One of several verdicts, or the only one (R9). */
static void check_verdict(struct host *host, const ehlo_request *request)
{
    struct known *known = &host->known;
    struct outcome *question = &host->question;
    int is_lmtp = host->config.service == EHLO_SERVICE_LMTP;
    int is_prdr = !is_lmtp && known->prdr && known->recipients > 1 && !request->received.refused;

    LAW(known->open && known->recipients > 0, "content is for recipients");
    LAW(request->received.refused || host->config.max_size == 0 ||
            request->received.size <= host->config.max_size,
        "what is over the limit is refused");
    LAW(request->received.refused || !host->config.callbacks.content ||
            request->received.size == known->message_size,
        "all of an accepted message was handed out");
    question->verdicts = is_lmtp ? known->recipients : is_prdr ? known->recipients + 1 : 1;
    question->size = request->received.size;
    question->digest = known->digest;
    question->by_recipient = is_prdr && known->verdicts == 0;
    LAW(known->verdicts < question->verdicts, "each verdict is asked for once");
    if ((is_lmtp || is_prdr) && known->verdicts < known->recipients) {
        LAW(request->received.scope == EHLO_SCOPE_RECIPIENT && request->received.recipient == known->verdicts,
            "verdicts are asked for in the order of RCPT");
    } else {
        LAW(request->received.scope == EHLO_SCOPE_MESSAGE, "and then for the message");
    }
    if (known->verdicts++ == 0)
        tape_print(&host->content, "\n-- end of message\n");
    known->in_message = 0;
}

static void check_mail(struct host *host, const ehlo_request *request)
{
    struct known *known = &host->known;

    LAW(!known->open, "a transaction ends before the next begins");
    check_path(host, &request->mail.path);
    check_params(host, request->mail.params);
    LAW(host->config.max_size == 0 || request->mail.params->size <= host->config.max_size,
        "a declared size is within the limit");
    known->open = 1;
    known->binary = request->mail.params->body == EHLO_BODY_BINARYMIME;
    known->prdr = request->mail.params->given >> EHLO_PARAMETER_PRDR & 1;
    known->declared_size = request->mail.params->size;
}

void check_request(struct host *host, const ehlo_request *request)
{
    const ehlo_server_config *config = &host->config;
    struct known *known = &host->known;

    check_id(host, request->id);
    check_view(host, request->argument);
    check_facts(host, request);
    LAW(config->max_recipients == 0 || request->recipients <= config->max_recipients,
        "recipients are limited");
    for (size_t i = 0; i < request->argument.size; i++)
        LAW((unsigned char)request->argument.data[i] >= ' ' && request->argument.data[i] != 0x7f,
            "no argument has a control character");
    LAW(!known->exchange || request->command == EHLO_AUTH, "an exchange ends before anything else is asked");
    host->question = (struct outcome){.command = (uint8_t)request->command,
                                      .recipients = known->recipients,
                                      .refused = request->received.refused,
                                      .chunking = (known->extensions & EHLO_EXTENSION_CHUNKING) != 0};

    switch (request->command) {
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML: check_mail(host, request); break;
    case EHLO_RCPT:
        LAW(known->open, "RCPT is in a transaction");
        LAW(request->rcpt.index == request->recipients, "recipients are counted");
        LAW(request->rcpt.path.kind != EHLO_PATH_NULL, "no recipient is <>");
        check_path(host, &request->rcpt.path);
        check_params(host, request->rcpt.params);
        break;
    case EHLO_DATA: LAW(!known->binary, "DATA carries no BINARYMIME"); /* fall through */
    case EHLO_BDAT:
    case EHLO_BURL: LAW(known->open && request->recipients > 0, "content has recipients"); break;
    case EHLO_DATA_RECEIVED: check_verdict(host, request); break;
    case EHLO_AUTH: check_auth(host, request); break;
    case EHLO_STARTTLS: LAW(!known->tls && !known->open, "TLS is not within TLS or a transaction"); break;
    case EHLO_ETRN: check_view(host, request->etrn.name); break;
    case EHLO_XCLIENT:
    case EHLO_XFORWARD: check_params(host, request->attributes.params); break;
    default: break;
    }
    if (known->open && request->command > EHLO_MAIL && request->command < EHLO_HOST_COMMAND)
        LAW(request->declared_size == known->declared_size, "the declared size is that of MAIL");
    check_view(host, request->burl.url);
    if (request->command == EHLO_BURL)
        known->last_octet = 0; /* what follows a CR there is the host's to know */
}

/* ---- content ----------------------------------------------------------------------------------------- */

void check_piece(struct host *host, const ehlo_piece *piece)
{
    const ehlo_server_config *config = &host->config;
    struct known *known = &host->known;

    check_id(host, piece->id);
    LAW(known->open && known->verdicts == 0, "content is handed out in a transaction");
    LAW(piece->size > 0, "no piece is empty");
    LAW(piece->offset == known->message_size, "pieces follow each other");
    if (piece->size > 2) /* a line end that was made normal, or its half, is not from the input */
        check_view(host, (ehlo_text){piece->data, piece->size});
    if (piece->offset == 0) {
        known->last_octet = 0;
        known->digest = 0;
    }
    for (size_t i = 0; i < piece->size; i++) {
        unsigned char octet = (unsigned char)piece->data[i], last = known->last_octet;
        if (!known->binary) {
            LAW(octet != '\n' || last == '\r' || config->bare_lf == EHLO_PASS, "no bare LF is handed out");
            LAW(last != '\r' || octet == '\n' || config->bare_cr == EHLO_PASS, "no bare CR is handed out");
            LAW(octet != 0 || config->nul == EHLO_PASS, "no NUL is handed out");
        }
        known->last_octet = octet;
        known->digest = (known->digest ^ octet) * 1099511628211u + 1;
    }
    known->message_size += piece->size;
    known->in_message = 1;
    LAW(config->max_size == 0 || known->message_size <= config->max_size,
        "nothing over the limit is handed out");
}

/* ---- events ------------------------------------------------------------------------------------------ */

static void transaction_ends(struct host *host, const ehlo_event *event)
{
    struct known *known = &host->known;

    LAW(known->open, "a transaction ends once");
    LAW(event->end > EHLO_END_NONE && event->end < EHLO_END_COUNT, "an end has a reason");
    if (event->end == EHLO_END_DELIVERED || event->end == EHLO_END_REFUSED) {
        int is_over = host->over; /* past the drain limit: refused without a verdict */
        LAW(is_over || host->question.command == EHLO_BURL || known->verdicts == host->question.verdicts,
            "a message has all its verdicts");
        LAW(is_over || known->was_good == (event->end == EHLO_END_DELIVERED), "it is as the host has said");
    }
    if (known->in_message)
        tape_print(&host->content, "\n-- broken off\n");
    known->open = known->in_message = known->binary = known->prdr = known->was_good = 0;
    known->recipients = known->verdicts = 0;
    known->declared_size = known->message_size = known->digest = 0;
}

static void exchange_ends(struct host *host, const ehlo_event *event)
{
    struct known *known = &host->known;

    LAW(known->exchange, "the end of an exchange is told once, if it was asked about");
    LAW(event->number == (uint64_t)known->step + 1, "its steps are told");
    LAW(event->code != 334, "a challenge ends no exchange");
    known->exchange = 0;
    known->authenticated |= event->code == 235;
    if (event->code == 235)
        known->extensions = known->next_extensions;
    else
        known->next_extensions = known->extensions;
}

/* Whether it stands for a reply of the engine's own, or for one that takes the place of another. */
static int has_reply(const ehlo_event *event)
{
    return event->code != 0 && event->reason <= EHLO_EVENT_DRAIN_LIMIT;
}

static int is_last_word(int reason)
{
    return reason >= EHLO_EVENT_WRONG_PROTOCOL && reason <= EHLO_EVENT_DRAIN_LIMIT;
}

void check_event(struct host *host, const ehlo_event *event)
{
    struct known *known = &host->known;

    LAW(event->reason > EHLO_EVENT_NONE && event->reason < EHLO_EVENT_COUNT, "an event has a reason");
    LAW(ehlo_event_text(event->reason)[0] != 0, "a reason has words");
    LAW(event->reason != EHLO_EVENT_SHOWN_LESS, "all that was left is shown again");
    if (has_reply(event)) {
        struct outcome outcome = {.command = (uint8_t)event->command,
                                  .reason = (uint8_t)event->reason,
                                  .code = (uint16_t)event->code,
                                  .recipients = known->recipients,
                                  .chunking = (known->extensions & EHLO_EXTENSION_CHUNKING) != 0};
        outcome_add(host, &outcome);
    }
    host->over |= is_last_word(event->reason);
    if (event->reason == EHLO_EVENT_AUTH_END)
        exchange_ends(host, event);
    if (event->reason == EHLO_EVENT_TRANSACTION_END)
        transaction_ends(host, event);
    if (event->reason == EHLO_EVENT_EARLY_TALKER || event->reason == EHLO_EVENT_PIPELINED ||
        event->reason == EHLO_EVENT_AHEAD_OF_TLS)
        return; /* they depend on the cut (R16) */
    tape_print(&host->told, "event %s command=%d code=%d end=%s number=%llu\n",
               ehlo_event_text(event->reason), event->command, event->code, ehlo_end_text(event->end),
               (unsigned long long)event->number);
}
