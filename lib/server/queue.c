/* queue.c - the arguments of ETRN and ATRN, by which a host asks for the mail that waits for it: RFC 1985
 * section 5, RFC 2645 section 5.2.1.
 */
#include "../parse/domain.h"
#include "../text/ascii.h"
#include "session.h"

int ehlo__node_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo_request *request = &server->call->request;
    ehlo_domain domain;

    if (argument.size && (argument.data[0] == '@' || argument.data[0] == '#')) {
        request->etrn.option = argument.data[0];
        argument = (ehlo_text){argument.data + 1, argument.size - 1};
    }
    request->etrn.name = argument;
    if (request->etrn.option != '#')
        return ehlo_domain_parse(&domain, argument.data, argument.size) == EHLO_OK && !domain.utf8
                   ? 0
                   : EHLO_EVENT_BAD_ARGUMENT;
    for (size_t i = 0; i < argument.size; i++)
        if (!ehlo__is((unsigned char)argument.data[i], EHLO__PRINTABLE) || argument.data[i] == ' ')
            return EHLO_EVENT_BAD_ARGUMENT;
    return argument.size ? 0 : EHLO_EVENT_BAD_ARGUMENT;
}

/* None, or names of at least two labels, parted by commas. */
int ehlo__domains_parse(ehlo_text argument)
{
    const unsigned char *data = (const unsigned char *)argument.data;
    size_t at = 0, taken, dots;
    uint8_t utf8 = 0;

    while (argument.size) {
        taken = ehlo__name_scan(&utf8, data + at, argument.size - at);
        dots = 0;
        for (size_t i = at; i < at + taken; i++)
            dots += data[i] == '.';
        at += taken;
        if (!dots || utf8)
            break;
        if (at == argument.size)
            return 0;
        if (data[at++] != ',')
            break;
    }
    return argument.size ? EHLO_EVENT_BAD_ARGUMENT : 0;
}
