/* tls.c - TLS: RFC 3207 section 4, RFC 8314 section 3.3, R18.
 *
 * The engine shakes no hands: it says when, and from then on knows nothing of what came before.  Octets that
 * came in the clear are never acted on behind the switch: they end the session (CVE-2011-0411 and its kin).
 */
#include "../tables/phase.h"
#include "session.h"

/* The session is as new, but for its counters, so that no budget can be renewed. */
void ehlo__anew(ehlo_server *server)
{
    server->flags &= ~(uint32_t)(EHLO__EXTENDED | EHLO__HEARD | EHLO__MAY_SEND_UTF8 | EHLO__AUTHENTICATED |
                                 EHLO__LAST_CHUNK | EHLO__BEHIND | EHLO__AFTER_AUTH);
    server->looked = 0;
}

int ehlo_server_tls_started(ehlo_server *server)
{
    ehlo__call call;
    int status = server ? ehlo__begin(server, &call) : EHLO_MISUSE;
    int is_first = status == EHLO_OK && server->phase == EHLO__PHASE_OPENING &&
                   !(server->flags & (EHLO__STARTED | EHLO__TLS));

    if (status != EHLO_OK)
        return status;
    if (is_first || server->phase == EHLO__PHASE_TLS) {
        server->flags |= EHLO__TLS;
        if (!is_first) {
            server->phase = EHLO__PHASE_GREETED;
            ehlo__anew(server);
            server->flags |= EHLO__MORE;
        }
    } else {
        status = EHLO_MISUSE;
    }
    ehlo__end(server);
    return status;
}
