/* envelope.c - the arguments of MAIL and RCPT: RFC 5321 sections 3.3, 4.1.1.2, 4.1.1.3.
 *
 * What MAIL (and SEND, SOML, SAML of RFC 821, which take the same) says of the transaction is noted here,
 * before the host is asked; whether there comes to be one is settled by the reply.
 */
#include "../text/ascii.h"
#include "session.h"

/* A mailbox without brackets: up to the next space.  The octets taken, or 0. */
static size_t bare_mailbox_scan(ehlo_path *path, ehlo_text argument)
{
    size_t size = 0;

    while (size < argument.size && argument.data[size] != ' ')
        size++;
    return ehlo_mailbox_parse(path, argument.data, size) == EHLO_OK ? size : 0;
}

/* `keyword` ("FROM:"), a path, then parameters into `params`.  0, or the event that refuses it;
 * `bad_path` is the one for the path. */
static int path_and_params(ehlo_server *server, int command, ehlo_text argument, const char *keyword,
                           ehlo_path *path, int bad_path)
{
    size_t skip = ehlo__text_size(keyword), scanned = 0;
    uint32_t lenient = server->config->leniencies;
    int extended = (server->flags & EHLO__EXTENDED) != 0, taken;

    if (argument.size < skip || !ehlo__same_word(argument.data, skip, keyword, skip))
        return EHLO_EVENT_BAD_ARGUMENT;
    argument = (ehlo_text){argument.data + skip, argument.size - skip};
    if ((lenient & EHLO_LENIENT_SPACE_AFTER_COLON) && argument.size && argument.data[0] == ' ') {
        while (argument.size && argument.data[0] == ' ')
            argument = (ehlo_text){argument.data + 1, argument.size - 1};
        ehlo__leniency_out(server, EHLO_LENIENT_SPACE_AFTER_COLON);
    }

    taken = ehlo_path_scan(path, argument.data, argument.size);
    if (taken > 0) {
        scanned = (size_t)taken;
    } else if ((lenient & EHLO_LENIENT_MISSING_BRACKETS) &&
               (scanned = bare_mailbox_scan(path, argument)) > 0) {
        ehlo__leniency_out(server, EHLO_LENIENT_MISSING_BRACKETS);
    } else {
        return bad_path;
    }

    if (scanned < argument.size && argument.data[scanned] != ' ')
        return bad_path;
    scanned += scanned < argument.size; /* that space; what was trimmed off the line leaves none behind it */
    switch (ehlo_params_parse(&server->call->params, command, extended ? server->extensions : 0,
                              argument.data + scanned, argument.size - scanned)) {
    case EHLO_OK: return 0;
    case EHLO_UNKNOWN_PARAMETER: return EHLO_EVENT_UNKNOWN_PARAMETER;
    default: return EHLO_EVENT_BAD_PARAMETER;
    }
}

int ehlo__reverse_path_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo__call *call = server->call;
    ehlo__transaction *transaction = &server->transaction;
    const ehlo_param *size, *body;
    int refusal = path_and_params(server, EHLO_MAIL, argument, "FROM:", &call->request.mail.path,
                                  EHLO_EVENT_BAD_REVERSE_PATH);

    if (refusal)
        return refusal;
    if (call->request.mail.path.kind == EHLO_PATH_POSTMASTER) /* a forward-path only: section 4.1.1.3 */
        return EHLO_EVENT_BAD_REVERSE_PATH;
    if (call->request.mail.path.utf8 && !ehlo_params_find(&call->params, EHLO_PARAMETER_SMTPUTF8))
        return EHLO_EVENT_UTF8_REVERSE_PATH; /* RFC 6531 section 3.5 */
    size = ehlo_params_find(&call->params, EHLO_PARAMETER_SIZE);
    if (size && size->number > server->max_size)
        return EHLO_EVENT_DECLARED_TOO_BIG; /* RFC 1870 section 6.1 */
    body = ehlo_params_find(&call->params, EHLO_PARAMETER_BODY);

    transaction->declared_size = size ? size->number : 0;
    transaction->body = body ? (uint8_t)body->number : 0;
    transaction->smtputf8 = ehlo_params_find(&call->params, EHLO_PARAMETER_SMTPUTF8) != NULL;
    call->request.mail.params = &call->params;
    return 0;
}

int ehlo__forward_path_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo__call *call = server->call;
    const ehlo__transaction *transaction = &server->transaction;
    ehlo_path *path = &call->request.rcpt.path;
    int refusal = path_and_params(server, EHLO_RCPT, argument, "TO:", path, EHLO_EVENT_BAD_FORWARD_PATH);

    if (refusal)
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
