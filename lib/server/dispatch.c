/* dispatch.c - one command line: RFC 5321 sections 2.4, 4.1.1, 4.1.4 and 4.5.3.1.4.
 *
 * A line meets its questions in this order: too long? another protocol? bare line ends? a known verb?
 * control characters? enabled? in order (order.c)? a good argument?  The tables answer most of them; what is
 * left is the host's to decide.
 */
#include "../parse/line.h"
#include "../tables/command.h"
#include "../tables/event.h"
#include "../tables/phase.h"
#include "../text/ascii.h"
#include "session.h"

/* A TLS handshake record, where a client expects implicit TLS (RFC 8446 section 5.1). */
enum { TLS_HANDSHAKE = 0x16 };

/* Swallows the rest of a line that is too long; its reply comes at its CRLF, as for any other. */
static size_t swallow(ehlo_server *server, const unsigned char *data, size_t size)
{
    int plain = 0, halved = (server->flags & EHLO__SWALLOWED_CR) && data[0] == '\n';
    size_t length = halved ? 1 : ehlo__line_length(data, size, 0, &plain);

    server->flags &= ~(uint32_t)EHLO__SWALLOWED_CR;
    if (length) {
        server->flags &= ~(uint32_t)EHLO__SWALLOW;
        return length;
    }
    if (data[size - 1] == '\r')
        server->flags |= EHLO__SWALLOWED_CR;
    return size;
}

/* RFC 6531 section 3.7.4.2: a last word SMTPUTF8 asks for replies in UTF-8. */
static int ends_in_smtputf8(const ehlo_server *server, ehlo_text argument)
{
    static const char word[] = " SMTPUTF8";
    size_t size = sizeof word - 1;

    return (server->flags & EHLO__EXTENDED) && (server->extensions & EHLO_EXTENSION_SMTPUTF8) &&
           argument.size > size && ehlo__same_word(argument.data + argument.size - size, size, word, size);
}

static int has_delete(ehlo_text argument)
{
    for (size_t i = 0; i < argument.size; i++)
        if (argument.data[i] == 0x7f)
            return 1;
    return 0;
}

/* The argument into the request.  0, or the event that refuses it. */
static int parse_argument(ehlo_server *server, int command, ehlo_text argument)
{
    switch (ehlo__command(command)->argument) {
    case EHLO__ARGUMENT_NONE: return argument.size ? EHLO_EVENT_BAD_ARGUMENT : 0;
    case EHLO__ARGUMENT_IGNORED: return 0;
    case EHLO__ARGUMENT_TEXT:
        server->flags &= ~(uint32_t)EHLO__MAY_SEND_UTF8;
        if (ends_in_smtputf8(server, argument))
            server->flags |= EHLO__MAY_SEND_UTF8;
        return argument.size ? 0 : EHLO_EVENT_BAD_ARGUMENT;
    case EHLO__ARGUMENT_HELLO: return ehlo__hello_parse(server, argument);
    case EHLO__ARGUMENT_REVERSE_PATH: return ehlo__reverse_path_parse(server, argument);
    case EHLO__ARGUMENT_FORWARD_PATH: return ehlo__forward_path_parse(server, argument);
    case EHLO__ARGUMENT_URL: return ehlo__url_parse(server, argument);
    case EHLO__ARGUMENT_MECHANISM: return ehlo__mechanism_parse(server, argument);
    case EHLO__ARGUMENT_NODE: return ehlo__node_parse(server, argument);
    case EHLO__ARGUMENT_DOMAINS: return ehlo__domains_parse(argument);
    default: return ehlo__attributes_parse(server, command, argument);
    }
}

/* The same, DEL included: the one control character that the scanner of lines does not stop at.  The
 * grammars of paths leave no room for it, so that there it is looked for only where something is wrong. */
static int check_argument(ehlo_server *server, int command, ehlo_text argument)
{
    int kind = ehlo__command(command)->argument;
    int is_path = kind == EHLO__ARGUMENT_REVERSE_PATH || kind == EHLO__ARGUMENT_FORWARD_PATH, refusal;

    if (!is_path && has_delete(argument))
        return EHLO_EVENT_BAD_OCTET;
    refusal = parse_argument(server, command, argument);
    return refusal && is_path && has_delete(argument) ? EHLO_EVENT_BAD_OCTET : refusal;
}

/* Why the line is refused before its argument is looked at; 0: it is not. */
static int refusal_of(const ehlo_server *server, const ehlo__line *line, int command)
{
    int is_broken = line->fault == EHLO__LINE_BARE_END, shut = ehlo__closed_door(server);

    if (server->flags & EHLO__AHEAD)
        return EHLO_EVENT_PIPELINED;
    if (shut && (is_broken || !ehlo__phase_allows(server->phase, command)))
        return shut;
    if (is_broken)
        return EHLO_EVENT_BARE_LINE_END;
    if (!command)
        return EHLO_EVENT_UNKNOWN_COMMAND;
    if (line->fault == EHLO__LINE_BAD_OCTET)
        return EHLO_EVENT_BAD_OCTET;
    return ehlo__refusal_of(server, command);
}

/* The command of a verb where this service has it, or 0. */
static int command_of(const ehlo_server *server, ehlo_text verb)
{
    int command = ehlo__verb_find(verb.data, verb.size);

    if (command)
        return ehlo__command(command)->services >> server->config->service & 1 ? command : 0;
    return ehlo__host_verb_find(server->config, verb);
}

/* Budgets that a command may use up (RFC 5321 section 7.8): 1 where it did, and the session is closed. */
static int is_one_too_many(ehlo_server *server, int command)
{
    const ehlo__command_row *row = ehlo__command(command);

    if (row->idle && ++server->idle >= ehlo__limit_of(server->config->max_idle_commands)) {
        ehlo__close_with(server, command, EHLO_EVENT_TOO_MANY_COMMANDS, server->idle);
        return 1;
    }
    if (row->argument == EHLO__ARGUMENT_REVERSE_PATH &&
        server->transactions++ >= ehlo__limit_of(server->config->max_transactions)) {
        ehlo__close_with(server, command, EHLO_EVENT_TOO_MANY_TRANSACTIONS, server->transactions);
        return 1;
    }
    return 0;
}

/* Whether it is a BDAT of this session, whose octets are on their way whatever is wrong with it (law P9). */
static int brings_a_chunk(const ehlo_server *server, int command)
{
    const ehlo__command_row *row = ehlo__command(command);

    return row->argument == EHLO__ARGUMENT_CHUNK && !(row->extension & ~server->extensions);
}

/* One line, without its CRLF.  The command that it was, or 0. */
static int command_line(ehlo_server *server, const unsigned char *data, size_t size, int plain)
{
    ehlo__line line;
    int command, refusal;

    ehlo__line_parse(&line, data, size, plain);
    command = command_of(server, line.verb);
    ehlo__trace_line(server, data, size, command);
    if (command)
        server->flags &= ~(uint32_t)EHLO__AFTER_AUTH;
    if (!command && ehlo__verb_is_foreign(line.verb.data, line.verb.size)) {
        ehlo__close_with(server, EHLO_ANY_COMMAND, EHLO_EVENT_WRONG_PROTOCOL, 0);
        return 0;
    }
    refusal = refusal_of(server, &line, command);
    server->flags &= ~(uint32_t)EHLO__AHEAD;
    if (brings_a_chunk(server, command)) {
        ehlo__chunk_begin(server, command, line.argument, refusal);
        return command;
    }
    if (refusal) {
        ehlo__refuse(server, command, refusal, 0);
        return command;
    }
    if (is_one_too_many(server, command))
        return command;
    ehlo__fresh_request(server)->argument = line.argument;
    refusal = check_argument(server, command, line.argument);
    if (refusal)
        ehlo__refuse(server, command, refusal, 0);
    else
        ehlo__ask(server, command);
    return command;
}

/* Whether something may be sent behind a command before its reply came (RFC 2920 section 3.1). */
static int may_be_followed(const ehlo_server *server, int command)
{
    if (ehlo__closed_door(server))
        return 1; /* all that comes is refused for a better reason */
    return (server->flags & EHLO__EXTENDED) && (server->extensions & EHLO_EXTENSION_PIPELINING) && command &&
           ehlo__command(command)->place == EHLO__PLACE_ANYWHERE;
}

/* Something was sent ahead: told now, or refused when it is a command's turn; ehlo__settle() tells it where
 * it is not, but content or a response. */
static void sent_ahead(ehlo_server *server, int command)
{
    int is_command = server->phase != EHLO__PHASE_CONTENT && server->phase != EHLO__PHASE_AUTH;

    if (server->config->pipelined == EHLO_REFUSE && (is_command || server->asked))
        server->flags |= EHLO__AHEAD;
    else
        ehlo__event_out(server, EHLO_EVENT_PIPELINED, command, 0, 0);
}

/* A line that is too long may still say by its first word that the session cannot go on: another protocol, or
 * a BDAT whose size nobody will read.  1 where it did. */
static int ends_by_first_word(ehlo_server *server, const void *data, size_t size)
{
    ehlo__line line;
    int command;

    if (server->phase == EHLO__PHASE_AUTH)
        return 0;
    ehlo__line_parse(&line, data, size, 1);
    command = command_of(server, line.verb);
    if (ehlo__verb_is_foreign(line.verb.data, line.verb.size))
        ehlo__close_with(server, EHLO_ANY_COMMAND, EHLO_EVENT_WRONG_PROTOCOL, 0);
    else if (brings_a_chunk(server, command))
        ehlo__close_with(server, command, EHLO_EVENT_BAD_CHUNK_SIZE, 0);
    return server->phase == EHLO__PHASE_CLOSED;
}

/* The octets of a line that is too long, as far as they have come. */
static size_t too_long(ehlo_server *server, const unsigned char *data, size_t size)
{
    size_t used;

    if (!(server->flags & EHLO__SWALLOW) && ends_by_first_word(server, data, size))
        return 0;
    server->flags |= EHLO__SWALLOW;
    used = swallow(server, data, size);
    server->swallowed =
        used < UINT32_MAX - server->swallowed ? server->swallowed + (uint32_t)used : UINT32_MAX;
    if (server->flags & EHLO__SWALLOW)
        return used;
    ehlo__trace_out(server, EHLO_FROM_PEER, data, 0, server->swallowed - 2);
    server->swallowed = 0;
    if (server->phase == EHLO__PHASE_AUTH) {
        ehlo__refuse(server, EHLO_AUTH, EHLO_EVENT_AUTH_LINE_TOO_LONG, 0);
    } else {
        int shut = ehlo__closed_door(server);
        server->flags &= ~(uint32_t)EHLO__AHEAD;
        ehlo__refuse(server, EHLO_ANY_COMMAND, shut ? shut : EHLO_EVENT_LINE_TOO_LONG, 0);
    }
    return used;
}

/* Takes one command line; returns how many octets that used, 0 where further ones are needed. */
size_t ehlo__command_feed(ehlo_server *server, const unsigned char *data, size_t size)
{
    int is_response = server->phase == EHLO__PHASE_AUTH, command = EHLO_AUTH, plain = 0;
    size_t limit = is_response ? EHLO__AUTH_LINE : ehlo__line_limit(server->config), length;

    if (size == 0)
        return 0;
    if (!(server->flags & EHLO__HEARD) && data[0] == TLS_HANDSHAKE) {
        ehlo__close_with(server, EHLO_ANY_COMMAND, EHLO_EVENT_WRONG_PROTOCOL, 0);
        return 0;
    }
    server->flags |= EHLO__HEARD;
    if (server->flags & EHLO__SWALLOW)
        return too_long(server, data, size);

    length = ehlo__line_length(data, size < limit ? size : limit, server->looked, &plain);
    if (!length && size >= limit) {
        server->looked = 0;
        return too_long(server, data, size);
    }
    server->looked = length ? 0 : (uint32_t)size;
    if (!length)
        return 0;
    server->flags &= ~(uint32_t)EHLO__BEHIND;
    if (length < size)
        server->flags |= EHLO__BEHIND;
    if (is_response)
        ehlo__response_line(server, data, length - 2);
    else
        command = command_line(server, data, length - 2, plain);
    if (size - length > server->chunk_left && server->phase != EHLO__PHASE_CLOSED &&
        !may_be_followed(server, command))
        sent_ahead(server, command);
    return length;
}
