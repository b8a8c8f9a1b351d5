/* bounds.c - what the config bounds of the values of parameters: RFC 1870 section 6.1, RFC 2852 section 2,
 * RFC 4865 section 4.2.
 */
#include "session.h"

/* Whether it is to be held until after the time by which it is to be delivered. */
static int is_held_beyond(const ehlo_params *params, uint64_t now)
{
    return params->by <= 0 ? params->hold_until > now : params->hold_until > now + (uint64_t)params->by;
}

int ehlo__bounds_check(const ehlo_server *server, const ehlo_params *params)
{
    uint64_t longest = ehlo__limit_of(server->config->max_hold);
    uint64_t latest = longest < UINT64_MAX - server->clock ? server->clock + longest : UINT64_MAX;

    if (params->size > server->max_size)
        return EHLO_EVENT_DECLARED_TOO_BIG;
    if (params->by_mode == EHLO_BY_RETURN && params->by < (int64_t)server->config->min_by)
        return EHLO_EVENT_BY_TOO_SOON;
    if (params->hold_for > longest || params->hold_until > latest)
        return EHLO_EVENT_HELD_TOO_LONG;
    if (params->hold_until && params->by_mode &&
        is_held_beyond(params, server->clock)) /* RFC 4865 section 5.2.2 */
        return EHLO_EVENT_BAD_PARAMETER;
    return 0;
}
