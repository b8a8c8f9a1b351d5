/* offer.c - what is offered as things are: RFC 3207 section 4.2, RFC 4954 section 4, RFC 8689 section 2,
 * RFC 4865 section 3, RFC 9422 section 3, all by the column `when` of extensions.def.
 */
#include "../tables/extension.h"
#include "session.h"

/* RFC 9422 section 4: six digits at most. */
int ehlo__limit_is_told(uint32_t limit)
{
    enum { MOST = 999999 };

    return limit && limit <= MOST;
}

uint32_t ehlo__with_requirements(uint32_t extensions)
{
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++)
        if (ehlo__extension(i)->requires & ~extensions)
            extensions &= ~ehlo__extension(i)->bit;
    return extensions;
}

uint32_t ehlo__offered(const ehlo_server *server, uint32_t extensions)
{
    const ehlo_server_config *config = server->config;
    int tls = (server->flags & EHLO__TLS) != 0;
    uint32_t none = ehlo__extensions_when(tls ? EHLO__WHEN_OPEN : EHLO__WHEN_CLOSED);

    if (!tls && !(config->leniencies & EHLO_LENIENT_AUTH_WITHOUT_TLS))
        none |= ehlo__extensions_when(EHLO__WHEN_SAFE);
    if (!ehlo__limit_is_told(config->max_transactions) && !ehlo__limit_is_told(config->max_recipients))
        none |= ehlo__extensions_when(EHLO__WHEN_KEPT);
    if (!server->clock)
        none |= ehlo__extensions_when(EHLO__WHEN_TIMED);
    return extensions & none ? ehlo__with_requirements(extensions & ~none) : extensions;
}
