/* bounds.c - what the config bounds of the values of parameters: RFC 1870 section 6.1, RFC 2852 section 2,
 * RFC 4865 sections 4.2 and 5.2.2.
 */
#include "../tables/limit.h"
#include "../text/date.h"
#include "session.h"

uint64_t ehlo__latest_release(const ehlo_server *server)
{
    uint64_t latest = server->clock + ehlo__limit_in_force(server->config, EHLO__LIMIT_max_hold);

    return latest < EHLO__DATE_LATEST ? latest : EHLO__DATE_LATEST;
}

/* Whether it is to be held until after the time by which it is to be delivered. */
static int is_held_beyond(const ehlo_params *params, uint64_t now)
{
    return params->by_mode && params->hold_until &&
           params->hold_until > now + (uint64_t)(params->by > 0 ? params->by : 0);
}

int ehlo__bounds_check(const ehlo_server *server, const ehlo_params *params)
{
    if (params->size > server->max_size)
        return EHLO_EVENT_DECLARED_TOO_BIG;
    if (params->by_mode == EHLO_BY_RETURN && params->by < (int64_t)server->config->min_by)
        return EHLO_EVENT_BY_TOO_SOON;
    if (params->hold_for > ehlo__limit_in_force(server->config, EHLO__LIMIT_max_hold) ||
        params->hold_until > ehlo__latest_release(server))
        return EHLO_EVENT_HELD_TOO_LONG;
    return is_held_beyond(params, server->clock) ? EHLO_EVENT_BAD_PARAMETER : 0;
}
