/* offer.c - what is offered as things are: RFC 3207 section 4.2, RFC 4954 section 4, RFC 8689 section 2,
 * RFC 4865 section 3, all by the column `when` of extensions.def.
 */
#include "../tables/extension.h"
#include "session.h"

uint32_t ehlo__offered(const ehlo_server *server, uint32_t extensions)
{
    int tls = (server->flags & EHLO__TLS) != 0;

    extensions &= ~ehlo__extensions_when(tls ? EHLO__WHEN_OPEN : EHLO__WHEN_CLOSED);
    if (!tls && !(server->config->leniencies & EHLO_LENIENT_AUTH_WITHOUT_TLS))
        extensions &= ~ehlo__extensions_when(EHLO__WHEN_SAFE);
    if (!server->clock)
        extensions &= ~ehlo__extensions_when(EHLO__WHEN_TIMED);
    return extensions;
}
