/* hello.c - the argument of HELO and EHLO: RFC 5321 section 4.1.1.1. */
#include <string.h>

#include "../text/view.h"
#include "session.h"

/* The leniencies; each looks at the argument afresh and says whether it made sense of it. */

static int is_domain(ehlo_domain *out, ehlo_text argument)
{
    return ehlo_domain_parse(out, argument.data, argument.size) == EHLO_OK && !out->utf8;
}

/* A domain whose labels may also hold underscores. */
static int has_underscores(ehlo_domain *out, ehlo_text argument)
{
    enum { LONGEST = 255 }; /* section 4.5.3.1.2 */
    char plain[LONGEST];

    if (argument.size == 0 || argument.size > sizeof plain)
        return 0;
    for (size_t i = 0; i < argument.size; i++)
        plain[i] = argument.data[i] == '_' ? 'x' : argument.data[i];
    if (!is_domain(out, (ehlo_text){plain, argument.size}) || out->kind != EHLO_DOMAIN_NAME)
        return 0;
    out->text = argument;
    return 1;
}

/* An IPv6 address without its brackets and tag (one of IPv4 is a domain by the grammar). */
static int is_bare_address(ehlo_domain *out, ehlo_text argument)
{
    static const char tag[] = {'[', 'I', 'P', 'v', '6', ':'};
    enum { LONGEST = 45 };
    char literal[sizeof tag + LONGEST + 1];

    if (argument.size == 0 || argument.size > LONGEST)
        return 0;
    memcpy(literal, tag, sizeof tag);
    memcpy(literal + sizeof tag, argument.data, argument.size);
    literal[sizeof tag + argument.size] = ']';
    if (!is_domain(out, (ehlo_text){literal, sizeof tag + argument.size + 1}))
        return 0;
    out->text = argument;
    return 1;
}

int ehlo__hello_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo_domain *domain = &server->call->request.hello.domain;
    uint32_t lenient = server->config->leniencies;
    ehlo_text rest = argument, word = ehlo__first_word(&rest);

    if (is_domain(domain, argument))
        return 0;
    if ((lenient & EHLO_LENIENT_HELLO_UNDERSCORE) && has_underscores(domain, argument))
        return ehlo__leniency_out(server, EHLO_LENIENT_HELLO_UNDERSCORE);
    if ((lenient & EHLO_LENIENT_HELLO_BARE_ADDRESS) && is_bare_address(domain, argument))
        return ehlo__leniency_out(server, EHLO_LENIENT_HELLO_BARE_ADDRESS);
    if ((lenient & EHLO_LENIENT_HELLO_TEXT) && word.size < argument.size && is_domain(domain, word))
        return ehlo__leniency_out(server, EHLO_LENIENT_HELLO_TEXT);
    return EHLO_EVENT_BAD_ARGUMENT;
}
