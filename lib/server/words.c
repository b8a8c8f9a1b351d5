/* words.c - the replies that the tables have no text for: those to HELO, EHLO and HELP.
 *
 * RFC 5321 sections 2.2.1, 4.1.1.1 and 4.1.1.8.  What EHLO lists is what extensions.def says is offered,
 * and what HELP lists is what commands.def has for this session: nothing here knows one by name.
 */
#include "../tables/command.h"
#include "../tables/extension.h"
#include "../text/ascii.h"
#include "../text/number.h"
#include "session.h"

/* One line of the reply to EHLO: the keyword, and what follows it. */
static size_t keyword_write(const ehlo_server *server, size_t index, int more, unsigned char *out,
                            size_t room)
{
    char digits[20];
    const char *keyword = ehlo__extension_keyword(index);
    ehlo__reply line = {.code = ehlo_reply_default(EHLO_EHLO),
                        .more = more,
                        .clean = 1,
                        .name = {keyword, ehlo__text_size(keyword)},
                        .text = {digits, 0}};

    if (ehlo__extension(index)->value == EHLO__VALUE_MAX_SIZE) /* 0: no limit (RFC 1870 section 4) */
        line.text.size =
            ehlo__number_write(digits, server->next_max_size == UINT64_MAX ? 0 : server->next_max_size);
    return ehlo__reply_write(out, room, &line);
}

/* ehlo-greet is what stands behind the name on the first line (section 4.1.1.1): a further line of the
 * host's would be taken for a keyword. */
static ehlo_text first_line(ehlo_text text)
{
    size_t size = 0;

    while (size < text.size && text.data[size] != '\n')
        size++;
    return (ehlo_text){text.data, size};
}

size_t ehlo__hello_write(const ehlo_server *server, int command, unsigned char *out, size_t room,
                         ehlo_text greet)
{
    const char *hostname = server->config->hostname;
    uint32_t left = command == EHLO_EHLO ? server->next_extensions : 0;
    ehlo__reply first = {.code = ehlo_reply_default(command),
                         .name = {hostname, ehlo__text_size(hostname)},
                         .text = first_line(greet),
                         .more = left != 0};
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

static int is_in_use(const ehlo_server *server, int command)
{
    const ehlo__command_row *row = ehlo__command(command);

    return row->argument != EHLO__ARGUMENT_MOMENT && !(row->extension & ~server->extensions);
}

/* The fixed text of HELP: a line for each command of this session, then the table's. */
size_t ehlo__help_write(const ehlo_server *server, unsigned char *out, size_t room, const ehlo__reply *reply)
{
    ehlo__reply line = *reply;
    size_t used = 0, written;

    line.more = 1;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        if (!is_in_use(server, command))
            continue;
        line.text.data = ehlo_command_name(command);
        line.text.size = ehlo__text_size(line.text.data);
        written = ehlo__reply_write(out + used, room - used, &line);
        if (!written)
            return 0;
        used += written;
    }
    written = ehlo__reply_write(out + used, room - used, reply);
    return written ? used + written : 0;
}
