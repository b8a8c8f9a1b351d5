/* envelope.c - the arguments of MAIL and RCPT: RFC 5321 sections 3.3, 4.1.1.2, 4.1.1.3.
 *
 * What MAIL (and SEND, SOML, SAML of RFC 821, which take the same) says of the transaction is noted here,
 * before the host is asked; whether there comes to be one is settled by the reply.
 */
#include "../text/ascii.h"
#include "../text/view.h"
#include "session.h"

/* A mailbox without brackets: up to the next space.  The octets taken, or 0. */
static size_t bare_mailbox_scan(ehlo_path *path, ehlo_text argument)
{
    ehlo_text word = ehlo__first_word(&argument);

    return ehlo_mailbox_parse(path, word.data, word.size) == EHLO_OK ? word.size : 0;
}

/* After HELO no extension is in use, and so no parameter is known, not even of the host's. */
static int params_of(ehlo_server *server, int command, ehlo_text text)
{
    const ehlo_server_config *config = server->config;
    int extended = (server->flags & EHLO__EXTENDED) != 0;

    switch (ehlo_params_parse(&server->call->params, command,
                              extended ? ehlo__offered(server, server->extensions) : 0, config->parameters,
                              extended ? config->parameter_count : 0, text.data, text.size)) {
    case EHLO_OK: return 0;
    case EHLO_UNKNOWN_PARAMETER: return EHLO_EVENT_UNKNOWN_PARAMETER;
    default: return EHLO_EVENT_BAD_PARAMETER;
    }
}

/* `keyword` ("FROM:") and a path off the front of the argument, which is then what stands behind the space
 * that parts it from parameters.  0, or the event that refuses it; `bad_path` is the one for the path. */
static int path_parse(ehlo_server *server, ehlo_text *argument, const char *keyword, ehlo_path *path,
                      int bad_path)
{
    uint32_t lenient = server->config->leniencies;
    size_t skip = ehlo__text_size(keyword), scanned = 0;
    ehlo_text rest = *argument;
    int taken;

    if (rest.size < skip || !ehlo__same_word(rest.data, skip, keyword, skip))
        return EHLO_EVENT_BAD_ARGUMENT;
    rest = (ehlo_text){rest.data + skip, rest.size - skip};
    if ((lenient & EHLO_LENIENT_SPACE_AFTER_COLON) && rest.size && rest.data[0] == ' ') {
        while (rest.size && rest.data[0] == ' ')
            rest = (ehlo_text){rest.data + 1, rest.size - 1};
        ehlo__leniency_out(server, EHLO_LENIENT_SPACE_AFTER_COLON);
    }

    taken = ehlo_path_scan(path, rest.data, rest.size);
    if (taken > 0) {
        scanned = (size_t)taken;
    } else if ((lenient & EHLO_LENIENT_MISSING_BRACKETS) && (scanned = bare_mailbox_scan(path, rest)) > 0) {
        ehlo__leniency_out(server, EHLO_LENIENT_MISSING_BRACKETS);
    } else {
        return bad_path;
    }

    if (scanned < rest.size && rest.data[scanned] != ' ')
        return bad_path;
    scanned += scanned < rest.size; /* that space; what was trimmed off the line leaves none behind it */
    *argument = (ehlo_text){rest.data + scanned, rest.size - scanned};
    return 0;
}

int ehlo__reverse_path_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo__call *call = server->call;
    ehlo__transaction *transaction = &server->transaction;
    const ehlo_params *params = &call->params;
    int refusal =
        path_parse(server, &argument, "FROM:", &call->request.mail.path, EHLO_EVENT_BAD_REVERSE_PATH);

    if (refusal || (refusal = params_of(server, EHLO_MAIL, argument)))
        return refusal;
    if (call->request.mail.path.kind == EHLO_PATH_POSTMASTER) /* a forward-path only: section 4.1.1.3 */
        return EHLO_EVENT_BAD_REVERSE_PATH;
    if (call->request.mail.path.utf8 && !(params->given >> EHLO_PARAMETER_SMTPUTF8 & 1))
        return EHLO_EVENT_UTF8_REVERSE_PATH; /* RFC 6531 section 3.5 */
    refusal = ehlo__bounds_check(server, params);
    if (refusal)
        return refusal;

    transaction->declared_size = params->size;
    transaction->body = params->body;
    transaction->smtputf8 = params->given >> EHLO_PARAMETER_SMTPUTF8 & 1;
    transaction->prdr = params->given >> EHLO_PARAMETER_PRDR & 1;
    call->request.mail.params = params;
    return 0;
}

/* XCLIENT and XFORWARD write their attributes as parameters are written. */
int ehlo__attributes_parse(ehlo_server *server, int command, ehlo_text argument)
{
    server->call->request.attributes.params = &server->call->params;
    return params_of(server, command, argument) ? EHLO_EVENT_BAD_ARGUMENT : 0;
}

int ehlo__forward_path_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo__call *call = server->call;
    const ehlo__transaction *transaction = &server->transaction;
    ehlo_path *path = &call->request.rcpt.path;
    int refusal = path_parse(server, &argument, "TO:", path, EHLO_EVENT_BAD_FORWARD_PATH);

    if (refusal || (refusal = params_of(server, EHLO_RCPT, argument)))
        return refusal;
    if (path->kind == EHLO_PATH_NULL)
        return EHLO_EVENT_BAD_FORWARD_PATH;
    if (path->utf8 && !transaction->smtputf8)
        return EHLO_EVENT_UTF8_FORWARD_PATH;
    if (transaction->recipients >= ehlo__limit_of(server->config->max_recipients))
        return EHLO_EVENT_TOO_MANY_RECIPIENTS; /* RFC 5321 section 4.5.3.1.10 */
    call->request.rcpt.params = &call->params;
    call->request.rcpt.index = transaction->recipients;
    return 0;
}
