/* hello.c - HELO and EHLO: RFC 5321 sections 2.2.1, 3.2, 4.1.1.1.
 *
 * The reply to EHLO lists what extensions.def says is offered; nothing here knows one by name.
 */
#include <string.h>

#include "../tables/event.h"
#include "../tables/extension.h"
#include "../text/ascii.h"
#include "../text/number.h"
#include "session.h"

/* One line of the reply to EHLO: the keyword and what follows it. */
static size_t keyword_write(const ehlo_server *server, size_t index, int more, unsigned char *out, size_t room)
{
    enum { KEYWORD = 40, DIGITS = 20 };
    char words[KEYWORD + 1 + DIGITS];
    const char *keyword = ehlo__extension_keyword(index);
    size_t size = ehlo__text_size(keyword);
    ehlo__reply line = {.code = 250, .more = more, .clean = 1};

    memcpy(words, keyword, size);
    if (ehlo__extension(index)->value == EHLO__VALUE_MAX_SIZE) {
        words[size++] = ' ';
        size += ehlo__number_write(words + size, server->max_size == UINT64_MAX ? 0 : server->max_size);
    }
    line.text = (ehlo_text){words, size};
    return ehlo__reply_write(out, room, &line);
}

size_t ehlo__hello_write(const ehlo_server *server, int command, unsigned char *out, size_t room, ehlo_text greet)
{
    const char *hostname = server->config->hostname;
    uint32_t left = command == EHLO_EHLO ? server->extensions : 0;
    ehlo__reply first = {
        .code = 250, .name = {hostname, ehlo__text_size(hostname)}, .text = greet, .more = left != 0};
    size_t used = ehlo__reply_write(out, room, &first);

    for (size_t i = 0; used && left; i++) {
        uint32_t bit = ehlo__extension(i)->bit;
        size_t written;
        if (!(left & bit))
            continue;
        left &= ~bit;
        written = keyword_write(server, i, left != 0, out + used, room - used);
        used = written ? used + written : 0;
    }
    return used;
}

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
    size_t word = 0;

    if (is_domain(domain, argument))
        return 0;
    if ((lenient & EHLO_LENIENT_HELLO_UNDERSCORE) && has_underscores(domain, argument))
        return ehlo__leniency_out(server, EHLO_LENIENT_HELLO_UNDERSCORE);
    if ((lenient & EHLO_LENIENT_HELLO_BARE_ADDRESS) && is_bare_address(domain, argument))
        return ehlo__leniency_out(server, EHLO_LENIENT_HELLO_BARE_ADDRESS);
    while (word < argument.size && argument.data[word] != ' ')
        word++;
    if ((lenient & EHLO_LENIENT_HELLO_TEXT) && word < argument.size &&
        is_domain(domain, (ehlo_text){argument.data, word}))
        return ehlo__leniency_out(server, EHLO_LENIENT_HELLO_TEXT);
    return EHLO_EVENT_BAD_ARGUMENT;
}
