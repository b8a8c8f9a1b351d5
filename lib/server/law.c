/* law.c - the law of the reply table: what may be sent for a host's answer.
 *
 * A code that the table does not permit for the command in hand is never sent; what stands in for it, as
 * for a host that failed, is a temporary failure, and never grants anything (R7, R12).
 */
#include "../tables/event.h"
#include "../tables/reply.h"
#include "../text/ascii.h"
#include "session.h"

/* What stands in where the table has it for the command (R12). */
enum { LOCAL_ERROR = 451, TEMPORARY_FAILURE = 454 }; /* the latter of AUTH and STARTTLS */

/* A row needs its extension, or one of them. */
static int is_in_use(const ehlo_server *server, const ehlo_reply_rule *rule)
{
    return rule->standing <= server->config->profile &&
           (!rule->extension || (rule->extension & server->extensions));
}

/* 3yz is only where the host may ask for more: 354 and 334, but not the engine's own 353. */
static int is_permitted(const ehlo_server *server, int command, int code)
{
    const ehlo_reply_rule *rule = ehlo__reply_rule(command, code);

    if (command >= EHLO_HOST_COMMAND && ehlo__host_permits(server->config, command, code))
        return 1;
    return rule && is_in_use(server, rule) &&
           !(command == EHLO_DATA_RECEIVED && rule->kind == EHLO_KIND_INTERMEDIATE);
}

/* What is sent for an illegal code or a host that failed. */
static int stand_in(const ehlo_server *server, int command)
{
    size_t count;
    const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);

    if (is_permitted(server, command, LOCAL_ERROR))
        return LOCAL_ERROR;
    if (is_permitted(server, command, TEMPORARY_FAILURE))
        return TEMPORARY_FAILURE;
    if (command >= EHLO_HOST_COMMAND)
        return ehlo__host_stand_in(server->config, command);
    for (size_t i = 0; i < count; i++)
        if (rules[i].code / 100 == EHLO_SEVERITY_TEMPORARY && rules[i].code != EHLO__SERVICE_CLOSING &&
            is_permitted(server, command, rules[i].code))
            return rules[i].code;
    return EHLO__SERVICE_CLOSING;
}

/* The verdict of those, in the table's words; QUIT ends the session whatever the host thinks of it. */
static ehlo__verdict replaced(const ehlo_server *server, int command)
{
    return (ehlo__verdict){.code = command == EHLO_QUIT ? ehlo_reply_default(command)
                                                        : stand_in(server, command)};
}

static ehlo__verdict failed(ehlo_server *server, int command)
{
    ehlo__event_out(server, EHLO_EVENT_HOST_FAILED, command, 0, 0);
    return replaced(server, command);
}

/* The enhanced code that the host gave, where it fits the code; NULL otherwise. */
static const char *fitting(ehlo_server *server, int command, int code, const char *enhanced)
{
    if (!enhanced || ehlo__enhanced_fits((ehlo_text){enhanced, ehlo__text_size(enhanced)}, code))
        return enhanced;
    ehlo__event_out(server, EHLO_EVENT_BAD_ENHANCED, command, code, 0);
    return NULL;
}

/* The refusal of the message that was settled before its end, in the host's words if it has some (R7). */
static ehlo__verdict refused_before(ehlo_server *server, const char *enhanced, const char *text)
{
    const ehlo__transaction *transaction = &server->transaction;

    enhanced = fitting(server, EHLO_DATA_RECEIVED, transaction->refused, enhanced);
    if (!enhanced && transaction->enhanced[0])
        enhanced = transaction->enhanced;
    return (ehlo__verdict){
        .code = transaction->refused, .reason = transaction->reason, .enhanced = enhanced, .text = text};
}

static int has_utf8(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return *text != '\0';
}

/* A code under the law: itself where the table permits it, with an enhanced code that fits it. */
static ehlo__verdict under_the_law(ehlo_server *server, int command, int code, const char *enhanced,
                                   const char *text)
{
    int instead;

    if (!is_permitted(server, command, code) ||
        (command == EHLO_QUIT && code != ehlo_reply_default(command))) {
        ehlo__event_out(server, EHLO_EVENT_ILLEGAL_REPLY, command, 0, (uint64_t)code);
        return replaced(server, command);
    }
    instead = text && !ehlo__may_send_utf8(server, command, code) && has_utf8(text)
                  ? ehlo__reply_in_ascii(command, code, &enhanced)
                  : 0;
    if (instead)
        return (ehlo__verdict){.code = instead, .enhanced = enhanced};
    return (ehlo__verdict){.code = code, .enhanced = fitting(server, command, code, enhanced), .text = text};
}

int ehlo__is_too_early(const ehlo_server *server)
{
    return (server->flags & EHLO__EARLY) && !(server->config->leniencies & EHLO_LENIENT_EARLY_TALKER);
}

ehlo__verdict ehlo__judge(ehlo_server *server, int command, int code, const char *enhanced, const char *text)
{
    int is_refused = (command == EHLO_DATA_RECEIVED || command == EHLO_BDAT) && server->transaction.refused;

    if (code == EHLO_DEFAULT && is_refused)
        return refused_before(server, enhanced, text);
    if (code == EHLO_DEFAULT)
        code = command < EHLO_HOST_COMMAND ? ehlo_reply_default(command)
                                           : ehlo__host_default(server->config, command);
    if (code < 200 || code > 599)
        return failed(server, command);
    if (command == EHLO_CONNECTED && code / 100 == EHLO_SEVERITY_SUCCESS && ehlo__is_too_early(server))
        return (ehlo__verdict){.code = ehlo__event(EHLO_EVENT_EARLY_TALKER)->code,
                               .reason = EHLO_EVENT_EARLY_TALKER};
    if (is_refused && code / 100 == EHLO_SEVERITY_SUCCESS) {
        ehlo__event_out(server, EHLO_EVENT_ILLEGAL_REPLY, command, 0, (uint64_t)code);
        return refused_before(server, NULL, NULL);
    }
    return under_the_law(server, command, code, enhanced, text);
}

ehlo__verdict ehlo__judge_refusal(ehlo_server *server, int code, const char *enhanced)
{
    int severity = code / 100;

    if (severity != EHLO_SEVERITY_TEMPORARY && severity != EHLO_SEVERITY_PERMANENT)
        return failed(server, EHLO_DATA_RECEIVED);
    return under_the_law(server, EHLO_DATA_RECEIVED, code, enhanced, NULL);
}
