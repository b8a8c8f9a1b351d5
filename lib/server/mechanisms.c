/* mechanisms.c - the SASL mechanisms of a config's list: RFC 4954 section 3, RFC 4422 section 3.1 (names).
 *
 * The list is the host's text, names parted by single spaces, as EHLO shows it; a mechanism is the number of
 * its place there, so that a session need not keep a name.
 */
#include "../tables/mechanisms.def"
#include "../text/ascii.h"
#include "session.h"

ehlo_text ehlo__mechanism(const ehlo_server_config *config, unsigned number)
{
    ehlo_text name = {config->auth_mechanisms, 0};

    for (; name.data; name = (ehlo_text){name.data + name.size + 1, 0}) {
        while (name.data[name.size] && name.data[name.size] != ' ')
            name.size++;
        if (!number--)
            return name;
        if (!name.data[name.size])
            break;
    }
    return (ehlo_text){NULL, 0};
}

int ehlo__mechanism_find(const ehlo_server_config *config, ehlo_text name)
{
    ehlo_text candidate;

    for (unsigned number = 0; (candidate = ehlo__mechanism(config, number)).size; number++)
        if (ehlo__same_word(name.data, name.size, candidate.data, candidate.size))
            return (int)number;
    return -1;
}

int ehlo__mechanism_is_server_first(ehlo_text name)
{
#define SERVER_FIRST(mechanism, source)                                                                      \
    if (ehlo__same_word(name.data, name.size, mechanism, sizeof mechanism - 1))                              \
        return 1;
    EHLO_SERVER_FIRST_MECHANISMS(SERVER_FIRST)
#undef SERVER_FIRST
    return 0;
}
