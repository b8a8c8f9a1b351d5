/* output.c - replies and events on their way out.
 *
 * All replies of one call go into one block and out in one `write` (R10), unless one does not fit.
 * Where the host gives no words, the table's stand in: `<domain>` is the hostname, and remarks in
 * brackets are left out.
 */
#include <string.h>

#include "../tables/event.h"
#include "../tables/reply.h"
#include "../text/ascii.h"
#include "session.h"

static const char domain_mark[] = "<domain>";

static ehlo_text view(const char *text)
{
    return (ehlo_text){text, text ? ehlo__text_size(text) : 0};
}

static int is_named(ehlo_text text)
{
    return text.size >= sizeof domain_mark - 1 && !memcmp(text.data, domain_mark, sizeof domain_mark - 1);
}

/* A text of the tables without the mark in front and the remark behind; never empty. */
static ehlo_text table_words(ehlo_text text)
{
    static const char nothing_but_a_remark[] = "OK";

    if (is_named(text))
        text = (ehlo_text){text.data + sizeof domain_mark, text.size - sizeof domain_mark};
    if (text.size && (text.data[text.size - 1] == ')' || text.data[text.size - 1] == ']')) {
        while (text.size && text.data[text.size - 1] != '(' && text.data[text.size - 1] != '[')
            text.size--;
        while (text.size && (text.data[text.size - 1] == '(' || text.data[text.size - 1] == '[' ||
                             text.data[text.size - 1] == ' '))
            text.size--;
    }
    return text.size ? text : view(nothing_but_a_remark);
}

/* On every 2yz, 4yz and 5yz once EHLO offered them, but never on the greeting or a hello's reply
 * (RFC 2034 section 4). */
static int shows_enhanced(const ehlo_server *server, int command, int code)
{
    return (server->flags & EHLO__EXTENDED) && (server->extensions & EHLO_EXTENSION_ENHANCEDSTATUSCODES) &&
           code / 100 != EHLO_SEVERITY_INTERMEDIATE && command != EHLO_CONNECTED && command != EHLO_HELO &&
           command != EHLO_EHLO;
}

/* RFC 6531 sections 3.7.4.1 and 3.7.4.2. */
static int may_send_utf8(const ehlo_server *server, int command, int code)
{
    if (command == EHLO_VRFY || command == EHLO_EXPN)
        return (server->flags & EHLO__MAY_SEND_UTF8) != 0;
    return (code == 251 || code == 551) && server->transaction.smtputf8;
}

static size_t compose(const ehlo_server *server, unsigned char *out, size_t room, int command, int code,
                      int reason, const char *enhanced, const char *text)
{
    const ehlo_reply_rule *rule = reason ? NULL : ehlo__reply_rule(command, code);
    ehlo_text row = view(rule ? ehlo_reply_rule_text(rule) : ehlo__event_reply(reason));
    ehlo__reply reply = {.code = code, .utf8 = may_send_utf8(server, command, code)};

    if ((command == EHLO_HELO || command == EHLO_EHLO) && code == ehlo_reply_default(command))
        return ehlo__hello_write(server, command, out, room, view(text));
    if (is_named(row))
        reply.name = view(server->config->hostname);
    if (shows_enhanced(server, command, code)) /* which the tables may still have none for */
        reply.enhanced = view(enhanced ? enhanced
                              : rule   ? ehlo_reply_rule_enhanced(rule)
                                       : ehlo__event_enhanced(reason));
    reply.text = text ? view(text) : table_words(row);
    reply.clean = !text;
    if (!text && command == EHLO_HELP && code == ehlo_reply_default(command))
        return ehlo__help_write(server, out, room, &reply);
    return ehlo__reply_write(out, room, &reply);
}

int ehlo__reply_out(ehlo_server *server, int command, int code, int reason, const char *enhanced,
                    const char *text)
{
    ehlo__call *call = server->call;
    size_t written = compose(server, call->block + call->used, sizeof call->block - call->used, command, code,
                             reason, enhanced, text);
    if (!written && call->used) {
        ehlo__flush(server);
        call->is_over = 1;
        written = compose(server, call->block, sizeof call->block, command, code, reason, enhanced, text);
    }
    call->answer_start = call->used;
    call->used += written;
    return written ? EHLO_OK : EHLO_TOO_LONG;
}

void ehlo__flush(ehlo_server *server)
{
    ehlo__call *call = server->call;
    size_t size = call->used;
    int place = call->place, answer;

    call->used = 0;
    if (!size || (server->flags & EHLO__PEER_GONE_NOTED))
        return;
    call->place = EHLO__IN_WRITE;
    answer = server->config->callbacks.write(server->ctx, server, call->block, size);
    call->place = place;
    if (answer != EHLO_DEFAULT) {
        ehlo__event_out(server, EHLO_EVENT_WRITE_FAILED, 0, 0, 0);
        server->flags |= EHLO__PEER_GONE_NOTED;
    }
}

static void event_out(ehlo_server *server, const ehlo_event *event)
{
    int place = server->call->place;

    if (!server->config->callbacks.event)
        return;
    server->call->place = EHLO__IN_EVENT;
    server->config->callbacks.event(server->ctx, server, event);
    server->call->place = place;
}

void ehlo__event_out(ehlo_server *server, int reason, int command, int code, uint64_t number)
{
    event_out(server, &(ehlo_event){.reason = reason, .command = command, .code = code, .number = number});
}

int ehlo__leniency_out(ehlo_server *server, uint32_t leniency)
{
    ehlo__event_out(server, EHLO_EVENT_LENIENCY_USED, 0, 0, leniency);
    return 0;
}

void ehlo__end_out(ehlo_server *server, int end)
{
    event_out(server, &(ehlo_event){.reason = EHLO_EVENT_TRANSACTION_END, .end = end});
}
