/* words.c - the replies that the tables have no text for: those to HELO, EHLO, LHLO and HELP.
 *
 * RFC 5321 sections 2.2.1, 4.1.1.1 and 4.1.1.8.  What EHLO lists is what extensions.def says is offered,
 * and what HELP lists is what commands.def has for this session: nothing here knows one by name.
 */
#include <string.h>

#include "../tables/command.h"
#include "../tables/extension.h"
#include "../tables/limit.h"
#include "../tables/parameter.h"
#include "../text/ascii.h"
#include "../text/date.h"
#include "../text/number.h"
#include "../text/view.h"
#include "session.h"

/* What stands behind a keyword, as it is put together: the longest is XCLIENT's list of attributes. */
typedef struct keyword_value {
    char octets[96];
    size_t size;
} keyword_value;

static void put_text(keyword_value *out, const char *text)
{
    size_t size = ehlo__text_size(text);

    if (out->size)
        out->octets[out->size++] = ' ';
    memcpy(out->octets + out->size, text, size);
    out->size += size;
}

static void put_number(keyword_value *out, uint64_t number)
{
    out->size += ehlo__number_write(out->octets + out->size, number);
}

static void put_limit(keyword_value *out, const char *name, uint32_t limit)
{
    if (!ehlo__limit_is_told(limit))
        return;
    put_text(out, name);
    put_number(out, limit);
}

static void put_attributes(keyword_value *out, uint32_t extension)
{
    for (int id = 1; id < EHLO__PARAMETER_COUNT; id++)
        if (ehlo__parameter(id)->extension == extension)
            put_text(out, ehlo__parameter_keyword(id));
}

/* RFC 4865 section 3. */
static void put_hold(keyword_value *out, const ehlo_server *server)
{
    put_number(out, ehlo__limit_in_force(server->config, EHLO__LIMIT_max_hold));
    out->octets[out->size++] = ' ';
    out->size += ehlo__date_write(out->octets + out->size, ehlo__latest_release(server));
}

/* The value of an extension's keyword. */
static ehlo_text value_of(const ehlo_server *server, const ehlo__extension_row *row, keyword_value *out)
{
    const ehlo_server_config *config = server->config;

    out->size = 0;
    switch (row->value) {
    case EHLO__VALUE_SIZE: /* 0: no limit (RFC 1870 section 4) */
        put_number(out, server->next_max_size == UINT64_MAX ? 0 : server->next_max_size);
        break;
    case EHLO__VALUE_MECHANISMS: return ehlo__view(config->auth_mechanisms);
    case EHLO__VALUE_PRIORITIES: return ehlo__view(config->priority_policy);
    case EHLO__VALUE_CLASSES: return ehlo__view(config->solicitation_classes);
    case EHLO__VALUE_SOURCES: return ehlo__view(config->burl_sources);
    case EHLO__VALUE_MIN_BY:
        if (config->min_by)
            put_number(out, config->min_by);
        break;
    case EHLO__VALUE_HOLD: put_hold(out, server); break;
    case EHLO__VALUE_LIMITS:
        put_limit(out, "MAILMAX=", config->max_transactions);
        put_limit(out, "RCPTMAX=", config->max_recipients);
        break;
    case EHLO__VALUE_ATTRIBUTES: put_attributes(out, row->bit); break;
    default: break;
    }
    return (ehlo_text){out->octets, out->size};
}

/* ehlo-greet is what stands behind the name on the first line (section 4.1.1.1): a further line of the
 * host's, or what would not fit this one, would be taken for a keyword. */
static ehlo_text first_line(ehlo_text text, ehlo_text name)
{
    size_t size = 0, room = EHLO__REPLY_LINE - (sizeof "250- \r\n" - 1) - name.size;

    while (size < text.size && size < room && text.data[size] != '\n')
        size++;
    if (size && size < text.size && text.data[size] == '\n' && text.data[size - 1] == '\r')
        size--; /* a host's CRLF parts lines as its LF does */
    return (ehlo_text){text.data, size};
}

int ehlo__hello_out(ehlo_server *server, int command, ehlo_text greet)
{
    const ehlo_server_config *config = server->config;
    int is_extended = ehlo__is_extended_hello(command), status;
    uint32_t left = is_extended ? ehlo__offered(server, server->next_extensions) : 0;
    uint32_t own = is_extended ? config->keyword_count : 0;
    ehlo__reply line = {.code = ehlo_reply_default(command),
                        .name = ehlo__view(config->hostname),
                        .text = first_line(greet, ehlo__view(config->hostname)),
                        .more = left || own};
    keyword_value value;

    status = ehlo__part_out(server, &line);
    line.clean = 1;
    for (size_t i = 0; status == EHLO_OK && left; i++) {
        const ehlo__extension_row *row = ehlo__extension(i);
        if (!(left & row->bit))
            continue;
        left &= ~row->bit;
        line.more = left || own;
        line.name = ehlo__view(ehlo__extension_keyword(i));
        line.text = value_of(server, row, &value);
        status = ehlo__part_out(server, &line);
    }
    line.text.size = 0;
    for (uint32_t i = 0; status == EHLO_OK && i < own; i++) {
        line.more = i + 1 < own;
        line.name = ehlo__view(config->keywords[i]);
        status = ehlo__part_out(server, &line);
    }
    return status;
}

static int is_in_use(const ehlo_server *server, int command)
{
    const ehlo__command_row *row = ehlo__command(command);

    return row->argument != EHLO__ARGUMENT_MOMENT && (row->services >> server->config->service & 1) &&
           !(row->extension & ~ehlo__offered(server, server->extensions));
}

/* The fixed text of HELP: a line for each command of this session, then the table's. */
int ehlo__help_out(ehlo_server *server, const ehlo__reply *reply)
{
    ehlo__reply line = *reply;
    int status = EHLO_OK;

    line.more = 1;
    for (int command = 1; status == EHLO_OK && command < EHLO__COMMAND_COUNT; command++) {
        if (!is_in_use(server, command))
            continue;
        line.text = ehlo__view(ehlo_command_name(command));
        status = ehlo__part_out(server, &line);
    }
    for (uint32_t i = 0; status == EHLO_OK && i < server->config->command_count; i++) {
        line.text = ehlo__view(server->config->commands[i].verb);
        status = ehlo__part_out(server, &line);
    }
    return status == EHLO_OK ? ehlo__part_out(server, reply) : status;
}
