/* order.c - whether a command may come now: is it enabled, does the config demand TLS or AUTH first, is it in
 * order?  RFC 5321 sections 3.1 and 4.1.4, RFC 3207 section 4, RFC 4954 sections 4 and 6.
 *
 * The tables answer: a row says what a command needs, the machine of phases where it is in order.
 */
#include "../tables/command.h"
#include "../tables/extension.h"
#include "../tables/parameter.h"
#include "../tables/phase.h"
#include "session.h"

int ehlo__closed_door(const ehlo_server *server)
{
    int phase = server->chunk_reason ? server->chunk_phase : server->phase; /* it is swallowed there */
    int denial = ehlo__phase_denial(phase, EHLO_ANY_COMMAND, server->config->service);

    return denial != EHLO_EVENT_OUT_OF_ORDER ? denial : 0;
}

/* Whether it would carry passwords in the clear. */
static int is_unsafe(const ehlo_server *server, uint32_t extension)
{
    return (extension & ~ehlo__offered(server, extension) & ehlo__extensions_when(EHLO__WHEN_SAFE)) != 0;
}

/* What the extension of a command says of it, enabled but maybe not offered now. */
static int refusal_by_extension(const ehlo_server *server, uint32_t extension)
{
    if (!extension || !(extension & ~ehlo__offered(server, extension)))
        return 0;
    return is_unsafe(server, extension) ? EHLO_EVENT_AUTH_NEEDS_TLS : EHLO_EVENT_OUT_OF_ORDER;
}

static int is_demanded(const ehlo_server *server, uint32_t demand, uint32_t done)
{
    return (server->config->demands & demand) && !(server->flags & done);
}

static int needs_auth(const ehlo_server *server, int before)
{
    return before == EHLO__BEFORE_GRANTED ||
           (before == EHLO__BEFORE_LOGIN && (server->config->demands & EHLO_DEMAND_AUTH));
}

int ehlo__refusal_of(const ehlo_server *server, int command)
{
    const ehlo__command_row *row = ehlo__command(command);

    if (row->extension & ~server->extensions)
        return EHLO_EVENT_NOT_ENABLED;
    if (row->before != EHLO__BEFORE_ALLOWED && is_demanded(server, EHLO_DEMAND_TLS, EHLO__TLS))
        return is_unsafe(server, row->extension) ? EHLO_EVENT_AUTH_NEEDS_TLS : EHLO_EVENT_TLS_REQUIRED;
    if (command >= EHLO_HOST_COMMAND)
        return ehlo__host_refusal(server, command);
    if (!ehlo__phase_allows(server->phase, command))
        return ehlo__phase_denial(server->phase, command, server->config->service);
    if (row->hello == EHLO__HELLO_EXTENDED && !(server->flags & EHLO__EXTENDED))
        return EHLO_EVENT_OUT_OF_ORDER;
    if (ehlo__body_excludes(server->transaction.body) == command) /* RFC 3030 section 3 */
        return EHLO_EVENT_OUT_OF_ORDER;
    if (needs_auth(server, row->before) && !(server->flags & EHLO__AUTHENTICATED))
        return EHLO_EVENT_AUTH_REQUIRED;
    return refusal_by_extension(server, row->extension);
}
