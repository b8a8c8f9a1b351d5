/* say.c - the reply to a command: in the host's words, in an event's, or in those of the table, where
 * `<domain>` is the hostname, and remarks in brackets are left out.
 */
#include <string.h>

#include "../tables/command.h"
#include "../tables/event.h"
#include "../tables/reply.h"
#include "../text/ascii.h"
#include "../text/view.h"
#include "session.h"

static const char domain_mark[] = "<domain>";

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
    return text.size ? text : ehlo__view(nothing_but_a_remark);
}

/* On every 2yz, 4yz and 5yz once EHLO offered them, but never on the greeting or a hello's reply
 * (RFC 2034 section 4). */
static int shows_enhanced(const ehlo_server *server, int command, int code)
{
    return (server->flags & EHLO__EXTENDED) && (server->extensions & EHLO_EXTENSION_ENHANCEDSTATUSCODES) &&
           code / 100 != EHLO_SEVERITY_INTERMEDIATE && command != EHLO_CONNECTED && !ehlo__is_hello(command);
}

/* RFC 6531 sections 3.7.4.1 and 3.7.4.2. */
int ehlo__may_send_utf8(const ehlo_server *server, int command, int code)
{
    const char *unused;

    if (ehlo__command(command)->argument == EHLO__ARGUMENT_TEXT) /* VRFY, EXPN */
        return (server->flags & EHLO__MAY_SEND_UTF8) != 0;
    return server->transaction.smtputf8 && ehlo__reply_in_ascii(command, code, &unused);
}

/* The words of the tables: an event's, a row's, or, for a host's own command, its code's. */
static ehlo_text words_of(const ehlo_reply_rule *rule, int reason, int code)
{
    if (reason)
        return ehlo__view(ehlo__event_reply(reason));
    return ehlo__view(rule ? ehlo_reply_rule_text(rule) : ehlo_reply_text(code));
}

static ehlo_text enhanced_of(const ehlo_reply_rule *rule, int reason, int code)
{
    static const char successes[] = "2.0.0", temporaries[] = "4.0.0", permanents[] = "5.0.0";

    if (reason)
        return ehlo__view(ehlo__event_enhanced(reason));
    if (rule)
        return ehlo__view(ehlo_reply_rule_enhanced(rule));
    return ehlo__view(code / 100 == EHLO_SEVERITY_SUCCESS     ? successes
                      : code / 100 == EHLO_SEVERITY_TEMPORARY ? temporaries
                                                              : permanents);
}

int ehlo__reply_out(ehlo_server *server, int command, int code, int reason, const char *enhanced,
                    const char *text)
{
    const ehlo_reply_rule *rule = reason ? NULL : ehlo__reply_rule(command, code);
    ehlo_text words = words_of(rule, reason, code);
    ehlo__reply reply = {.code = code, .utf8 = ehlo__may_send_utf8(server, command, code)};

    if (command == EHLO_AUTH && code == EHLO__CHALLENGE)
        return ehlo__challenge_out(server, text, text ? ehlo__text_size(text) : 0);
    ehlo__answer_begin(server);
    if (ehlo__is_hello(command) && code == ehlo_reply_default(command))
        return ehlo__hello_out(server, command, ehlo__view(text));
    if (is_named(words))
        reply.name = ehlo__view(server->config->hostname);
    reply.enhanced = enhanced_of(rule, reason, code);
    if (!shows_enhanced(server, command, code) || !reply.enhanced.size) /* a row without one never has one */
        reply.enhanced.size = 0;
    else if (enhanced)
        reply.enhanced = ehlo__view(enhanced);
    reply.text = text ? ehlo__view(text) : table_words(words);
    reply.clean = !text;
    if (!text && command == EHLO_HELP && code == ehlo_reply_default(command))
        return ehlo__help_out(server, &reply);
    return ehlo__part_out(server, &reply);
}
