/* words.c - the replies that the tables have no text for: those to HELO, EHLO and HELP.
 *
 * RFC 5321 sections 2.2.1, 4.1.1.1 and 4.1.1.8.  What EHLO lists is what extensions.def says is offered,
 * and what HELP lists is what commands.def has for this session: nothing here knows one by name.
 */
#include <string.h>

#include "../tables/command.h"
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

/* The fixed text of HELP: the commands of this session, in the table's order, on its last line. */
size_t ehlo__help_write(const ehlo_server *server, unsigned char *out, size_t room, ehlo__reply reply)
{
    char verbs[EHLO__REPLY_LINE / 2];
    size_t size = 0, first, second;

    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        const ehlo__command_row *row = ehlo__command(command);
        const char *name = ehlo_command_name(command);
        size_t length = ehlo__text_size(name);
        if (row->argument == EHLO__ARGUMENT_MOMENT || (row->extension & ~server->extensions) ||
            length + 1 > sizeof verbs - size)
            continue;
        if (size)
            verbs[size++] = ' ';
        memcpy(verbs + size, name, length);
        size += length;
    }
    reply.more = 1;
    first = ehlo__reply_write(out, room, &reply);
    reply.more = 0;
    reply.text = (ehlo_text){verbs, size};
    second = first ? ehlo__reply_write(out + first, room - first, &reply) : 0;
    return second ? first + second : 0;
}
